using System.Numerics;

namespace Microsoft.ML.StateSpace.Analysis;

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
