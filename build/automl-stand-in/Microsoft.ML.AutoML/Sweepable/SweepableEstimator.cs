// Mirrors Microsoft.ML.AutoML.SweepableEstimator and its base, Estimator (package and assembly Microsoft.ML.AutoML).
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

public class Estimator
{
    protected Estimator() => Parameter = Parameter.CreateNestedParameter();

    public Parameter Parameter { get; set; }
}

public class SweepableEstimator : Estimator, ISweepable<IEstimator<ITransformer>>
{
    private readonly Func<MLContext, Parameter, IEstimator<ITransformer>> _factory;

    public SweepableEstimator(Func<MLContext, Parameter, IEstimator<ITransformer>> factory, SearchSpace.SearchSpace ss)
    {
        _factory = factory;
        SearchSpace = ss;
        Parameter = ss.SampleFromFeatureSpace(ss.Default);
    }

    protected SweepableEstimator()
    {
    }

    public SearchSpace.SearchSpace SearchSpace { get; set; }

    public virtual IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter param) => _factory(context, param);
}
