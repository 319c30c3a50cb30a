using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Trains a network beside the equations of a forecaster, causally over whole series: at every row it answers for all horizon steps, so a
/// pass is linear in the length. It learns what the closed form, fitted to the first 80 % of each series, leaves over in these; the next
/// 10 % choose the epoch; the last 10 % say whether it counts.
/// </summary>
internal static class ForecastNetworkTraining
{
    // Longer series are cut into windows of so many rows.
    private const int LongSeries = 1024, Window = 512;

    // Optimiser steps that are enough, unless they make too few epochs, and sequences of a step. The closed form has been found before the
    // first.
    private const int Steps = 300, FewestEpochs = 10, BatchSize = 16;

    /// <summary>Trains a network of the given options on sequences, and chooses the epoch by others.</summary>
    public delegate TrainedModel Run(SequenceModelOptions options, TrainingOptions training, SequenceSet data, SequenceSet validation);

    /// <param name="series">The rows of each series, (T, Width).</param>
    /// <param name="model">The forecaster, fitted to all rows.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="training">How to train.</param>
    /// <param name="confidence">The share of values that shall lie in their intervals.</param>
    /// <param name="run">Trains.</param>
    /// <param name="warn">Receives what a user should know.</param>
    /// <returns>The network; <see langword="null"/> where rows that were held out said that it should not count.</returns>
    /// <exception cref="InvalidOperationException">The targets of all rows take more memory than the budget.</exception>
    public static ForecastNetwork? Fit(
        IReadOnlyList<float[]> series, ForecastModel model, NetworkOptions architecture, TrainingOptions training, double confidence,
        Run run, Action<string>? warn)
    {
        var shape = model.Shape;
        int threads = training.Threads ?? Environment.ProcessorCount;
        var closed = Closed(
            [.. series.Select(rows => ForecastExamples.LearntRows(rows, shape))], model, confidence, threads, training.Cancellation);
        if (closed is null)
        {
            warn?.Invoke(
                "The series are too short to hold out the rows that would say whether a network is better, so the closed form stands "
                + "alone. Give longer series, or leave ForecastingOptions.Architecture null.");
            return null;
        }
        RequireMemory(series, shape, training);
        ForecastExamples[] examples = [.. series.Select(rows => new ForecastExamples(closed, rows))];
        double[] levels = [(1 - confidence) / 2, 0.5, (1 + confidence) / 2];
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence, Inputs = ForecastNetwork.InputsOf(shape), Outputs = ForecastNetwork.OutputsOf(shape),
            Architecture = architecture with { Bidirectional = false },
        };
        var data = SetOf(shape, examples, one => (one.Learnt, 0, one.Learnt));
        training = Resolved(training, data) with { IntervalLevels = levels, ValidationFraction = null };
        var trained = run(options, training, data, SetOf(shape, examples, one => (one.Choosing, one.Learnt, one.Choosing)));
        return Judged(shape, examples, trained, closed.HalfWidths, confidence, TaskLoss.Of(options.Task, options.Outputs, training));
    }

    private static TrainingOptions Resolved(TrainingOptions training, SequenceSet data)
    {
        int? window = training.Window ?? (Enumerable.Range(0, data.Count).Max(data.Length) > LongSeries ? Window : null);
        if (!training.HasAdamW)
            return training with { Window = window }; // no batches, and as many iterations as the method usually takes
        int batch = training.BatchSize ?? BatchSize, stepsPerEpoch = (data.Cut(window).Count + batch - 1) / batch;
        return training with
        {
            Window = window, BatchSize = batch, Epochs = training.Epochs ?? Math.Max(FewestEpochs, Steps / stepsPerEpoch),
        };
    }

    private static ForecastNetwork? Judged(
        ForecastShape shape, ForecastExamples[] examples, TrainedModel trained, double[] units, double confidence, TaskLoss loss)
    {
        var judge = new ForecastJudge(examples, new ForecastNetwork(shape, trained, 1, units, new double[units.Length]), confidence);
        double weight = judge.Weight(loss, shape.Horizon);
        return weight == 0 ? null : new ForecastNetwork(shape, trained, weight, units, judge.Offsets(units.Length, weight));
    }

    // The closed form of the learnt rows, in the same scales; null where they are too few.
    private static ForecastModel? Closed(
        List<float[]> learnt, ForecastModel model, double confidence, int threads, CancellationToken cancellation)
    {
        try
        {
            return ForecastTraining.Fit(
                learnt, model.Shape, choosesSeason: false, confidence, threads, scales: model.Scales, cancellation: cancellation);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static SequenceSet SetOf(
        ForecastShape shape, ForecastExamples[] examples, Func<ForecastExamples, (int Rows, int From, int To)> part)
    {
        var targets = TargetLayout.StepValues(ForecastNetwork.OutputsOf(shape));
        var set = new SequenceSet(ForecastNetwork.InputsOf(shape), targets) { IsMade = true };
        foreach (var one in examples)
        {
            var (rows, from, to) = part(one);
            if (rows > 0)
                set.Add(one.Inputs(rows), one.Targets(rows, from, to));
        }
        return set;
    }

    private static void RequireMemory(IReadOnlyList<float[]> series, ForecastShape shape, TrainingOptions training)
    {
        long rows = series.Sum(one => (long)one.Length / shape.Width);
        // What is learnt, what chooses the epoch, and what is judged.
        long bytes = 3 * sizeof(float) * rows * (ForecastNetwork.InputsOf(shape) + ForecastNetwork.OutputsOf(shape));
        if (bytes > training.MemoryBudget)
            throw new InvalidOperationException(
                $"The network of a forecaster learns {shape.Horizon} steps of {shape.Targets} targets at each of {rows} rows, which takes "
                + $"{bytes} bytes, more than TrainingOptions.MemoryBudget, {training.MemoryBudget}. Raise MemoryBudget to at least "
                + $"{bytes}, set Horizon to a smaller number, or leave ForecastingOptions.Architecture null.");
    }
}
