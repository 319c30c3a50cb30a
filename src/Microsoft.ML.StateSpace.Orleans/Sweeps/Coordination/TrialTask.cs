namespace Microsoft.ML.StateSpace.Grains;

/// <summary>What a worker is to do next.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Lines">The lines of the journal that the worker did not know.</param>
/// <param name="Others">The parameters of the configurations that others have just begun, as JSON.</param>
[GenerateSerializer, Immutable, Alias("StateSpace.TrialTask")]
internal sealed record TrialTask(
    [property: Id(0)] HeldTrial Trial, [property: Id(1)] string[] Lines, [property: Id(2)] string[] Others);
