using Microsoft.ML.Data;

namespace LiveMonitor.Plant;

/// <summary>A reading of a pump as a row of the table that the model learns from.</summary>
internal sealed class PlantRow
{
    public string Pump { get; set; } = "";

    public float Temperature { get; set; }

    [VectorType(Schedule.KnownValues)]
    public float[] Load { get; set; } = [];
}
