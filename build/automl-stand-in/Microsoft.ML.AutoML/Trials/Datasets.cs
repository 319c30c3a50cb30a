// Mirrors Microsoft.ML.AutoML.IDatasetManager and its kin (package and assembly Microsoft.ML.AutoML).
#nullable enable

namespace Microsoft.ML.AutoML;

public interface IDatasetManager
{
}

public interface ICrossValidateDatasetManager : IDatasetManager
{
    int Fold { get; set; }

    IDataView Dataset { get; set; }

    string? SamplingKeyColumnName { get; set; }
}

public interface ITrainValidateDatasetManager : IDatasetManager
{
    IDataView LoadTrainDataset(MLContext context, TrialSettings? settings);

    IDataView LoadValidateDataset(MLContext context, TrialSettings? settings);
}

internal sealed class CrossValidateDatasetManager(IDataView dataset, int fold, string? samplingKeyColumnName) : ICrossValidateDatasetManager
{
    public int Fold { get; set; } = fold;

    public IDataView Dataset { get; set; } = dataset;

    public string? SamplingKeyColumnName { get; set; } = samplingKeyColumnName;
}

internal sealed class TrainValidateDatasetManager(IDataView train, IDataView validation) : ITrainValidateDatasetManager
{
    public const string SubSamplingKey = "TrainValidateDatasetSubsamplingKey";
    private const long FewestRows = 10;

    private long? _rows;

    public IDataView LoadTrainDataset(MLContext context, TrialSettings? settings)
    {
        double share = settings is not null && settings.Parameter.TryGetValue(nameof(TrainValidateDatasetManager), out var own)
            && own.TryGetValue(SubSamplingKey, out var asked)
            ? asked.AsType<double>() : 1;
        return share < 1 ? context.Data.TakeRows(train, Math.Max(FewestRows, (long)(share * (_rows ??= Count(train))))) : train;
    }

    public IDataView LoadValidateDataset(MLContext context, TrialSettings? settings) => validation;

    private static long Count(IDataView data)
    {
        if (data.GetRowCount() is { } known)
            return known;
        using var cursor = data.GetRowCursor([]);
        long rows = 0;
        while (cursor.MoveNext())
            rows++;
        return rows;
    }
}
