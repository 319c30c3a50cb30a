namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>Tests that listen to the meter, which is one for the process: nothing else may run meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeterCollection
{
    public const string Name = "meter";
}
