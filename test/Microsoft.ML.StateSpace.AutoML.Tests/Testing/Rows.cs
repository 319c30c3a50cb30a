using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Testing;

/// <summary>A series of 12 steps with a class by name.</summary>
public sealed class ClassRow
{
    [VectorType(12)]
    public float[] Features { get; set; } = [];

    public string Name { get; set; } = "";

    public bool IsFast { get; set; }
}

/// <summary>Input and target series.</summary>
public sealed class SignalRow
{
    [VectorType(10)]
    public float[] Input { get; set; } = [];

    [VectorType(10)]
    public float[] Target { get; set; } = [];
}
