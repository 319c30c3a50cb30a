using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Reports.Tests.Testing;

/// <summary>A series of two channels with its class, its level, and a tag and a value for each step.</summary>
public sealed class WaveRow
{
    [VectorType(24, 2)]
    public float[] Features { get; set; } = [];

    public string Kind { get; set; } = "";

    public bool IsFast { get; set; }

    [VectorType(2)]
    public float[] Levels { get; set; } = [];

    public string[] Tags { get; set; } = [];

    [VectorType(24)]
    public float[] Sum { get; set; } = [];
}

/// <summary>Tokens 1 to 5, any number of them.</summary>
public sealed class TokenRow
{
    [KeyType(5)]
    public uint[] Features { get; set; } = [];

    public string Kind { get; set; } = "";
}

/// <summary>Two series, and whether they have the same rate; some values are missing, and time steps are not equally far apart.</summary>
public sealed class PairRow
{
    public float[] First { get; set; } = [];

    public float[] Second { get; set; } = [];

    public float[] Intervals { get; set; } = [];

    public bool AreAlike { get; set; }
}

/// <summary>A day of a shop.</summary>
public sealed class SalesRow
{
    public string Shop { get; set; } = "";

    public float Sales { get; set; }

    public float Returns { get; set; }
}
