namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The costates between the layers of a network, where depth is the time of the control problem.</summary>
/// <param name="Name">The layer whose input they belong to, named like its parameters: <c>Blocks.0</c>.</param>
/// <param name="RootMeanSquare">Root of the mean square over channels and steps of all sequences.</param>
/// <param name="Reach">How far back in the input of this layer the answer at the last step sees, through it and all layers behind.</param>
public sealed record LayerCostates(string Name, double RootMeanSquare, CostateReach Reach);
