using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Trains a bank of random state spaces: draws the filters, counts their outputs over all training sequences, and solves for the read-out.
/// </summary>
internal static class BankTraining
{
    /// <inheritdoc cref="Trainer.Fit"/>
    public static TrainedModel Fit(
        SequenceModelOptions options, TrainingOptions training, SequenceSet data, SequenceSet? validation, Action<string>? log,
        Action<string>? warn)
    {
        var clock = Stopwatch.StartNew();
        training.RequireWholeSequences();
        RequireSquaredLoss(options, training);
        int seed = training.Seed ?? throw new ArgumentException("The seed must be set.", nameof(training));
        options = BankDefaults.Resolve(options, data);
        var model = new BankModel(options, new ParameterLayout());
        var parameters = model.Layout.Create(new Random(seed), training.Cancellation);
        var prepared = new float[model.Layout.PreparedLength];
        MissingReport.Write(options, data, log);
        foreach (string line in DataStatistics.Store(model.InputStage, model.Head.Output, parameters, data))
            warn?.Invoke(line);
        var targets = ReadOutTargets.Of(data, model.Head, parameters.Values, training.ClassWeights);
        if (targets.Count == 0)
        {
            throw new InvalidOperationException(
                $"None of the targets of the training sequences counts ({data.TargetsName}): each is unknown, or has a weight of zero. "
                + "Check TrainingOptions.ClassWeights, and the column.");
        }
        using var workers = new Workers(training.Threads ?? Environment.ProcessorCount);
        FilterDraw.Fill(model, parameters, prepared, data, seed, workers);
        LinearDraw.Fill(model, parameters, data);
        training.Cancellation.ThrowIfCancellationRequested();
        var readOut = new FeatureRows(model, parameters, prepared, data, targets, workers, training.Cancellation).Solve(seed);
        readOut.Weight.CopyTo(model.Weight.Of(parameters.Values));
        readOut.Bias.CopyTo(model.Bias.Of(parameters.Values));
        log?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"{NameOf(model)} was fitted to {targets.Count} sequences in "
            + $"{clock.Elapsed.TotalSeconds:F1} s; penalty {readOut.Penalty:G2}, left out: loss {readOut.Loss:F4}, {readOut.Metric:F4}."));
        var summary = ClosedFormSummary.Of(
            options, training, readOut.Loss, readOut.Metric, readOut.Weight.Length + readOut.Bias.Length, data.Count, clock.Elapsed);
        return new TrainedModel(options, parameters, summary);
    }

    private static string NameOf(BankModel model)
        => model.Bank.Groups == 0 ? "A linear model" : $"A bank of {model.Bank.Groups * Kernels.FilterChain.Lanes} filters";

    internal static void RequireSquaredLoss(SequenceModelOptions options, TrainingOptions training)
    {
        if (options.Task.Target == TargetKind.Value && training.Loss != ValueLossKind.Squared)
        {
            throw new ArgumentException(
                $"A bank of state spaces is fitted by least squares, in closed form, but TrainingOptions.Loss is {training.Loss}. Leave "
                + "TrainingOptions.Loss at Squared, or choose a network as the Architecture.",
                nameof(training));
        }
    }
}
