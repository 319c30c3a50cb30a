namespace Microsoft.ML.StateSpace.Losses;

/// <summary>Half the squared error, <c>(y - t)^2 / 2</c>, over all outputs of all valid time steps.</summary>
internal static class SquaredLoss
{
    /// <summary>Sum of the losses.</summary>
    public static double Value(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets)
    {
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double error = (double)outputs[i] - targets[i];
            sum += 0.5 * error * error;
        }
        return sum;
    }

    /// <summary>Assigns the derivative of the sum, times <paramref name="scale"/>: <c>y - t</c>.</summary>
    public static void Derivative(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double scale, Span<float> gradient)
    {
        for (int i = 0; i < outputs.Length; i++)
            gradient[i] = (float)(scale * ((double)outputs[i] - targets[i]));
    }
}
