namespace Microsoft.ML.StateSpace.Testing;

/// <summary>Arrays of random numbers with a fixed seed.</summary>
internal static class Draw
{
    /// <summary>Uniform in [-1, 1).</summary>
    public static float[] Uniform(int length, int seed = 1) => Uniform(length, -1, 1, seed);

    /// <summary>Uniform in [low, high).</summary>
    public static float[] Uniform(int length, double low, double high, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++)
            values[i] = (float)(low + (high - low) * random.NextDouble());
        return values;
    }

    /// <summary>Poles (2, N) of modulus 0.5 to 0.9, real parts first.</summary>
    public static float[] Poles(int states, int seed = 1)
    {
        var random = new Random(seed);
        var poles = new float[2 * states];
        for (int n = 0; n < states; n++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            double modulus = 0.5 + 0.4 * random.NextDouble();
            (poles[n], poles[states + n]) = ((float)(modulus * cos), (float)(modulus * sin));
        }
        return poles;
    }
}
