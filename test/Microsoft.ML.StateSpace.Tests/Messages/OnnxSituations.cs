using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tests.Forecasting;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>What ML.NET's ONNX converter cannot get of a pipeline.</summary>
internal static class OnnxSituations
{
    private static readonly Demand[] Rows = Demands.Of(40);

    private static readonly Lazy<ForecastingTransformer> Model = new(() => Demands.Fit(Demands.Options, Rows));

    public static IEnumerable<Situation> All =>
    [
        new(
            "Save the pipeline with mlContext.Model.Save", () => ((PipelineView)Model.Value.Transform(View)).AddTo(null!),
            () => Doing.Ml.Model.Save(Model.Value, View.Schema, Stream.Null)),
        new(
            "or forecast with an engine", () => ((PipelineView)Model.Value.Transform(View)).AddTo(null!),
            () => Model.Value.CreateForecastEngine()),
    ];

    private static IDataView View => Doing.Ml.Data.LoadFromEnumerable(Rows);
}
