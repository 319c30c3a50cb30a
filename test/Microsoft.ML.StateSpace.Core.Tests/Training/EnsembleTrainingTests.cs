using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public sealed class EnsembleTrainingTests : IDisposable
{
    private static readonly EnsembleOptions Ensemble = new()
    {
        Members = [SmallTask.Model.Architecture, new S5Options { Layers = 1, ModelSize = 6, StateSize = 4 }],
    };

    private static readonly SequenceModelOptions Model = SmallTask.Model with { Architecture = Ensemble };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheFirstMember_IsTheModelThatItWouldBeAlone_AndTheOthersHaveSeedsOfTheirOwn()
    {
        var alone = Trainer.Fit(SmallTask.Model, SmallTask.Training, SmallTask.Data());

        var trained = ModelTraining.Fit(Model, SmallTask.Training, SmallTask.Data());
        var twice = ModelTraining.Fit(
            Model with { Architecture = new EnsembleOptions { Members = [SmallTask.Model.Architecture, SmallTask.Model.Architecture] } },
            SmallTask.Training, SmallTask.Data());

        trained.Parameters.Values[..alone.Parameters.Values.Length].Should().BeBitwise(alone.Parameters.Values);
        var other = twice.Parameters.Values[alone.Parameters.Values.Length..];
        other.SequenceEqual(alone.Parameters.Values).Should().BeFalse();
        twice.Summary.Members!.Select(member => member.Options.Seed).Distinct().Should().HaveCount(2);
    }

    [Fact]
    public void Options_AndSummary_SayWhatWasChosenForEachMember()
    {
        var trained = ModelTraining.Fit(Model, SmallTask.Training with { ValidationFraction = 0.25 }, SmallTask.Data());

        var members = ((EnsembleOptions)trained.Options.Architecture).Members;
        members.Should().AllSatisfy(member => ((NetworkOptions)member).Dropout.Should().NotBeNull());
        var (summary, own) = (trained.Summary, trained.Summary.Members!);
        own.Should().HaveCount(2);
        summary.ParameterCount.Should().Be(own.Sum(member => member.ParameterCount)).And.BePositive();
        summary.Epochs.Should().Be(12);
        summary.BestEpoch.Should().Be(0);
        summary.Stop.Should().Be(TrainingStop.Completed);
        summary.Duration.Should().Be(own[0].Duration + own[1].Duration);
        summary.Options.Seed.Should().Be(SmallTask.Training.Seed);
        summary.Options.ValidationFraction.Should().Be(0.25);
        own.Should().AllSatisfy(member => member.ValidationMetric.Should().NotBeNull());
        own.Should().AllSatisfy(member => member.Members.Should().BeNull());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ValidationMetric_IsThatOfTheMeanAnswers_ToWhatNoMemberHasSeen(bool given)
    {
        var engine = new RecordingEngine();
        var training = SmallTask.Training with { ValidationFraction = given ? null : 0.25, Engine = engine };
        var data = SmallTask.Data(mistaken: 2);
        var validation = given ? SmallTask.Data(20, seed: 9, mistaken: 2) : null;
        var held = validation ?? Holdout.Split(data, 0.25, new Random(training.Seed!.Value)).Validation!;

        var trained = ModelTraining.Fit(Model, training, data, validation);

        var predictor = new SequencePredictor(trained);
        int correct = 0;
        for (int i = 0; i < held.Count; i++)
        {
            float[] answer = new float[2];
            predictor.Predict(held.Values(i), answer);
            correct += (answer[1] > answer[0] ? 1 : 0) == held.Classes(i)[0] ? 1 : 0;
        }
        trained.Summary.ValidationMetric.Should().Be(correct / (double)held.Count);
        var kept = Enumerable.Range(0, held.Count).Select(i => held.Values(i).ToArray());
        engine.Trained.Should().HaveCount(2 * 6 * (given ? data.Count : data.Count - held.Count))
            .And.NotContain(sequence => kept.Any(other => other.SequenceEqual(sequence)));
        trained.Summary.ValidationLoss.Should().BeNull();
    }

    [Fact]
    public void ValidationMetric_LeavesOutTheWashout()
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        for (int i = 0; i < 12; i++)
        {
            float[] input = Draw.Uniform(30, -1, 1, i);
            data.Add(input, [.. input.Select((value, t) => t < 5 ? 10 * value : 2 * value)]);
        }
        var model = Model with
        {
            Task = SequenceTask.SequenceToSequence, Outputs = 1,
            Architecture = Ensemble with { Members = [.. Ensemble.Members.Select(m => (NetworkOptions)m with { Bidirectional = false })] },
        };
        var training = SmallTask.Training with { Washout = 5, ValidationFraction = 0.25 };

        var trained = ModelTraining.Fit(model, training, data);

        var predictor = new SequencePredictor(trained);
        var metric = TaskMetric.Of(SequenceTask.SequenceToSequence, 1);
        var held = Holdout.Split(data, 0.25, new Random(training.Seed!.Value)).Validation!;
        for (int i = 0; i < held.Count; i++)
        {
            float[] answers = new float[30];
            predictor.Predict(held.Values(i), answers);
            metric.Add(answers.AsSpan(5), new TargetRows([], held.TargetsOf(i)[5..]));
        }
        trained.Summary.ValidationMetric.Should().Be(metric.Value);
    }

    [Fact]
    public void LogAndProgress_NameTheMember()
    {
        var reports = new Reports();
        List<string> log = [];

        ModelTraining.Fit(Model, SmallTask.Training with { Progress = reports }, SmallTask.Data(), log: log.Add);

        log.Should().Contain(line => line.StartsWith("Members[0] (LruOptions): Epoch 1/6", StringComparison.Ordinal));
        log.Should().Contain(line => line.StartsWith("Members[1] (S5Options): Epoch 6/6", StringComparison.Ordinal));
        reports.All.Select(report => (report.Member, report.Members, report.Epoch)).Should().Equal(
            from member in Enumerable.Range(0, 2) from epoch in Enumerable.Range(1, 6) select (member, 2, epoch));
    }

    [Fact]
    public void Threads_ChangeNoBit()
        => ModelTraining.Fit(Model, SmallTask.Training with { Threads = 1 }, SmallTask.Data()).Parameters.Values
            .Should().BeBitwise(ModelTraining.Fit(Model, SmallTask.Training with { Threads = 3 }, SmallTask.Data()).Parameters.Values);

    [Fact]
    public void ATrainingThatWasStopped_GoesOn_InTheMemberWhereItStopped()
    {
        var whole = ModelTraining.Fit(Model, SmallTask.Training, SmallTask.Data());
        using var source = new CancellationTokenSource();
        var first = new Reports(report =>
        {
            if (report is { Member: 0, Epoch: 6 })
                source.Cancel();
        });
        Invoking(() => Fit(SmallTask.Training with { Progress = first, Cancellation = source.Token }))
            .Should().Throw<OperationCanceledException>("the second member has no model");
        var second = new Reports();

        var trained = Fit(SmallTask.Training with { Progress = second });

        trained.Parameters.Values.Should().BeBitwise(whole.Parameters.Values);
        second.All.Should().OnlyContain(report => report.Member == 1);
        Directory.GetFiles(_folder, "*.checkpoint").Should().HaveCount(2);

        TrainedModel Fit(TrainingOptions training) => ModelTraining.Fit(
            Model, training, SmallTask.Data(), checkpoint: new CheckpointFiles(Path.Combine(_folder, "training.checkpoint")));
    }

    [Fact]
    public void APause_IsThatOfEachMember()
    {
        var trained = ModelTraining.Fit(Model, SmallTask.Training with { PauseAt = 0.5 }, SmallTask.Data());

        trained.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        trained.Summary.Members!.Select(member => member.Epochs).Should().Equal(3, 3);
    }

    [Fact]
    public void MissingValues_StandForTheSameInAllMembers()
    {
        var certified = CoreDefinition.All.First(core => core.IsCertified).CreateOptions() with
        {
            Layers = 1, ModelSize = 4, StateSize = 4,
        };
        var data = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < 8; i++)
            data.Add([i, float.NaN, i % 2], i % 2);

        MissingValues? Resolved(ArchitectureOptions other)
            => ModelTraining.Fit(
                Model with { Architecture = new EnsembleOptions { Members = [SmallTask.Model.Architecture, other] } }, SmallTask.Training,
                data).Options.MissingValues;

        Resolved(certified).Should().Be(MissingValues.Mean);
        Resolved(SmallTask.Model.Architecture).Should().Be(MissingValues.ForwardFill);
    }
}
