namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The costates of the states of a core with fixed poles, where the time of the sequence is that of the control problem.</summary>
/// <param name="Name">The core, named like its parameters: <c>Blocks.0.Core</c>.</param>
/// <param name="Reach">
/// How far back the states are seen by the answer at the last step, of the scan from the start of the sequence; <see langword="null"/>
/// where the core is not diagonal, its poles are those of a certified core, or it runs over the heads of <see cref="H3Scaffold"/>, with
/// states of its own for each entry of a head.
/// </param>
/// <param name="PoleReaches">
/// What each pole by itself would reach without an end of the record, <see cref="CostateReach.OfPole"/>, ascending.
/// </param>
public sealed record CoreCostates(string Name, CostateReach? Reach, IReadOnlyList<double> PoleReaches)
{
    /// <summary>The memory of the longest pole, in steps.</summary>
    public double Longest => PoleReaches[^1];

    /// <summary>The memory of the median pole, in steps.</summary>
    public double Median => PoleReaches[PoleReaches.Count / 2];
}
