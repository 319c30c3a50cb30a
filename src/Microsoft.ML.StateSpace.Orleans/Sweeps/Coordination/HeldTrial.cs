using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A trial that was handed out and has not ended.</summary>
/// <param name="Configuration">Which configuration, from 0.</param>
/// <param name="Rung">Which rung, from 0.</param>
/// <param name="Worker">Who trains it; <see langword="null"/> where its worker was given up, so that another goes on with it.</param>
/// <param name="Parameter">
/// What its worker has proposed, as JSON; <see langword="null"/> where it has not yet, or where the journal has it.
/// </param>
[GenerateSerializer, Immutable, Alias("StateSpace.HeldTrial")]
internal sealed record HeldTrial(
    [property: Id(0)] int Configuration, [property: Id(1)] int Rung, [property: Id(2)] string? Worker, [property: Id(3)] string? Parameter)
{
    public HalvingStep Step() => new(Configuration, Rung);
}
