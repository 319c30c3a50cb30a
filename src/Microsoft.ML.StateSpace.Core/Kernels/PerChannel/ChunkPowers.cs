using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The rows of a table for one state and one <see cref="ChunkLayout.Group"/> of channels: <c>pole^p start</c> for p = 0 ... Rows - 1. They
/// are computed in double and rounded once.
/// </summary>
internal static unsafe class ChunkPowers
{
    /// <param name="pole">The poles of the group: real parts, then imaginary ones.</param>
    /// <param name="value">In: start, laid out like the poles. Out: <c>pole^Rows start</c>.</param>
    /// <param name="sign">What the imaginary plane is multiplied by.</param>
    /// <param name="table">The table at this group and state, (2, Rows, Group).</param>
    /// <param name="sum">A sum to which the real parts are added, (Rows, Group); may be empty.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(ReadOnlySpan<double> pole, Span<double> value, double sign, Span<float> table, Span<double> sum)
    {
        const int Group = ChunkLayout.Group, Plane = ChunkLayout.Rows * Group, Half = 8;
        Debug.Assert(sum.IsEmpty || sum.Length >= Plane, "a sum for every row");
        fixed (double* poles = pole, values = value, sums = sum)
        fixed (float* planes = table)
        {
            for (int i = 0; i < Group; i += Half)
            {
                var (ar0, ai0, ar1, ai1) = (Vector256.Load(poles + i), Vector256.Load(poles + Group + i), Vector256.Load(poles + i + 4),
                    Vector256.Load(poles + Group + i + 4));
                var (r0, i0, r1, i1) = (Vector256.Load(values + i), Vector256.Load(values + Group + i), Vector256.Load(values + i + 4),
                    Vector256.Load(values + Group + i + 4));
                float* to = planes + i;
                double* add = sums + i;
                for (int p = 0; p < ChunkLayout.Rows; p++, to += Group, add += Group)
                {
                    Vector256.Narrow(r0, r1).Store(to);
                    Vector256.Narrow(sign * i0, sign * i1).Store(to + Plane);
                    if (sums != null)
                    {
                        (Vector256.Load(add) + r0).Store(add);
                        (Vector256.Load(add + 4) + r1).Store(add + 4);
                    }
                    (r0, i0) = (ar0 * r0 - ai0 * i0, ar0 * i0 + ai0 * r0);
                    (r1, i1) = (ar1 * r1 - ai1 * i1, ar1 * i1 + ai1 * r1);
                }
                r0.Store(values + i);
                r1.Store(values + i + 4);
                i0.Store(values + Group + i);
                i1.Store(values + Group + i + 4);
            }
        }
    }
}
