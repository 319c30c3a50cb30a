using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Copies a part of b into memory that a tile reads in sequence: (steps, panel), one row for each step of k.</summary>
internal static unsafe class GemmPack
{
    /// <summary>
    /// Packs <paramref name="columns"/> columns of b. A tile always computes a whole panel: columns of the panel that b lacks are set to
    /// zero here, and their results are not used.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* b, nint step, nint column, int steps, int columns, int panel, float* packed)
    {
        if (columns < panel)
            new Span<float>(packed, steps * panel).Clear();
        if (column == 1)
        {
            for (int p = 0; p < steps; p++)
                new ReadOnlySpan<float>(b + p * step, columns).CopyTo(new Span<float>(packed + p * panel, columns));
        }
        else
        {
            Debug.Assert(step == 1, "one of the two distances is 1");
            int j = 0;
            for (; j + 4 <= columns; j += 4)
            {
                // Four values are written with one store, because the stores limit how fast a panel is filled.
                float* b0 = b + j * column, b1 = b0 + column, b2 = b1 + column, b3 = b2 + column, to = packed + j;
                for (int p = 0; p < steps; p++, to += panel)
                    Vector128.Create(b0[p], b1[p], b2[p], b3[p]).Store(to);
            }
            for (; j < columns; j++)
            {
                for (int p = 0; p < steps; p++)
                    packed[p * panel + j] = b[j * column + p];
            }
        }
    }
}
