namespace Microsoft.ML.StateSpace;

/// <summary>How a model is written as an ONNX file.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>What the exported model takes at a time. Default: <see cref="OnnxForm.Sequences"/>.</summary>
    public OnnxForm Form { get; init; }
}
