namespace Microsoft.ML.StateSpace.Accuracy.Regression;

/// <summary>Sequences with a value each.</summary>
/// <param name="Name">The name on the command line and in the table.</param>
/// <param name="Files">The files that it is read from.</param>
/// <param name="Channels">Channels of a time step.</param>
/// <param name="Published">Errors of others, as text for the table.</param>
/// <param name="Load">Reads what is learnt from and what is tested.</param>
internal sealed record ValuedSet(
    string Name, IReadOnlyList<string> Files, int Channels, string Published, Func<(Window[] Train, Window[] Test)> Load);
