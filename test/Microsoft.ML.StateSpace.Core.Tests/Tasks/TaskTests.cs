using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Tasks;

/// <summary>What holds for every task, from training to streams. A task is enrolled by being in the enum.</summary>
[Trait("Kind", "Law")]
public class TaskTests
{
    public static TheoryData<SequenceTask> All => [.. Enum.GetValues<SequenceTask>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Training_LearnsTheTask(SequenceTask task)
    {
        var model = Fit(task, threads: 2);
        model.Summary.ValidationMetric.Should().BeGreaterThan(task.Target == TargetKind.Class ? 0.85 : 60);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Training_HasTheSameBits_OnAnyNumberOfThreads(SequenceTask task)
        => Fit(task, threads: 3, epochs: 3).Parameters.Values.Should().BeBitwise(Fit(task, threads: 1, epochs: 3).Parameters.Values);

    [Theory]
    [MemberData(nameof(All))]
    public void AModelFromAFile_AnswersWithTheSameBits(SequenceTask task)
    {
        var model = Fit(task, threads: 2, epochs: 2);
        using var file = new MemoryStream();
        ModelFile.Write(file, model);
        file.Position = 0;
        var loaded = ModelFile.Read(file);
        loaded.Options.Task.Should().Be(task);
        Answers(loaded, Data(task, 5)).Should().BeBitwise(Answers(model, Data(task, 5)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void AStream_AnswersAsTheWholeSequence(SequenceTask task)
    {
        var model = Fit(task, threads: 2, epochs: 2);
        var data = Data(task, 1);
        var stream = new SequencePredictor(model).CreateStream();
        var streamed = new List<float>();
        for (int t = 0; t < data.Length(0); t++)
        {
            float[] answer = stream.Step(data.Values(0).Slice(t, 1)).ToArray();
            if (task.Axis == AnswerAxis.Sequence)
                streamed.Clear();
            streamed.AddRange(answer);
        }
        streamed.ToArray().Should().BeNear(Answers(model, data).ToDouble(), Tolerance.Streaming, "answers");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void UnknownTargets_CountNowhere(SequenceTask task)
    {
        if (task.Axis == AnswerAxis.Sequence)
            return; // a sequence whose only target is not known is refused by the reader
        SequenceSet With(float garbage)
        {
            var (data, random) = (new SequenceSet(1, TargetLayout.Of(task, Outputs(task))), Data(task, 20));
            for (int i = 0; i < random.Count; i++)
            {
                float[] values = random.Values(i).ToArray();
                if (task.Target == TargetKind.Class)
                    data.AddClasses(values, [TargetLayout.NoClass, .. random.Classes(i)[1..]]);
                else
                    data.Add(values, [float.NaN, .. random.TargetsOf(i)[1..]]);
            }
            return data;
        }
        var training = SmallTask.Training with { Epochs = 2 };
        var unknown = Trainer.Fit(Options(task), training, With(float.NaN));
        var washed = Trainer.Fit(Options(task), training with { Washout = 1 }, With(float.NaN));
        washed.Parameters.Values.Should().BeBitwise(unknown.Parameters.Values);
    }

    private static TrainedModel Fit(SequenceTask task, int threads, int epochs = 30)
        => Trainer.Fit(
            Options(task), SmallTask.Training with { Threads = threads, Epochs = epochs, ValidationFraction = 0 }, Data(task, 48),
            Data(task, 20, seed: 9));

    private static int Outputs(SequenceTask task) => task.Target == TargetKind.Class ? 2 : 1;

    private static SequenceModelOptions Options(SequenceTask task) => SmallTask.Model with
    {
        Task = task, Outputs = Outputs(task), Architecture = SmallTask.Model.Network with { Bidirectional = false, Dropout = 0 },
    };

    // A noisy input around a level; the level is the value of the sequence, its sign the class. At a step it is the level so far.
    private static SequenceSet Data(SequenceTask task, int count, int seed = 1)
    {
        var data = new SequenceSet(1, TargetLayout.Of(task, Outputs(task)));
        for (int i = 0; i < count; i++)
        {
            int length = 20 + i % 7;
            float level = (i % 8 - 3.5f) / 2, sum = 0;
            float[] values = [.. Draw.Uniform(length, -1, 1, 100 * seed + i).Select(noise => level + noise)];
            float[] mean = [.. values.Select((value, t) => (sum += value) / (t + 1))];
            if (task.Axis == AnswerAxis.Sequence)
                mean = [level];
            if (task.Target == TargetKind.Class)
                data.AddClasses(values, [.. mean.Select(value => value > 0 ? 1 : 0)]);
            else
                data.Add(values, mean);
        }
        return data;
    }

    private static float[] Answers(TrainedModel model, SequenceSet data)
    {
        var predictor = new SequencePredictor(model);
        return [.. Enumerable.Range(0, data.Count).SelectMany(i =>
        {
            var answer = new float[predictor.OutputLength(data.Length(i))];
            predictor.Predict(data.Values(i), answer);
            return answer;
        })];
    }
}
