namespace Microsoft.ML.StateSpace.Onnx.Tests.Checker;

/// <summary>A fact that ONNX's own checker judges; skipped, with the reason, where there is no Python that has it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = OnnxChecker.WhyMissing;
}
