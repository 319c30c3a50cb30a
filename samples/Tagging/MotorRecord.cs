using Microsoft.ML.Data;

namespace Tagging;

/// <summary>What was measured on a motor, and what state it was in: a row of the data.</summary>
internal sealed class MotorRecord
{
    /// <summary>Values of a time step: voltage, current and speed.</summary>
    public const int Channels = 3;

    /// <summary>The measurements, (time steps, channels). The number of time steps differs from record to record.</summary>
    [VectorType(0, Channels)]
    public float[] Features { get; set; } = [];

    /// <summary>The state at each time step, by name.</summary>
    public string[] Label { get; set; } = [];
}
