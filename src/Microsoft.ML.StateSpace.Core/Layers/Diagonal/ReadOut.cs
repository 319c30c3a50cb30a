namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Turns a complex read-out matrix C, (H, 2, N), into the real matrix (factor Re C, -factor Im C), (H, 2N). Multiplied with states stored
/// as two planes it gives <c>factor Re(C x)</c>.
/// </summary>
internal static class ReadOut
{
    public static void Prepare(ReadOnlySpan<float> c, Span<float> matrix, int states, float factor)
    {
        for (int i = 0; i < c.Length; i++)
            matrix[i] = (i / states % 2 == 0 ? factor : -factor) * c[i];
    }

    public static void PrepareBackward(ReadOnlySpan<float> matrixGradient, Span<float> cGradient, int states, float factor)
    {
        for (int i = 0; i < cGradient.Length; i++)
            cGradient[i] += (i / states % 2 == 0 ? factor : -factor) * matrixGradient[i];
    }
}
