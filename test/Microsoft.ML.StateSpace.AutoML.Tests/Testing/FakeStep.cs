using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Testing;

/// <summary>A step that does something of the test's when it is fitted, and nothing to the data.</summary>
internal sealed class FakeStep(MLContext ml, Action<Parameter> fit, Parameter parameter) : IEstimator<ITransformer>
{
    private readonly IEstimator<ITransformer> _copy = ml.Transforms.CopyColumns("Untouched", "Label");

    public ITransformer Fit(IDataView input)
    {
        fit(parameter);
        return _copy.Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _copy.GetOutputSchema(inputSchema);
}

/// <summary>Scores the trials by a rule of the test's, the smaller the better.</summary>
internal sealed class FakeMetric(Func<double> score) : IEvaluateMetricManager
{
    public bool IsMaximize => false;

    public string MetricName => "Fake";

    public double Evaluate(MLContext context, IDataView eval) => score();
}
