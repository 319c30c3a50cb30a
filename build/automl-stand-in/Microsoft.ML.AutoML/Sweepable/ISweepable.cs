// Mirrors Microsoft.ML.AutoML.ISweepable (package and assembly Microsoft.ML.AutoML).
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

public interface ISweepable
{
    SearchSpace.SearchSpace SearchSpace { get; }
}

public interface ISweepable<out T> : ISweepable
    where T : IEstimator<ITransformer>
{
    T BuildFromOption(MLContext context, Parameter parameter);
}
