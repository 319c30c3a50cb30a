using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Trains a bank of random state spaces that answers every time step. Values are fitted by least squares. Classes are too, as values of 1
/// for the class of a step and -1 for the others; one factor then makes logits of them, so that the probabilities of steps which were held
/// out are as right as they can be.
/// </summary>
internal static class StepBankTraining
{
    private const float LeastShare = 0.1f;

    /// <inheritdoc cref="Trainer.Fit"/>
    public static TrainedModel Fit(
        SequenceModelOptions options, TrainingOptions training, SequenceSet data, SequenceSet? validation, Action<string>? log,
        Action<string>? warn)
    {
        var clock = Stopwatch.StartNew();
        int seed = training.Seed ?? throw new ArgumentException("The seed must be set.", nameof(training));
        BankTraining.RequireSquaredLoss(options, training);
        RequireWholeSequences(training);
        options = BankDefaults.Resolve(options, data);
        _ = Holdout.Judging(options, training with { ValidationFraction = null }, data, null, null);
        MissingReport.Write(options, data, log);
        var architecture = (StateSpaceBankOptions)options.Architecture;
        using var workers = new Workers(training.Threads ?? Environment.ProcessorCount);
        // What acts back is found first, since it says which parameters the model has.
        var (model, parameters, targets, rows) = Begin(WithFeedback(options, architecture.FeedbackLags ?? 0), training, data, warn);
        var feedback = architecture.FeedbackLags == 0 || !StepBankModel.CanFeedBack(options) ? null
            : NarxFit.Find(
                rows, architecture.FeedbackLags, StepBankFit.Start(model.Bank, parameters, rows, seed, workers, training.Cancellation),
                workers, training.Cancellation);
        var heldOut = new double[rows.Targets.Length];
        void FitWith(NarxFit.Result? feedback)
        {
            options = WithFeedback(options, feedback?.Lags ?? 0);
            if (model.Bank.Sizes.FeedbackLags != (feedback?.Lags ?? 0))
                (model, parameters, targets, rows) = Begin(options, training, data, warn: null);
            feedback?.CopyTo(model.Bank.Feedback!, parameters);
            StepBankFit.Fit(model.Bank, parameters, rows, seed, workers, heldOut, feedback?.HeldOut, training.Cancellation);
        }
        if (architecture.FeedbackLags > 0 && feedback is null)
            warn?.Invoke(
                $"FeedbackLags is {architecture.FeedbackLags}, but the bank has no feedback: outputs are known at different time steps, or "
                + "no model with feedback stays within twice the largest known output.");
        FitWith(feedback);
        if (feedback is not null && architecture.FeedbackLags is null && !Matters(model.Bank, parameters))
            FitWith(feedback = null);
        var sizes = model.Bank.Sizes;
        var (loss, metric) = Judge(model, parameters, targets, heldOut, training);
        log?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"A bank of {model.Bank.Banks.Length * (sizes.Filters + sizes.FiltersFromEnd)} filters was fitted to {rows.Count} time steps "
            + $"{(feedback is null ? "" : "with feedback ")}in {clock.Elapsed.TotalSeconds:F1} s; "
            + $"held out: loss {loss:F4}, {metric.Name} {metric.Value:F4}."));
        var summary = ClosedFormSummary.Of(
            options, training, loss, metric.Value, FittedValues(model.Bank), data.Count, clock.Elapsed);
        return new TrainedModel(options, parameters, summary);
    }

    private static int FittedValues(StepBank bank)
        => bank.ReadOut.Length + bank.Bias.Length
            + (bank.Feedback is { } feedback ? feedback.Weights.Length + feedback.Bias.Length + bank.Share!.Length : 0);

    // Whether the model with feedback has a share of some output; else it is not worth its steps.
    private static bool Matters(StepBank bank, ParameterSet parameters)
    {
        foreach (float share in bank.Share!.Of(parameters.Values))
            if (share > LeastShare)
                return true;
        return false;
    }

    private static SequenceModelOptions WithFeedback(SequenceModelOptions options, int lags)
        => options with { Architecture = (StateSpaceBankOptions)options.Architecture with { FeedbackLags = lags } };

    // A model with its statistics, and the rows to learn from.
    private static (StepBankModel Model, ParameterSet Parameters, StepTargets Targets, StepRows Rows) Begin(
        SequenceModelOptions options, TrainingOptions training, SequenceSet data, Action<string>? warn)
    {
        var model = new StepBankModel(options, new ParameterLayout());
        var parameters = model.Layout.Create(new Random(training.Seed!.Value), training.Cancellation);
        foreach (string line in DataStatistics.Store(model.InputStage, model.Head.Output, parameters, data))
            warn?.Invoke(line);
        var targets = StepTargets.Of(data, model, parameters.Values, training);
        var rows = new StepRows(
            Inputs(model, parameters, data, targets.Starts), targets.Values, targets.Starts, targets.Weights,
            options.HasIntervals ? Intervals(data, targets.Starts) : null);
        return (model, parameters, targets, rows);
    }

    private static void RequireWholeSequences(TrainingOptions training)
    {
        if (training.Window is int window)
            throw new ArgumentException(
                $"A bank of state spaces is fitted to whole sequences of any length, but TrainingOptions.Window is {window}. Leave it "
                + "null, or choose a network as the Architecture.");
    }

    // What the bank reads of all sequences, packed.
    private static float[] Inputs(StepBankModel model, ParameterSet parameters, SequenceSet data, int[] starts)
    {
        int width = model.InputStage.Width;
        var inputs = new float[checked(starts[^1] * width)];
        var memory = new StepBankMemory(model, ScoringWindows.WindowRows);
        var state = new float[model.StateSize];
        for (int i = 0; i < data.Count; i++)
        {
            Array.Clear(state);
            // What is derived from a sequence that is read both ways may follow from all of it.
            int window = model.IsCausal ? ScoringWindows.WindowRows : data.Length(i);
            for (int start = 0; start < data.Length(i); start += window)
            {
                int count = Math.Min(window, data.Length(i) - start);
                memory.Encode(parameters.Values, data.Values(i), start, count, state).CopyTo(inputs.AsSpan((starts[i] + start) * width));
            }
        }
        return inputs;
    }

    private static float[] Intervals(SequenceSet data, int[] starts)
    {
        var intervals = new float[starts[^1]];
        for (int i = 0; i < data.Count; i++)
            data.Intervals(i).CopyTo(intervals.AsSpan(starts[i]));
        return intervals;
    }

    // Calibrates classes, and judges what was predicted for rows that were held out.
    private static (double Loss, TaskMetric Metric) Judge(
        StepBankModel model, ParameterSet parameters, StepTargets targets, double[] heldOut, TrainingOptions training)
    {
        var loss = TaskLoss.OfValidation(model.Options.Task, model.Options.Outputs, training);
        var metric = TaskMetric.Of(model.Options.Task, model.Options.Outputs);
        var rows = targets.Rows;
        var answers = new float[heldOut.Length];
        double Loss(double factor)
        {
            for (int i = 0; i < answers.Length; i++)
                answers[i] = (float)(factor * heldOut[i]);
            return loss.Value(answers, rows()) / loss.Weight(rows());
        }
        double best = model.Head.Targets.Kind == TargetKind.Class ? LeftOutScores.BestFactor(Loss) : 1, least = Loss(best);
        foreach (ref float value in model.Bank.ReadOut.Of(parameters.Values))
            value *= (float)best;
        foreach (ref float value in model.Bank.Bias.Of(parameters.Values))
            value *= (float)best;
        metric.Add(answers, rows());
        return (least, metric);
    }
}
