using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>
/// What a journal remembers of the data of its sweep: the columns and the number of rows. It does not hold the values; a checkpoint refuses
/// data with other values.
/// </summary>
internal static class DataShape
{
    public static string Of(IDatasetManager? datasets, MLContext context) => datasets switch
    {
        ICrossValidateDatasetManager folds => $"{Of(folds.Dataset)}, {folds.Fold} folds",
        ITrainValidateDatasetManager split
            => $"{Of(split.LoadTrainDataset(context, null))}; {Of(split.LoadValidateDataset(context, null))}",
        _ => throw new InvalidOperationException("A sweep needs data: call SetDataset on the experiment."),
    };

    private static string Of(IDataView data)
        => $"{Rows(data)} rows of {string.Join(", ", data.Schema.Where(c => !c.IsHidden).Select(c => $"{c.Name}: {c.Type}"))}";

    private static long Rows(IDataView data)
    {
        using var cursor = data.GetRowCursor([]);
        long rows = 0;
        while (cursor.MoveNext())
            rows++;
        return rows;
    }
}
