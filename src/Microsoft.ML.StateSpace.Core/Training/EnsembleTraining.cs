using System.Globalization;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Trains the members of an ensemble one after the other, on the same sequences, and puts them into one model.</summary>
internal static class EnsembleTraining
{
    /// <inheritdoc cref="Trainer.Fit"/>
    public static TrainedModel Fit(
        SequenceModelOptions options, TrainingOptions training, SequenceSource data, SequenceSource? validation, Action<string>? log,
        Action<string>? warn, ICheckpoint? checkpoint)
    {
        var ensemble = (EnsembleOptions)options.Architecture;
        ensemble.Validate();
        int seed = training.Seed ?? throw new ArgumentException("The seed must be set.", nameof(training));
        options = options with
        {
            MissingValues = options.MissingValues ?? MissingOf(ensemble), DerivedInputs = DerivedDefaults.Of(options),
        };
        if (ensemble.Stacked)
            return Stack(options, ensemble, training, data, validation, log, warn, checkpoint);
        var members = Members(options, ensemble, training, data, validation, log, warn, checkpoint);
        return Finished(options, ensemble, training, members, validation ?? HeldOut(members, data, seed));
    }

    // Trains members on some sequences, weighs them on others, and trains those that have a weight on all.
    private static TrainedModel Stack(
        SequenceModelOptions options, EnsembleOptions ensemble, TrainingOptions training, SequenceSource data, SequenceSource? validation,
        Action<string>? log, Action<string>? warn, ICheckpoint? checkpoint)
    {
        if (options.Task != SequenceTask.Regression)
        {
            throw new ArgumentException(
                "Architecture.Stacked finds weights for one answer of values a sequence, which this task does not have. Leave Stacked "
                + "false; Weights may be set.");
        }
        var (learnt, held) = validation is null ? Stacking.Split(data) : (data, validation);
        var members = Members(options, ensemble, training, learnt, validation, log, warn, checkpoint);
        double[] weights = Stacking.Weights(members, held, training);
        log?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Weights of the members, found on {held.Count} sequences: {string.Join(", ", weights.Select(weight => $"{weight:F2}"))}."));
        int[] kept = [.. Enumerable.Range(0, weights.Length).Where(i => weights[i] > 0)];
        ensemble = ensemble with
        {
            Members = [.. kept.Select(i => ensemble.Members[i])], Weights = [.. kept.Select(i => weights[i])], Stacked = false,
        };
        TrainedModel Together() => kept.Length == 1 ? members[kept[0]] : Combine(options, ensemble, [.. kept.Select(i => members[i])]);
        double? metric = Metric(Together(), held, training);
        var duration = SummaryOf(training, members).Duration;
        foreach (int i in validation is null ? kept : [])
        {
            var architecture = members[i].Options.Architecture;
            members[i] = Member(options, architecture, i, members.Length, training, data, null, log, warn, checkpoint);
        }
        TrainedModel[] rest = [.. kept.Select(i => members[i])];
        duration += validation is null ? SummaryOf(training, rest).Duration : TimeSpan.Zero;
        var trained = Together();
        return trained with
        {
            Summary = (rest.Length == 1 ? trained.Summary with { Options = trained.Summary.Options with { HoldoutSeed = null } }
                : SummaryOf(training, rest)) with { Duration = duration, ValidationMetric = metric },
        };
    }

    private static TrainedModel[] Members(
        SequenceModelOptions options, EnsembleOptions ensemble, TrainingOptions training, SequenceSource data, SequenceSource? validation,
        Action<string>? log, Action<string>? warn, ICheckpoint? checkpoint)
    {
        var members = new TrainedModel[ensemble.Members.Count];
        for (int i = 0; i < members.Length; i++)
            members[i] = Member(options, ensemble.Members[i], i, members.Length, training, data, validation, log, warn, checkpoint);
        return members;
    }

    private static TrainedModel Member(
        SequenceModelOptions options, ArchitectureOptions architecture, int i, int count, TrainingOptions training, SequenceSource data,
        SequenceSource? validation, Action<string>? log, Action<string>? warn, ICheckpoint? checkpoint)
    {
        string prefix = $"Members[{i}] ({architecture.GetType().Name}): ";
        int seed = training.Seed!.Value;
        var own = training with
        {
            Seed = SeedOf(seed, i),
            HoldoutSeed = seed,
            Method = architecture is StateSpaceBankOptions ? null : training.Method, // a bank has a closed form
            Progress = training.Progress is { } progress ? new MemberProgress(progress, i, count) : null,
        };
        return ModelTraining.Fit(
            options with { Architecture = architecture }, own, data, validation, Prefixed(log, prefix), Prefixed(warn, prefix), checkpoint);
    }

