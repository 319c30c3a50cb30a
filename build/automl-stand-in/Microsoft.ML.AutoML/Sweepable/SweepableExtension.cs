// Mirrors Microsoft.ML.AutoML.SweepableExtension (package and assembly Microsoft.ML.AutoML).
namespace Microsoft.ML.AutoML;

public static class SweepableExtension
{
    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, SweepableEstimator estimator1)
        => Fixed(estimator).Append(estimator1);

    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, SweepablePipeline pipeline)
        => Fixed(estimator).Append(pipeline);

    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, params SweepableEstimator[] estimators)
        => Fixed(estimator).Append(estimators);

    public static SweepablePipeline Append(this SweepablePipeline pipeline, IEstimator<ITransformer> estimator)
        => pipeline.Append(Step(estimator));

    public static SweepablePipeline Append(this SweepableEstimator estimator, SweepablePipeline estimator1)
        => new SweepablePipeline().Append(estimator).Append(estimator1);

    public static SweepablePipeline Append(this SweepableEstimator estimator, IEstimator<ITransformer> estimator1)
        => new SweepablePipeline().Append(estimator).Append(Step(estimator1));

    public static SweepablePipeline Append(this SweepableEstimator estimator, params SweepableEstimator[] estimators)
        => new SweepablePipeline().Append(estimator).Append(estimators);

    private static SweepablePipeline Fixed(IEstimator<ITransformer> estimator) => new SweepablePipeline().Append(Step(estimator));

    private static SweepableEstimator Step(IEstimator<ITransformer> estimator) => new((_, _) => estimator, new SearchSpace.SearchSpace());
}
