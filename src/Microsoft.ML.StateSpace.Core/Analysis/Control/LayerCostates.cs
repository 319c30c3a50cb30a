namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The costates between the layers of a network, where depth is the time of the control problem.</summary>
/// <param name="Name">The layer whose input they belong to, named like its parameters: <c>Blocks.0</c>.</param>
/// <param name="RootMeanSquare">Root of the mean square over channels and steps of all sequences.</param>
/// <param name="Reach">How far back in the input of this layer the answer at the last step sees, through it and all layers behind.</param>
public sealed record LayerCostates(string Name, double RootMeanSquare, CostateReach Reach);

/// <summary>The costates of the states of a core with fixed poles, where the time of the sequence is that of the control problem.</summary>
/// <param name="Name">The core, named like its parameters: <c>Blocks.0.Core</c>.</param>
/// <param name="Reach">
/// How far back the states are seen by the answer at the last step, of the scan from the start of the sequence; <see langword="null"/>
/// where the core is not diagonal, or its poles are those of a certified core.
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
