using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Tasks;

/// <summary>No result depends on the unit of an input channel or of a target, nor on its zero, for any task.</summary>
[Trait("Kind", "Law")]
public class ScaleTests
{
    private static readonly SequenceTask[] Tasks = Enum.GetValues<SequenceTask>();

    public static TheoryData<SequenceTask> All => [.. Tasks];

    // Powers of two change no digit of a value, so no bit of a network may change.
    [Theory]
    [MemberData(nameof(All))]
    public void APowerOfTwo_ChangesNoBit(SequenceTask task)
    {
        var original = Fit(task, new Unit(1, 0), new Unit(1, 0));
        foreach (float factor in (float[])[1f / (1L << 40), 1L << 40])
        {
            var model = Fit(task, new Unit(factor, 0), new Unit(1 / factor, 0));
            Trained(model).Should().BeBitwise(Trained(original));
            Answers(model, Data(task, 4, new Unit(factor, 0), new Unit(1 / factor, 0)))
                .Should().BeBitwise(Answers(original, Data(task, 4, new Unit(1, 0), new Unit(1, 0)))
                    .Select(y => task.Target == TargetKind.Value ? y / factor : y));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Units_DoNotMatter(SequenceTask task)
    {
        foreach (double factor in (double[])[1e-12, 1e-9, 1e9, 1e12, 1e-30])
        {
            AssertSame(task, new Unit(factor, 0), new Unit(1, 0), 1e-4);
            AssertSame(task, new Unit(1, 0), new Unit(factor, 0), 1e-4);
            AssertSame(task, new Unit(factor, 0), new Unit(1 / factor, 0), 1e-4);
        }
    }

    // A float that is a thousand deviations away from zero has 3e-5 deviations between it and the next.
    [Theory]
    [MemberData(nameof(All))]
    public void Zeros_DoNotMatter(SequenceTask task)
    {
        AssertSame(task, new Unit(1, 1000), new Unit(1, -1000), 2e-3);
        AssertSame(task, new Unit(1e-12, -1e-9), new Unit(1e12, 1e15), 2e-3);
    }

    // What rounding leaves of a constant channel must not be blown up, wherever the channel then moves to.
    [Theory]
    [InlineData(1000.1f)]
    [InlineData(1e-9f)]
    [InlineData(1e12f)]
    public void AConstantChannel_StaysSmall(float level)
    {
        var data = new SequenceSet(2, TargetLayout.Classes);
        for (int i = 0; i < 20; i++)
        {
            var noise = Draw.Uniform(20, 300 + i);
            float Value(int j) => j % 2 == 0 ? noise[j / 2] : j == 7 ? MathF.BitIncrement(level) : level;
            data.Add([.. Enumerable.Range(0, 40).Select(Value)], i % 2);
        }
        var options = Options(SequenceTask.Classification);
        var (model, parameters) = (new SequenceNetwork(options), new SequenceNetwork(options).Layout.Create(new Random(1)));
        var warnings = DataStatistics.Store(model, parameters, data);
        var standardised = new float[2];
        foreach (float moved in (float[])[level, MathF.BitIncrement(level), level * 1.0001f])
        {
            model.Input!.Forward(parameters.Values, [0, moved], standardised);
            standardised[1].Should().BeInRange(-1e-3, 1e-3);
        }
        warnings.Should().ContainSingle().Which.Should().StartWith("Input, channel 1:");
    }

    [Fact]
    public void AConstantTarget_IsNamed()
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(3)) { TargetsName = "Column 'Level'" };
        data.Add([1, 2, 3, 4], [5, 1, 7, 5, 2, 7, 5, 3, 7, 5, 4, float.NaN]);
        var warnings = new List<string>();
        Trainer.Fit(
            Options(SequenceTask.SequenceToSequence) with { Inputs = 1, Outputs = 3 }, SmallTask.Training with { Epochs = 1 }, data,
            warn: warnings.Add);
        warnings.Should().ContainSingle(line => line.StartsWith("Column 'Level', outputs 0, 2:"));
    }

    private readonly record struct Unit(double Factor, double Offset)
    {
        public float Of(double value) => (float)(Factor * value + Offset);

        public double Invert(double value) => (value - Offset) / Factor;
    }

    private static void AssertSame(SequenceTask task, Unit inputs, Unit targets, double tolerance)
    {
        double[] expected = Answers(Fit(task, new(1, 0), new(1, 0)), Data(task, 4, new(1, 0), new(1, 0))).ToDouble();
        float[] actual = Answers(Fit(task, inputs, targets), Data(task, 4, inputs, targets));
        double[] inUnits = [.. actual.Select(y => task.Target == TargetKind.Value ? targets.Invert(y) : y)];
        inUnits.Should().BeNear(expected, tolerance, $"answers, inputs {inputs}, targets {targets}");
    }

    private static float[] Trained(TrainedModel model)
        => [.. model.Parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed)
            .SelectMany(p => model.Parameters[p.Name].ToArray())];

    private static TrainedModel Fit(SequenceTask task, Unit inputs, Unit targets)
        => Trainer.Fit(
            Options(task), SmallTask.Training with { Epochs = 4, ValidationFraction = 0 }, Data(task, 24, inputs, targets));

    private static SequenceModelOptions Options(SequenceTask task) => SmallTask.Model with
    {
        Task = task, Inputs = 2, Outputs = 2, Architecture = SmallTask.Model.Network with { Bidirectional = false, Dropout = 0 },
    };

    // The first channel is in the unit, the second is as it is; the two values of a target are in theirs.
    private static SequenceSet Data(SequenceTask task, int count, Unit inputs, Unit targets)
    {
        var data = new SequenceSet(2, TargetLayout.Of(task, 2));
        for (int i = 0; i < count; i++)
        {
            int length = 20 + i % 7, rows = task.Axis == AnswerAxis.Sequence ? 1 : length;
            float level = (i % 8 - 3.5f) / 2;
            float[] noise = Draw.Uniform(2 * length, -1, 1, 100 + i);
            float[] values = [.. noise.Select((x, j) => j % 2 == 0 ? inputs.Of(level + x) : x)];
            if (task.Target == TargetKind.Class)
                data.AddClasses(values, [.. Enumerable.Repeat(level > 0 ? 1 : 0, rows)]);
            else
                data.Add(values, [.. Enumerable.Range(0, 2 * rows).Select(j => targets.Of(level + 0.1 * noise[j]))]);
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
