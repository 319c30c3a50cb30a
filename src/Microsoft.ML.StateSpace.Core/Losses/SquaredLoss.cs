namespace Microsoft.ML.StateSpace.Losses;

/// <summary>Half the squared error, <c>(y - t)^2 / 2</c>, over all outputs of all valid time steps.</summary>
internal static class SquaredLoss
{
    /// <summary>The sum of the losses.</summary>
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

    /// <summary>Assigns the derivative of that sum with respect to the outputs, <c>y - t</c>, times <paramref name="scale"/>.</summary>
    public static void Derivative(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double scale, Span<float> gradient)
    {
        for (int i = 0; i < outputs.Length; i++)
            gradient[i] = (float)(scale * ((double)outputs[i] - targets[i]));
    }
}
