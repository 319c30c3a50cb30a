namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// One sequence on its way through a network: the stream between the layers with its costates, and the states of diagonal cores with
/// theirs. The loss J, less a regularization, is the mean over sequences of <c>J_m</c>, which is this sequence's share of the training loss
/// times the number of sequences; a costate is <c>p = -dJ_m/dx</c>, minus what goes back through the network.
/// </summary>
/// <param name="Sequence">Index of the sequence in the data.</param>
/// <param name="Length">Its time steps.</param>
/// <param name="Loss">J_m.</param>
/// <param name="Streams">The stream before each layer and behind the last: one more than layers.</param>
/// <param name="Cores">
/// The states of linear time-invariant diagonal cores, one entry for each direction; empty where there are none.
/// </param>
public sealed record ControlTrajectory(
    int Sequence, int Length, double Loss, IReadOnlyList<StreamTrajectory> Streams, IReadOnlyList<CoreTrajectory> Cores)
{
    /// <summary>
    /// The Hamiltonian of each layer with depth as time, <c>H_l = &lt;p_{l+1}, F_l(x_l)&gt;</c> over all steps and channels, in the unit of
    /// the loss.
    /// </summary>
    public IReadOnlyList<double> Hamiltonian { get; } = [.. Streams.Skip(1).Select(stream => stream.Product)];
}
