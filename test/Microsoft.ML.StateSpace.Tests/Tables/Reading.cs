namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>A row of a table: what was measured at a machine at some time.</summary>
public sealed class Reading
{
    public string Machine { get; set; } = "";

    public DateTime Time { get; set; }

    public float Hour { get; set; }

    public float Pressure { get; set; }

    public double Flow { get; set; }

    public bool Valve { get; set; }

    public string Fault { get; set; } = "";

    public float Load { get; set; }

    public int Count { get; set; }
}
