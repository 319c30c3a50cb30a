using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Copies a part of b to where a tile reads it in sequence: (steps, panel), one row a step of k.</summary>
internal static unsafe class GemmPack
{
    /// <summary>Columns beyond <paramref name="columns"/> are zeroed: tiles compute them and throw them away.</summary>
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
                // Four stores in one: a panel is filled as fast as stores go.
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
