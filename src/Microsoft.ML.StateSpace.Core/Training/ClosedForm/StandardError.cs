namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The rule of one standard error: of models whose errors differ by no more than chance makes them differ, the simplest is taken (Breiman,
/// Friedman, Olshen, Stone, "Classification and Regression Trees", 1984).
/// </summary>
internal static class StandardError
{
    /// <summary>Whether a sum of differences is at most one standard error above zero, over blocks of neighbours among the rows.</summary>
    /// <param name="differences">How much larger the squared error of a row is than that of the best model, in order.</param>
    public static bool Explains(ReadOnlySpan<double> differences)
    {
        int rows = differences.Length, blocks = Math.Min(rows, LeftOutBlocks.Count);
        double sum = 0, squares = 0;
        for (int block = 0; block < blocks; block++)
        {
            double own = 0;
            foreach (double difference in differences[(int)((long)block * rows / blocks)..(int)((block + 1L) * rows / blocks)])
                own += difference;
            sum += own;
            squares += own * own;
        }
        double variance = Math.Max(0, squares - sum * sum / Math.Max(1, blocks)) / Math.Max(1, blocks - 1);
        return sum <= Math.Sqrt(blocks * variance);
    }
}
