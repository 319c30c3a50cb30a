// Mirrors the splits, filters, shuffling and caching of Microsoft.ML.DataOperationsCatalog (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(testFraction > 0 && testFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), "Must be between 0 and 1 exclusive");
        return DataSplit.TrainTest(_env, data, testFraction, samplingKeyColumnName, seed);
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (numberOfFolds <= 1)
            throw new ArgumentOutOfRangeException(nameof(numberOfFolds), "Must be more than 1");
        return DataSplit.Folds(_env, data, numberOfFolds, samplingKeyColumnName, seed);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        CheckCount(input, count);
        return new RowFilterView(
            input,
            [],
            row => () => row.Position < count ? RowFilterView.Choice.Keep : RowFilterView.Choice.Stop,
            input.GetRowCount() is { } rows ? Math.Min(rows, count) : null);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        CheckCount(input, count);
        return new RowFilterView(
            input,
            [],
            row => () => row.Position < count ? RowFilterView.Choice.Drop : RowFilterView.Choice.Keep,
            input.GetRowCount() is { } rows ? Math.Max(rows - count, 0) : null);
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shufflePoolSize);
        return new ShuffledView(CacheDataView.Create(_env, input, []), seed ?? _env.Register(nameof(ShuffleRows)).Rand.Next());
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(columnsToPrefetch);
        return CacheDataView.Create(_env, input, columnsToPrefetch);
    }

    // The range is half open, and a missing value is in no range, not even in the infinite one.
    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        var column = input.Schema[columnName];
        if (column.Type != NumberDataViewType.Single && column.Type != NumberDataViewType.Double)
            throw new ArgumentOutOfRangeException(nameof(columnName), $"Schema mismatch for filter column '{columnName}': expected number, got {column.Type}");
        return new RowFilterView(input, [column], row =>
        {
            var read = EvaluationColumns.NumberReader(row, column);
            return () => read() is var x && x >= lowerBound && (x < upperBound || (x <= upperBound && double.IsPositiveInfinity(upperBound)))
                ? RowFilterView.Choice.Keep : RowFilterView.Choice.Drop;
        });
    }

    private static void CheckCount(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (count <= 0)
            throw new ArgumentOutOfRangeException(nameof(count), "Must be greater than zero.");
    }

    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
