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

/// <summary>A series of 12 steps with its level, and with its level and amplitude.</summary>
public sealed class LevelRow
{
    [VectorType(12)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    [VectorType(2)]
    public float[] Pair { get; set; } = [];
}

/// <summary>A series of 10 steps with a tag a step.</summary>
public sealed class TagRow
{
    [VectorType(10)]
    public float[] Features { get; set; } = [];

    [VectorType(10)]
    public string[] Tags { get; set; } = [];
}
