using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Holds a part of the training sequences out for validation. Their number is the fraction of all, rounded, and at least one where a
/// fraction is asked for. They come from all classes in proportion, by the method of the largest remainder: each class gives the whole
/// part of its share, and those with the largest remainders give one more until the number is reached. No class gives its last sequence.
/// </summary>
internal static class Holdout
{
    private const string Consequence = "the last epoch is kept, and training does not stop early.";

    /// <param name="data">All sequences.</param>
    /// <param name="fraction">The share that is held out; 0 holds out nothing.</param>
    /// <param name="random">Chooses which sequences of a class are held out.</param>
    public static (TSource Training, TSource? Validation) Split<TSource>(TSource data, double fraction, Random random)
        where TSource : SequenceSource
    {
        if (fraction == 0)
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
        return validation.Count == 0 ? (data, null) : ((TSource)data.Select(training.Order()), (TSource)data.Select(validation.Order()));
    }

    /// <summary>
    /// The validation set, or <see langword="null"/> where none of its targets counts, so that it cannot tell a better epoch. Warns where
    /// there is none although one was asked for.
    /// </summary>
    /// <exception cref="InvalidOperationException">No target of the training sequences counts.</exception>
    public static SequenceSource? Judging(
        SequenceModelOptions model, TrainingOptions training, SequenceSource data, SequenceSource? validation, Action<string>? warn)
    {
        const string Reason = "each is unknown, lies within the Washout, or has a weight of zero";
        if (!Evaluation.CanJudge(model, training, data))
            throw new InvalidOperationException(
                $"None of the targets of the training sequences counts ({data.TargetsName}): {Reason}. "
                + "Check TrainingOptions.Washout, ClassWeights and OutputWeights, and the column.");
        if (validation is null && training.ValidationFraction is double fraction and > 0)
            warn?.Invoke(
                FormattableString.Invariant($"Nothing is held out although ValidationFraction is {fraction}, ")
                + $"because {(data.Count < 2 ? "there is only one sequence" : "no class has two sequences")}: {Consequence} "
                + "Give a ValidationSet, or more sequences.");
        if (validation is null || Evaluation.CanJudge(model, training, validation))
            return validation;
        warn?.Invoke($"None of the targets held out for validation counts ({validation.TargetsName}): {Reason}. So {Consequence}");
        return null;
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
