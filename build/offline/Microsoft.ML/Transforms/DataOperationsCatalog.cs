// Mirrors the splits, shuffling, caching and FilterRowsByMissingValues of Microsoft.ML.DataOperationsCatalog (package Microsoft.ML, assembly Microsoft.ML.Data).
using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

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

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (columns is null || columns.Length == 0)
            throw new ArgumentOutOfRangeException(nameof(columns));
        var judged = columns.Select(name => input.Schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException("Columns", $"Source column '{name}' not found")).ToArray();
        foreach (var column in judged)
        {
            if (column.Type.ItemTypeOrSelf() != NumberDataViewType.Single && column.Type.ItemTypeOrSelf() != NumberDataViewType.Double)
                throw Unsupported.Member($"FilterRowsByMissingValues over type '{column.Type}'");
        }
        return new RowSubsetView(
            input,
            () => null,
            cursor =>
            {
                var isMissing = judged.Select(c => c.Type.ItemTypeOrSelf() == NumberDataViewType.Single ? IsMissing<float>(cursor, c) : IsMissing<double>(cursor, c)).ToArray();
                return () => Array.Exists(isMissing, f => f()) ? RowSubsetView.Verdict.Drop : RowSubsetView.Verdict.Keep;
            },
            judged);
    }

    private static Func<bool> IsMissing<T>(DataViewRow row, DataViewSchema.Column column)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (column.Type is VectorDataViewType)
        {
            var vector = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> values = default;
            return () =>
            {
                vector(ref values);
                foreach (var item in values.GetValues())
                {
                    if (T.IsNaN(item))
                        return true;
                }
                return false;
            };
        }
        var scalar = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            scalar(ref value);
            return T.IsNaN(value);
        };
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
