namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>Where prepared values hold the discrete-time poles of a core.</summary>
/// <param name="Core">The name of the core.</param>
/// <param name="Poles">All real parts before all imaginary parts.</param>
/// <param name="Count">Number of poles.</param>
/// <param name="PlaceOf">The place of each pole within its half of the slot.</param>
internal sealed record PreparedPoles(string Core, Slot Poles, int Count, Func<int, int> PlaceOf);
