namespace Microsoft.ML.StateSpace.Grains;

/// <summary>What has happened in a sweep, for the process that has started it.</summary>
/// <param name="IsOpen">Whether its run goes on.</param>
/// <param name="Lines">The lines of the journal that it did not know.</param>
/// <param name="Errors">The errors that it did not know.</param>
/// <param name="OutOfMemory">The trials that failed for lack of memory, as configuration and rung.</param>
[GenerateSerializer, Immutable, Alias("StateSpace.SweepNews")]
internal sealed record SweepNews(
    [property: Id(0)] bool IsOpen, [property: Id(1)] string[] Lines, [property: Id(2)] string[] Errors,
    [property: Id(3)] (int Configuration, int Rung)[] OutOfMemory);
