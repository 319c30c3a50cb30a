namespace Microsoft.ML.StateSpace.Benchmarks;

/// <summary>What runs before a measurement: a fast kernel that is wrong is not fast.</summary>
internal static class Check
{
    /// <summary>Random numbers in [-1, 1), the same for every run.</summary>
    public static float[] Random(int length, int seed)
    {
        var values = new float[length];
        Fill(values, seed);
        return values;
    }

    /// <summary>The same numbers as <see cref="Random"/>, in memory of the caller.</summary>
    public static void Fill(Span<float> values, int seed)
    {
        var random = new Random(seed);
        foreach (ref float value in values)
            value = random.NextSingle() * 2 - 1;
    }

    /// <summary>Throws unless all pairs differ by less than <paramref name="tolerance"/>.</summary>
    public static void Close(float[] naive, float[] fast, double tolerance)
    {
        for (int i = 0; i < naive.Length; i++)
            if (!(Math.Abs(naive[i] - fast[i]) < tolerance))
                throw new InvalidOperationException($"Element {i} is {fast[i]}, the naive version has {naive[i]}.");
    }
}
