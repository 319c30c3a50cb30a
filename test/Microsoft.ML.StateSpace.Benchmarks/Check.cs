namespace Microsoft.ML.StateSpace.Benchmarks;

/// <summary>What runs before a measurement: a fast kernel that is wrong is not fast.</summary>
internal static class Check
{
    /// <summary>Random numbers in [-1, 1), the same for every run.</summary>
    public static float[] Random(int length, int seed)
    {
        var random = new Random(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++)
            values[i] = random.NextSingle() * 2 - 1;
        return values;
    }

    /// <summary>Throws unless all pairs differ by less than <paramref name="tolerance"/>.</summary>
    public static void Close(float[] naive, float[] fast, double tolerance)
    {
        for (int i = 0; i < naive.Length; i++)
            if (!(Math.Abs(naive[i] - fast[i]) < tolerance))
                throw new InvalidOperationException($"Element {i} is {fast[i]}, the naive version has {naive[i]}.");
    }
}
