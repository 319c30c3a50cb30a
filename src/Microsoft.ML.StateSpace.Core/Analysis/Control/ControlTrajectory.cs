using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// One sequence on its way through a network: the stream between the layers with its costates, and the states of diagonal cores with
/// theirs. The loss J is the mean over sequences of <c>J_m</c>, which is this sequence's share of the training loss times the number of
/// sequences; a costate is <c>p = -dJ_m/dx</c>, minus what goes back through the network.
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

/// <summary>The stream at one place between layers, (length, width), row-major.</summary>
/// <param name="Width">Channels.</param>
/// <param name="Values">x.</param>
/// <param name="Costates">p, in the same places.</param>
public sealed record StreamTrajectory(int Width, IReadOnlyList<float> Values, IReadOnlyList<float> Costates)
{
    /// <summary><c>&lt;p, x&gt;</c>, over all steps and channels.</summary>
    internal double Product
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Values.Count; i++)
                sum += (double)Costates[i] * Values[i];
            return sum;
        }
    }
}

/// <summary>
/// The states <c>x_t = lambda x_{t-1} + B u_t</c> of a diagonal core in one direction, (length, states), row-major, and their costates
/// <c>p_t = conj(lambda) p_{t+1} - C^* e_t</c>, where e_t is the gradient of the loss with respect to the core's output.
/// </summary>
/// <param name="Core">The core, named like its parameters: <c>Blocks.0.Core</c>.</param>
/// <param name="FromEnd">Whether this is the scan from the end of the sequence; then t - 1 and t + 1 change places.</param>
/// <param name="States">Complex states, in the order of <see cref="Pole.Of"/>.</param>
/// <param name="Values">x.</param>
/// <param name="Costates">p, in the same places.</param>
/// <param name="Hamiltonian">
/// <c>H_t = Re&lt;p_t, x_t&gt; - l_t</c> of each step, with l_t what that step adds to J_m. Where the answer is for the whole sequence, its
/// loss comes at the end and no step adds anything.
/// </param>
public sealed record CoreTrajectory(
    string Core, bool FromEnd, int States, IReadOnlyList<Complex> Values, IReadOnlyList<Complex> Costates,
    IReadOnlyList<double> Hamiltonian);
