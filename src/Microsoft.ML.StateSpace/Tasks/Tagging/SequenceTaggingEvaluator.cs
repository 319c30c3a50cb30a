using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>Compares a column of predicted tags with a column of true ones.</summary>
internal static class SequenceTaggingEvaluator
{
    public static SequenceTaggingMetrics Evaluate(IDataView data, string labelColumnName, string predictedLabelColumnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataViewSchema.Column actual = Find(data.Schema, labelColumnName), predicted = Find(data.Schema, predictedLabelColumnName);
        int tags = LabelCheck.Classes(predicted);
        var labels = LabelValues.Of(predicted);
        LabelMatch.Require(data.Schema, labelColumnName, labels);
        var counts = new long[tags, tags];
        var missing = new long[tags];
        long unknown = 0, labelled = 0;
        using var cursor = data.GetRowCursor([actual, predicted]);
        VectorReader readActual = RowReaders.Vector(cursor, actual), readPredicted = RowReaders.Vector(cursor, predicted);
        float[] actualKeys = [], predictedKeys = [];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            int count = readActual(ref actualKeys);
            if (readPredicted(ref predictedKeys) is var other && other != count)
                throw new InvalidOperationException(
                    $"Row {row}: column '{labelColumnName}' holds {count} tags, column '{predictedLabelColumnName}' {other}. "
                    + "Both must hold the same time steps.");
            for (int t = 0; t < count; t++)
            {
                int tag = (int)actualKeys[t] - 1, guess = (int)predictedKeys[t] - 1;
                if (tag < 0)
                    continue;
                labelled++;
                if (tag >= tags)
                    unknown++;
                else if (guess < 0)
                    missing[tag]++;
                else
                    counts[tag, guess]++;
            }
        }
        if (labelled == 0)
            throw new InvalidOperationException(
                $"No time step has a tag in column '{labelColumnName}', so there is nothing to evaluate.");
        string[] names = labels?.Texts ?? [.. Enumerable.Range(1, tags).Select(key => key.ToString(CultureInfo.InvariantCulture))];
        return new(names, counts, missing, unknown);
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = ColumnCheck.Find(schema, name);
        return column.Type is VectorDataViewType { ItemType: KeyDataViewType }
            ? column
            : throw ColumnCheck.WrongType(name, $"{column.Type}", "a vector of keys, the tag of each time step");
    }
}
