namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// How far back the loss sees when it acts at the last step only. <c>P(k)</c> is the mean over sequences of <c>|p|^2</c> k steps before
/// that step, and the reach is the smallest k with <c>P(0) + ... + P(k)</c> at least 0.99 of all.
/// </summary>
/// <param name="Steps">The reach, in steps before the last one.</param>
/// <param name="EndsWithRecord">
/// Whether the sequences end before the costates have decayed, so that longer ones would show a longer reach: a single decay that needs
/// the whole sequence for 0.99 of its power shows a reach of 0.85 of it, and longer reaches are marked.
/// </param>
/// <param name="Power">P(k) for k = 0, 1, ... up to the longest sequence.</param>
public sealed record CostateReach(int Steps, bool EndsWithRecord, IReadOnlyList<double> Power)
{
    private const double Share = 0.99;

    // log(1 - 0.99^2) / log(0.01): the reach in a record that is as long as the reach without an end, as a share of the record.
    private static readonly double Seen = Math.Log(1 - Share * Share) / Math.Log(1 - Share);

    /// <summary>
    /// The reach of a single pole without an end of the record, <c>log(0.01) / (2 log|lambda|)</c> steps; infinite on the unit circle.
    /// </summary>
    public static double OfPole(Pole pole)
    {
        ArgumentNullException.ThrowIfNull(pole);
        return pole.Value.Magnitude < 1 ? Math.Log(1 - Share) / (2 * Math.Log(pole.Value.Magnitude)) : double.PositiveInfinity;
    }

    /// <param name="power">P(k).</param>
    /// <param name="counts">How many sequences have a step k steps before the one where the loss acts.</param>
    internal static CostateReach Of(double[] power, int[] counts)
    {
        int steps = Reach(k => power[k], power.Length);
        // With costates that do not decay at all the reach would be this.
        int longest = Reach(k => counts[k], counts.Length);
        bool isKnown = Array.Exists(power, value => value > 0);
        return new(steps, isKnown && steps + 1 >= Seen / Share * (longest + 1), power);
    }

    private static int Reach(Func<int, double> power, int length)
    {
        double all = 0, sum = 0;
        for (int k = 0; k < length; k++)
            all += power(k);
        for (int k = 0; k < length; k++)
        {
            sum += power(k);
            if (sum >= Share * all)
                return k;
        }
        return Math.Max(0, length - 1);
    }
}
