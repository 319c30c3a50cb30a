using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Holds a part of the training sequences out for validation. Their number is the fraction of all, rounded, and at least one where a
/// fraction is asked for. They come from all classes in proportion, by the method of the largest remainder: each class gives the whole
/// part of its share, and those with the largest remainders give one more until the number is reached. No class gives its last sequence.
/// </summary>
internal static class Holdout
{
    public static (SequenceSet Training, SequenceSet? Validation) Split(SequenceSet data, double fraction, Random random)
    {
        if (fraction == 0 || data.Count < 2)
            return (data, null);
        List<int> training = [], validation = [];
        int[] order = [.. Enumerable.Range(0, data.Count)];
        random.Shuffle(order);
        int[][] groups = [.. order.GroupBy(i => data.Stratum(i)).OrderBy(g => g.Key).Select(g => g.ToArray())];
        int[] held = Shares([.. groups.Select(members => members.Length)], fraction);
        for (int g = 0; g < groups.Length; g++)
        {
            validation.AddRange(groups[g].Take(held[g]));
            training.AddRange(groups[g].Skip(held[g]));
        }
        return validation.Count == 0 ? (data, null) : (data.Select(training.Order()), data.Select(validation.Order()));
    }

    // How many sequences each group gives. Of equal remainders the larger group comes first, then the earlier.
    private static int[] Shares(int[] sizes, double fraction)
    {
        int[] held = [.. sizes.Select(size => Math.Min(size - 1, (int)(size * fraction)))];
        int missing = Math.Max(1, (int)Math.Round(sizes.Sum() * fraction, MidpointRounding.AwayFromZero)) - held.Sum();
        foreach (int g in Enumerable.Range(0, sizes.Length)
            .Where(g => held[g] < sizes[g] - 1)
            .OrderByDescending(g => sizes[g] * fraction - held[g]).ThenByDescending(g => sizes[g])
            .Take(Math.Max(0, missing)))
            held[g]++;
        return held;
    }
}
