namespace Microsoft.ML.StateSpace.Grains;

/// <summary>What is kept of a sweep. Whole pages of its journal lie elsewhere, so that a trial does not write the whole journal.</summary>
[GenerateSerializer, Alias("StateSpace.SweepMemory")]
internal sealed class SweepMemory
{
    /// <summary>Number of whole pages.</summary>
    [Id(0)]
    public int Pages { get; set; }

    /// <summary>The lines of the journal behind the whole pages.</summary>
    [Id(1)]
    public List<string> Lines { get; set; } = [];

    /// <summary>The run; <see langword="null"/> while nobody runs the sweep.</summary>
    [Id(2)]
    public SweepTerms? Run { get; set; }

    /// <summary>What was handed out, in that order.</summary>
    [Id(3)]
    public List<HeldTrial> Held { get; set; } = [];

    /// <summary>The trials that failed for lack of memory, as configuration and rung. Who starts the sweep once more is told too.</summary>
    [Id(4)]
    public List<(int Configuration, int Rung)> OutOfMemory { get; set; } = [];
}
