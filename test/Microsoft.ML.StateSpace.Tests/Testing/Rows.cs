using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tests.Testing;

/// <summary>A univariate series of 12 steps with a class by name.</summary>
public sealed class FixedRow
{
    [VectorType(12)]
    public float[] Features { get; set; } = [];

    public string Name { get; set; } = "";

    public float Weight { get; set; }
}

/// <summary>6 steps of two channels, told by the dimensions.</summary>
public sealed class DimensionedRow
{
    [VectorType(6, 2)]
    public float[] Features { get; set; } = [];

    public string Name { get; set; } = "";
}

/// <summary>Any number of steps.</summary>
public sealed class VariableRow
{
    public float[] Features { get; set; } = [];

    public string Name { get; set; } = "";
}

/// <summary>Tokens 1 to 4, any number of them.</summary>
public sealed class TokenRow
{
    [KeyType(4)]
    public uint[] Features { get; set; } = [];

    public string Name { get; set; } = "";
}

/// <summary>A question with a yes-or-no answer.</summary>
public sealed class BinaryRow
{
    [VectorType(12)]
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }
}

/// <summary>A series of 12 steps with its level, and with its level and its height.</summary>
public sealed class LevelRow
{
    [VectorType(12)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    [VectorType(2)]
    public float[] Pair { get; set; } = [];
}

/// <summary>A series of any length with a tag for each step.</summary>
public sealed class TagRow
{
    public float[] Features { get; set; } = [];

    public string[] Tags { get; set; } = [];
}

/// <summary>A series of 10 steps with a tag for each step.</summary>
public sealed class FixedTagRow
{
    [VectorType(10)]
    public float[] Features { get; set; } = [];

    [VectorType(10)]
    public string[] Tags { get; set; } = [];
}

/// <summary>Input and target series.</summary>
public sealed class SignalRow
{
    [VectorType(10)]
    public float[] Input { get; set; } = [];

    [VectorType(10)]
    public float[] Target { get; set; } = [];
}

/// <summary>Input and target series of two channels and any length.</summary>
public sealed class VariableSignalRow
{
    public float[] Input { get; set; } = [];

    public float[] Target { get; set; } = [];
}

/// <summary>A signal of known length, sampled at irregular times.</summary>
public sealed class IrregularSignalRow
{
    [VectorType(10)]
    public float[] Input { get; set; } = [];

    [VectorType(10)]
    public float[] Intervals { get; set; } = [];

    [VectorType(10)]
    public float[] Target { get; set; } = [];
}

/// <summary>Steps of two channels at irregular times, any number of them.</summary>
public sealed class IrregularRow
{
    public float[] Features { get; set; } = [];

    public float[] Intervals { get; set; } = [];

    public string Name { get; set; } = "";

    public bool Answer { get; set; }
}
