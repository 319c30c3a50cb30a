using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Sees the states of diagonal linear recurrences while a pass goes back, and the gradients of the loss with respect to them. Training has
/// none; an analysis of a trained model has (<see cref="Pass.Observer"/>).
/// </summary>
internal interface IStateObserver
{
    /// <summary>Called once for each direction of a core, or of each of its channels, where these have states of their own.</summary>
    /// <param name="poles">Where the poles of the core lie among the prepared values, which tells cores apart.</param>
    /// <param name="first">The place of the first of these states among all states of the core.</param>
    /// <param name="direction">0 for the scan from the start of the sequence, 1 for that from its end.</param>
    /// <param name="states">x_t of all rows in the order of time, (rows, 2, N): the real plane before the imaginary plane.</param>
    /// <param name="gradients">
    /// (d/d Re x_t, d/d Im x_t) of the loss in the same places, with what x_t does to the states that follow from it.
    /// </param>
    void See(Slot poles, int first, int direction, ReadOnlySpan<float> states, ReadOnlySpan<float> gradients);
}
