namespace Microsoft.ML.StateSpace.AutoML.Tests.Testing;

/// <summary>A row of a table of meters.</summary>
internal sealed class Hour
{
    public string Meter { get; set; } = "";

    public float Load { get; set; }

    public float[] Forecast { get; set; } = [];
}
