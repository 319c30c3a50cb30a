namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>What is said where a forecaster is to become an ONNX model.</summary>
internal static class ForecastOnnx
{
    public static NotSupportedException NotSupported()
        => new(
            "A forecaster, or a detector of anomalies, cannot be converted to ONNX: its states are those of a series that goes on from row "
            + "to row, and an ONNX model reads each row by itself. Save the pipeline with mlContext.Model.Save, or forecast with an engine "
            + "and give its answers to the program that needs them.");
}
