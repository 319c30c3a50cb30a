using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Scoring;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// Learns how the errors of a run go on that starts in an unknown state. The model starts anew at many places of the training records,
/// where the process is in the midst of operation, and what it leaves over there is fitted.
/// </summary>
internal static class InitialOutputsFit
{
    // Runs, their usual length, and the records that they are taken from.
    private const int Runs = 200, UsualLength = 600;

    /// <param name="options">How many outputs are told.</param>
    /// <param name="model">The model that is to be corrected.</param>
    /// <param name="data">The training rows.</param>
    /// <param name="target">The column with the measured outputs.</param>
    public static InitialOutputs Fit(
        SequenceToSequenceOptions options, SequenceToSequenceTransformer model, IDataView data, TargetColumn target)
    {
        int told = options.InitialOutputs, channels = model.Input.Channels, outputs = target.Outputs;
        var records = Read(new ViewRows(data, model.Input, target, allowsMissing: target.AllowsMissing), told, out int longest);
        if (records.Count == 0)
            throw new InvalidOperationException(
                $"InitialOutputs is {told}, but the longest training record has {longest} time steps, so nothing follows the outputs that "
                + $"are told. Set InitialOutputs below {longest}, or give the model longer records.");
        var runs = records.SelectMany(record => Places(record.Length, told, records.Count).Select(place => (record, place))).ToArray();
        var errors = new double[outputs][][];
        for (int output = 0; output < outputs; output++)
            errors[output] = new double[runs.Length][];
        // Each run has a place of its own, so nothing depends on the threads.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Training.Threads ?? Environment.ProcessorCount };
        Parallel.For(0, runs.Length, parallel, i =>
        {
            var (record, (start, length)) = runs[i];
            var answers = new float[length * outputs];
            model.Scorer.Answer(
                record.Values.AsSpan(start * channels, length * channels),
                record.Intervals.Length > 0 ? record.Intervals.AsSpan(start, length) : [], answers);
            for (int output = 0; output < outputs; output++)
                errors[output][i] = [.. Enumerable.Range(0, length).Select(
                    t => (double)record.Targets[(start + t) * outputs + output] - answers[t * outputs + output])];
        });
        return new InitialOutputs(options.TargetColumnName, told, outputs, NoiseModel.FitRuns(errors, told));
    }

    // The first records that are longer than what is told.
    private static List<SequenceRow> Read(ViewRows rows, int told, out int longest)
    {
        var records = new List<SequenceRow>();
        longest = 0;
        using var cursor = rows.Open();
        while (records.Count < Runs && cursor.MoveNext())
        {
            var record = new SequenceRow();
            cursor.Read(record);
            longest = Math.Max(longest, record.Length);
            if (record.Length > told)
                records.Add(record);
        }
        return records;
    }

    // Runs over half of a record at most, spread evenly over it; a record that is short is one run.
    private static IEnumerable<(int Start, int Length)> Places(int steps, int told, int records)
    {
        int length = Math.Min(steps, Math.Max(2 * told, Math.Min(steps / 2, UsualLength)));
        int count = Math.Clamp((Runs + records - 1) / records, 1, steps - length + 1);
        for (int i = 0; i < count; i++)
            yield return (count == 1 ? 0 : (int)((long)(steps - length) * i / (count - 1)), length);
    }
}
