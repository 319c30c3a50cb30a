// Mirrors the cross-validation of Microsoft.ML.TrainCatalogBase (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML.Data;

namespace Microsoft.ML;

public abstract partial class TrainCatalogBase
{
    private protected IReadOnlyList<CrossValidationResult<T>> CrossValidate<T>(
        IDataView data, IEstimator<ITransformer> estimator, int numFolds, string labelColumnName, string samplingKeyColumn, int? seed, Func<IDataView, T> evaluate)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        if (numFolds <= 1)
            throw new ArgumentOutOfRangeException(nameof(numFolds), "Must be more than 1");
        EvaluationColumns.CheckNames(data, (labelColumnName, nameof(labelColumnName)));
        var results = new CrossValidationResult<T>[numFolds];
        var folds = DataSplit.Folds(Environment, data, numFolds, samplingKeyColumn, seed);
        for (int fold = 0; fold < numFolds; fold++)
        {
            var model = estimator.Fit(folds[fold].TrainSet);
            var scored = model.Transform(folds[fold].TestSet);
            results[fold] = new(model, evaluate(scored), scored, fold);
        }
        return results;
    }

    public sealed class CrossValidationResult<T>
        where T : class
    {
        public readonly T Metrics;
        public readonly ITransformer Model;
        public readonly IDataView ScoredHoldOutSet;
        public readonly int Fold;

        internal CrossValidationResult(ITransformer model, T metrics, IDataView scores, int fold)
        {
            Model = model;
            Metrics = metrics;
            ScoredHoldOutSet = scores;
            Fold = fold;
        }
    }
}