    private static TrainedModel Finished(
        SequenceModelOptions options, EnsembleOptions ensemble, TrainingOptions training, TrainedModel[] members, SequenceSource? judging)
    {
        var trained = Combine(options, ensemble, members);
        return trained with
        {
            Summary = SummaryOf(training, members) with { ValidationMetric = Metric(trained, judging, training) },
        };
    }

    /// <summary>Puts trained members into one model; its summary is that of the first.</summary>
    internal static TrainedModel Combine(SequenceModelOptions options, EnsembleOptions ensemble, IReadOnlyList<TrainedModel> members)
    {
        options = options with
        {
            MissingValues = members[0].Options.MissingValues,
            MeanSteps = members.Max(member => member.Options.MeanSteps),
            Architecture = ensemble with { Members = [.. members.Select(member => member.Options.Architecture)] },
        };
        var parameters = SequenceModel.Create(options).Layout.CreateZeros();
        var rest = parameters.Values;
        foreach (var member in members)
        {
            member.Parameters.Values.CopyTo(rest);
            rest = rest[member.Parameters.Values.Length..];
        }
        return new TrainedModel(options, parameters, members[0].Summary);
    }

    // The first member has the seed that it would have alone.
    private static int SeedOf(int seed, int member) => unchecked(seed + member * (int)0x9E3779B9);

    // What is missing stands for the same in all members, and a certified one takes nothing but the mean.
    private static MissingValues? MissingOf(EnsembleOptions ensemble)
        => ensemble.Members.Any(member => member is NetworkOptions { Core.IsCertified: true }) ? MissingValues.Mean : null;

    private static Action<string>? Prefixed(Action<string>? write, string prefix)
        => write is null ? null : line => write(prefix + line);

    // What each member has held out by itself, where it has.
    private static SequenceSource? HeldOut(TrainedModel[] members, SequenceSource data, int seed)
        => members.Max(member => member.Summary.Options.ValidationFraction) is double fraction and > 0
            ? Holdout.Split(data, fraction, new Random(seed)).Validation
            : null;

    // The metric of the mean answers; null where no target can judge them.
    private static double? Metric(TrainedModel model, SequenceSource? validation, TrainingOptions training)
    {
        if (validation is null || !Evaluation.CanJudge(model.Options, training, validation))
            return null;
        var predictor = new SequencePredictor(model);
        var metric = TaskMetric.Of(model.Options.Task, model.Options.Outputs);
        foreach (var part in validation.Parts(training.Cancellation))
            Add(metric, predictor, model.Options, part, training);
        return metric.Value;
    }

    private static void Add(
        TaskMetric metric, SequencePredictor predictor, SequenceModelOptions model, SequenceSet validation, TrainingOptions training)
    {
        var answers = new float[validation.Count][];
        Parallel.For(
            0, validation.Count, new ParallelOptions { MaxDegreeOfParallelism = training.Threads ?? Environment.ProcessorCount }, i =>
            {
                answers[i] = new float[predictor.OutputLength(validation.Length(i))];
                predictor.Predict(validation, i, answers[i]);
            });
        for (int i = 0; i < answers.Length; i++)
        {
            int washed = validation.Targets.Axis == AnswerAxis.Step ? Math.Min(training.Washout, validation.Length(i)) : 0;
            metric.Add(
                answers[i].AsSpan(washed * model.Outputs),
                new TargetRows(
                    validation.Classes(i)[(washed * validation.Targets.ClassWidth)..],
                    validation.TargetsOf(i)[(washed * validation.Targets.ValueWidth)..]));
        }
    }

    private static TrainingSummary SummaryOf(TrainingOptions training, TrainedModel[] members)
    {
        TrainingSummary[] own =
        [
            .. members.Select(member => member.Summary with { Options = member.Summary.Options with { HoldoutSeed = null } }),
        ];
        string[] warnings =
        [
            .. own.Index().Where(member => member.Item.Warning is not null)
                .Select(member => $"Members[{member.Index}]: {member.Item.Warning}"),
        ];
        TrainingStop[] byWeight =
        [
            TrainingStop.Cancelled, TrainingStop.Diverged, TrainingStop.EarlyStopping, TrainingStop.Completed, TrainingStop.Stalled,
            TrainingStop.Converged,
        ];
        return new TrainingSummary
        {
            Options = own[0].Options with { Seed = training.Seed, Progress = training.Progress },
            Epochs = own.Sum(member => member.Epochs),
            BestEpoch = 0,
            Stop = byWeight.First(stop => Array.Exists(own, member => member.Stop == stop)),
            Warning = warnings.Length == 0 ? null : string.Join(" ", warnings),
            Duration = own.Aggregate(TimeSpan.Zero, (sum, member) => sum + member.Duration),
            ParameterCount = own.Sum(member => member.ParameterCount),
            Members = own,
        };
    }

    /// <summary>Passes reports on with the place of the member.</summary>
    private sealed class MemberProgress(IProgress<TrainingProgress> next, int member, int members) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => next.Report(value with { Member = member, Members = members });
    }
}
