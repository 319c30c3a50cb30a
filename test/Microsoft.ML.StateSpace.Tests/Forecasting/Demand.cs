using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>A day of a shop.</summary>
public sealed class Demand
{
    public string Shop { get; set; } = "";

    public int Day { get; set; }

    public float Sales { get; set; }

    public float Returns { get; set; }

    public bool Holiday { get; set; }

    public double Heat { get; set; }

    public float Size { get; set; }

    public float Since { get; set; } = 1;

    [VectorType(2)]
    public float[] Both { get; set; } = new float[2];
}

/// <summary>What is forecast of a row.</summary>
public sealed class Answer
{
    public float[] Forecast { get; set; } = [];

    public float[] Lower { get; set; } = [];

    public float[] Upper { get; set; } = [];
}
