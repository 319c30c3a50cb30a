namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Copies a part of b to where a tile reads it in sequence: (steps, panel), one row a step of k.</summary>
internal static unsafe class GemmPack
{
    /// <summary>Columns beyond <paramref name="columns"/> are zeroed: tiles compute them and throw them away.</summary>
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
            int j = 0;
            for (; j + 4 <= columns; j += 4)
            {
                float* b0 = b + j * column, b1 = b0 + column, b2 = b1 + column, b3 = b2 + column, to = packed + j;
                for (int p = 0; p < steps; p++, to += panel)
                {
                    to[0] = b0[p * step];
                    to[1] = b1[p * step];
                    to[2] = b2[p * step];
                    to[3] = b3[p * step];
                }
            }
            for (; j < columns; j++)
            {
                for (int p = 0; p < steps; p++)
                    packed[p * panel + j] = b[j * column + p * step];
            }
        }
    }
}
