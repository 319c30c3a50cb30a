namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>Turns class probabilities into a key.</summary>
internal static class ClassOutput
{
    /// <summary>
    /// The raw value of the key of the most probable class. It counts from 1; 0, the missing key, where nothing is known.
    /// </summary>
    public static uint Likeliest(ReadOnlySpan<float> scores)
    {
        if (float.IsNaN(scores[0]))
            return 0;
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
                best = i;
        }
        return (uint)best + 1;
    }
}
