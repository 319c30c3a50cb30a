using System.Diagnostics;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>
/// Measures what a model serves for who listens to the meter of the library. While nobody does it looks at some flags, and otherwise it
/// allocates nothing but where a row fails.
/// </summary>
internal sealed class ServingMeter(SequenceModelOptions options)
{
    private KeyValuePair<string, object?>[]? _tags;

    // Made when they are first asked for, so that a model that nobody measures loads without them.
    private KeyValuePair<string, object?>[] Tags
        => _tags ??= [ModelTags.Of(options.Task), ModelTags.Of(options.Architecture)];

    private static bool IsListenedTo
        => Instruments.ScoredSequences.Enabled || Instruments.ScoredSteps.Enabled || Instruments.ScoringDuration.Enabled
            || Instruments.ScoringErrors.Enabled;

    /// <summary>The time, where it is wanted.</summary>
    public long Begin() => Instruments.ScoringDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>One row was scored.</summary>
    /// <param name="row">The row.</param>
    /// <param name="input">The column of the sequences.</param>
    /// <param name="began">When it began.</param>
    public void End(ScoredRow row, SequenceColumn input, long began)
    {
        if (IsListenedTo)
            Count(1, StepsOf(row, input), began);
    }

    /// <summary>The first <paramref name="count"/> rows were scored together.</summary>
    public void End(ScoredRow[] rows, int count, SequenceColumn input, long began)
    {
        if (count == 0 || !IsListenedTo)
            return;
        long sequences = 0, steps = 0;
        foreach (var row in rows.AsSpan(0, count))
        {
            if (row.Failure is { } failure)
            {
                Failed(failure.SourceException);
                continue;
            }
            sequences++;
            steps += StepsOf(row, input);
        }
        Count(sequences, steps, began);
    }

    /// <summary>A row could not be read or scored.</summary>
    public void Failed(Exception error)
    {
        if (Instruments.ScoringErrors.Enabled)
            Instruments.ScoringErrors.Add(1, [.. Tags, ModelTags.Of(error)]);
    }

    /// <summary>A stream has made a time step.</summary>
    public void Step()
    {
        if (Instruments.StreamSteps.Enabled)
            Instruments.StreamSteps.Add(1, Tags);
    }

    /// <summary>So many streams have made a time step.</summary>
    public void Steps(int streams)
    {
        if (Instruments.StreamSteps.Enabled)
            Instruments.StreamSteps.Add(streams, Tags);
    }

    /// <summary>Streams of something else have made a time step.</summary>
    public static void Steps(int streams, KeyValuePair<string, object?>[] tags) => Instruments.StreamSteps.Add(streams, tags);

    private void Count(long sequences, long steps, long began)
    {
        Instruments.ScoredSequences.Add(sequences, Tags);
        Instruments.ScoredSteps.Add(steps, Tags);
        // A listener that came while the rows were scored has missed the beginning.
        if (began != 0)
            Instruments.ScoringDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, Tags);
    }

    private static int StepsOf(ScoredRow row, SequenceColumn input) => (row.ValueCount + row.SecondCount) / input.Channels;
}
