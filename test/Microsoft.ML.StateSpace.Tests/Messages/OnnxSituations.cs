using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tests.Forecasting;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>What ML.NET's ONNX converter cannot get of a pipeline.</summary>
internal static class OnnxSituations
{
    private static readonly Demand[] Rows = Demands.Of(40);

    private static readonly Lazy<ForecastingTransformer> Model = new(() => Demands.Fit(Demands.Options, Rows));

    // That SaveAsOnnx exports the step alone is shown by the tests of the package that has it.
    public static IEnumerable<Situation> All =>
    [
        new(
            "convert a forecaster of rows that hold a whole history each, which ForHistories makes",
            () => ((PipelineView)Model.Value.Transform(View)).AddTo(null!), () => Model.Value.ForHistories("History", "Ahead")),
    ];

    private static IDataView View => Doing.Ml.Data.LoadFromEnumerable(Rows);
}
