using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The rows of a table for one <see cref="ChunkLayout.Group"/> of channels whose systems are diagonal but for a rank of one:
/// <c>v_{p+1} = F v_p - h Re(r . v_p)</c>. They are computed in double and rounded once. Vectors are (N, 2, Group).
/// </summary>
internal static unsafe class RankOneTables
{
    private const int Group = ChunkLayout.Group, Rows = ChunkLayout.Rows;

    public static int VectorSize(int states) => 2 * states * Group;

    /// <param name="f">F.</param>
    /// <param name="h">h.</param>
    /// <param name="r">r.</param>
    /// <param name="value">In: v_0; changed.</param>
    /// <param name="order">Which v stands in which row.</param>
    /// <param name="sign">What the imaginary plane is multiplied by.</param>
    /// <param name="table">The table of the group.</param>
    /// <param name="probe">A vector b, or empty.</param>
    /// <param name="kernel"><c>Re(b . v_p)</c> of each row, (Rows, Group); assigned where there is a b.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(
        ReadOnlySpan<double> f, ReadOnlySpan<double> h, ReadOnlySpan<double> r, Span<double> value,
        RankOneRows order, double sign, Span<float> table,
        ReadOnlySpan<double> probe, Span<float> kernel)
    {
        const int Half = 8, Plane = Rows * Group;
        int states = f.Length / (2 * Group);
        fixed (double* pf = f, ph = h, pr = r, pv = value, pb = probe)
        fixed (float* pt = table, pk = kernel)
        {
            for (int i = 0; i < Group; i += Half)
            {
                int last = order == RankOneRows.FromSecond ? Rows : Rows - 1;
                for (int p = 0; p <= last; p++)
                {
                    Vector256<double> back0 = default, back1 = default, k0 = default, k1 = default;
                    int row = order switch { RankOneRows.FromFirst => p, RankOneRows.FromSecond => p - 1, _ => last - p };
                    float* to = pt + row * Group + i;
                    for (int n = 0; n < states; n++, to += 2 * Plane)
                    {
                        int at = 2 * n * Group + i;
                        var (re0, re1, im0, im1) = Four(pv + at);
                        if (row >= 0)
                        {
                            Vector256.Narrow(re0, re1).Store(to);
                            Vector256.Narrow(sign * im0, sign * im1).Store(to + Plane);
                        }
                        var (a0, a1, b0, b1) = Four(pr + at);
                        (back0, back1) = (back0 + a0 * re0 - b0 * im0, back1 + a1 * re1 - b1 * im1);
                        if (pb == null)
                            continue;
                        (a0, a1, b0, b1) = Four(pb + at);
                        (k0, k1) = (k0 + a0 * re0 - b0 * im0, k1 + a1 * re1 - b1 * im1);
                    }
                    if (pb != null && p < Rows)
                        Vector256.Narrow(k0, k1).Store(pk + p * Group + i);
                    for (int n = 0; n < states; n++)
                    {
                        int at = 2 * n * Group + i;
                        var (re0, re1, im0, im1) = Four(pv + at);
                        var (fr0, fr1, fi0, fi1) = Four(pf + at);
                        var (hr0, hr1, hi0, hi1) = Four(ph + at);
                        (fr0 * re0 - fi0 * im0 - hr0 * back0).Store(pv + at);
                        (fr1 * re1 - fi1 * im1 - hr1 * back1).Store(pv + at + 4);
                        (fr0 * im0 + fi0 * re0 - hi0 * back0).Store(pv + at + Group);
                        (fr1 * im1 + fi1 * re1 - hi1 * back1).Store(pv + at + Group + 4);
                    }
                }
            }
        }
    }

    // The real parts, then the imaginary parts, of eight channels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Re0, Vector256<double> Re1, Vector256<double> Im0, Vector256<double> Im1) Four(double* at)
        => (Vector256.Load(at), Vector256.Load(at + 4), Vector256.Load(at + Group), Vector256.Load(at + Group + 4));
}

/// <summary>Which v_p stand in rows 0 ... Q - 1 of a table.</summary>
internal enum RankOneRows
{
    /// <summary>v_0 ... v_(Q-1).</summary>
    FromFirst,

    /// <summary>v_1 ... v_Q.</summary>
    FromSecond,

    /// <summary>v_(Q-1) ... v_0.</summary>
    Reversed,
}
