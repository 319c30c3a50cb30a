using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <content>The way to continuous time.</content>
public sealed partial record LinearSystem
{
    // The share of its magnitude by which a pole may miss the negative real axis and still count as on it.
    private const double OnTheAxis = 1e-9, Agrees = 1e-7;

    /// <summary>
    /// The continuous-time system that gives this one where its inputs are held between samples (zero-order hold): with the matrix
    /// logarithm, <c>[A_c, B_c; 0, 0] = log [A, B; 0, I] / sampleTime</c>.
    /// </summary>
    /// <param name="sampleTime">Seconds of a time step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sampleTime"/> is not positive.</exception>
    /// <exception cref="InvalidOperationException">
    /// A pole lies at zero or on the negative real axis, where no real logarithm exists, or the logarithm has no digits left.
    /// </exception>
    public ContinuousSystem ToContinuous(double sampleTime)
    {
        RequireSampleTime(sampleTime);
        var (a, b, _, _) = Parts();
        foreach (var pole in Eigenvalues.Of(a))
            if (Complex.Abs(pole) < 1e-12 || pole.Real < 0 && Math.Abs(pole.Imaginary) <= OnTheAxis * Complex.Abs(pole))
                throw new InvalidOperationException(
                    $"The pole {pole} has no real logarithm: sampling a continuous system with held inputs gives no pole at zero or on the "
                    + "negative real axis. Such a pole is a delay, or faster than half the sampling rate. Leave it "
                    + "out with ReduceToTolerance, or identify the system with a shorter sample time.");
        var logarithm = MatrixFunctions.Log(ContinuousSystem.Join(a, b, one: 1));
        if (logarithm is not null)
        {
            Matrix rate = new(Order, Order), input = new(Order, Inputs);
            for (int n = 0; n < Order; n++)
            {
                logarithm.Row(n)[..Order].CopyTo(rate.Row(n));
                logarithm.Row(n)[Order..].CopyTo(input.Row(n));
            }
            rate.Scale(1 / sampleTime);
            input.Scale(1 / sampleTime);
            var system = new ContinuousSystem(Array(rate), Array(input), C, D);
            if (IsNear(system.ToDiscrete(sampleTime)))
                return system;
        }
        throw new InvalidOperationException(
            "The logarithm of A was not found with any digits: poles coincide, or nearly lie at zero or on the negative real axis. "
            + "Leave out weak states with ReduceToTolerance first.");
    }

    private bool IsNear(LinearSystem other)
    {
        var (a, b, _, _) = Parts();
        double size = Math.Sqrt(a.Dot(a) + b.Dot(b));
        a.Add(ToMatrix(other.A), -1);
        b.Add(ToMatrix(other.B), -1);
        return Math.Sqrt(a.Dot(a) + b.Dot(b)) <= Agrees * size;
    }

    internal static void RequireSampleTime(double sampleTime)
    {
        if (!(sampleTime > 0 && double.IsFinite(sampleTime)))
            throw new ArgumentOutOfRangeException(nameof(sampleTime), sampleTime, "The sample time must be a positive number of seconds.");
    }
}
