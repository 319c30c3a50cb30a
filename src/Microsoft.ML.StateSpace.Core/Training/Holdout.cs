using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Holds a part of the training sequences out for validation. Each class gives the same share, but never its last sequence.
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
        foreach (var group in order.GroupBy(i => data.Stratum(i)).OrderBy(g => g.Key))
        {
            int[] members = [.. group];
            int held = Math.Min(members.Length - 1, (int)Math.Round(members.Length * fraction));
            validation.AddRange(members.Take(held));
            training.AddRange(members.Skip(held));
        }
        return validation.Count == 0 ? (data, null) : (data.Select(training.Order()), data.Select(validation.Order()));
    }
}
