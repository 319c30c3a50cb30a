using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public sealed class BankTrainingTests : IDisposable
{
    private static readonly SequenceModelOptions Classifier = new()
    {
        Task = SequenceTask.Classification, Inputs = 1, Outputs = 2, Architecture = new StateSpaceBankOptions { Filters = 256 },
    };

    private static readonly SequenceModelOptions Regressor = Classifier with { Task = SequenceTask.Regression, Outputs = 1 };

    private static readonly TrainingOptions Training = new() { Seed = 7, Threads = 2 };

    private readonly CancellationTokenSource _source = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public void Fit_LearnsFrequencies_AndSaysSo()
    {
        var lines = new List<string>();

        var model = ModelTraining.Fit(Classifier, Training, SmallTask.Data(60), log: lines.Add);

        Accuracy(model, SmallTask.Data(100, seed: 2)).Should().BeGreaterThan(0.95);
        model.Summary.ValidationMetric.Should().BeGreaterThan(0.9);
        model.Summary.ValidationLoss.Should().BeInRange(0, Math.Log(2));
        model.Summary.Stop.Should().Be(TrainingStop.Completed);
        var bank = model.Options.Architecture.Should().BeOfType<StateSpaceBankOptions>().Which;
        bank.Should().Be(new StateSpaceBankOptions { Filters = 256, Bidirectional = true });
        model.Options.DerivedInputs!.Differences.Should().BeTrue();
        model.Summary.ParameterCount.Should().Be(2 * (256 * 16 + 1));
        lines.Should().ContainSingle(line => line.StartsWith("A bank of 256 filters was fitted to 60 sequences in "));
    }

    [Fact]
    public void Fit_ReportsOnce()
    {
        var reports = new List<TrainingProgress>();
        var progress = new Reports(reports.Add);

        var model = ModelTraining.Fit(Classifier, Training with { Progress = progress }, SmallTask.Data(60));

        var report = reports.Should().ContainSingle().Which;
        (report.Epoch, report.Epochs, report.MetricName).Should().Be((1, 1, "accuracy"));
        report.ValidationMetric.Should().Be(model.Summary.ValidationMetric);
        report.Elapsed.Should().Be(model.Summary.Duration);
    }

    private sealed class Reports(Action<TrainingProgress> take) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => take(value);
    }

    [Fact]
    public void Fit_LearnsAValue()
    {
        var model = ModelTraining.Fit(Regressor, Training, Levels(60));

        var test = Levels(40, first: 500);
        float[] answers = [.. Enumerable.Range(0, test.Count).SelectMany(i => Predict(model, test.Values(i).ToArray()))];
        double error = answers.Select((y, i) => Math.Pow(y - test.TargetsOf(i)[0], 2)).Average();
        error.Should().BeLessThan(0.1 * Enumerable.Range(0, test.Count).Average(i => Math.Pow(test.TargetsOf(i)[0] - 100, 2)));
    }

    [Fact]
    public void Threads_ChangeNoBit()
    {
        float[] one = Values(Classifier, Training with { Threads = 1 }, SmallTask.Data());
        foreach (int threads in new[] { 2, 5 })
            Values(Classifier, Training with { Threads = threads }, SmallTask.Data()).Should().BeBitwise(one);
    }

    [Fact]
    public void TheSeed_DecidesEveryBit()
    {
        float[] first = Values(Classifier, Training, SmallTask.Data());
        Values(Classifier, Training, SmallTask.Data()).Should().BeBitwise(first);
        Values(Classifier, Training with { Seed = 8 }, SmallTask.Data()).Should().NotEqual(first);
    }

    [Fact]
    public void NeighbouringSeeds_HaveNoFilterInCommon()
    {
        static float[] Rates(int seed)
            => [.. ModelTraining.Fit(Classifier, Training with { Seed = seed }, SmallTask.Data(8)).Parameters["Bank.Rate"]];
        float[] all = [.. Rates(1), .. Rates(2), .. Rates(3)];
        all.Where(rate => rate < 0).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void UnknownClasses_CountAsThoseOfWeightZero()
    {
        var (unknown, unweighted) = (new SequenceSet(1, TargetLayout.Classes), new SequenceSet(1, TargetLayout.Classes));
        var data = SmallTask.Data();
        for (int i = 0; i < data.Count; i++)
        {
            unknown.Add(data.Values(i).ToArray(), i % 5 == 0 ? TargetLayout.NoClass : data.Classes(i)[0]);
            unweighted.Add(data.Values(i).ToArray(), i % 5 == 0 ? 2 : data.Classes(i)[0]);
        }
        var three = Classifier with { Outputs = 3 };
        Values(three, Training, unknown).Should().BeBitwise(Values(three, Training with { ClassWeights = [1, 1, 0] }, unweighted));
    }

    [Fact]
    public void UnknownValues_DoNotCount()
    {
        var some = new SequenceSet(1, TargetLayout.Of(SequenceTask.Regression, 1));
        var data = Levels(60);
        for (int i = 0; i < data.Count; i++)
            some.Add(data.Values(i).ToArray(), i % 2 == 0 ? [float.NaN] : data.TargetsOf(i).ToArray());
        var model = ModelTraining.Fit(Regressor, Training, some);
        double[] errors = [.. Enumerable.Range(0, data.Count)
            .Select(i => Math.Abs(Predict(model, data.Values(i).ToArray())[0] - data.TargetsOf(i)[0]))];
        errors.Average().Should().BeLessThan(5, "targets lie from 80 to 120");
    }

    [Fact]
    public void WhereNoTargetIsKnown_TheMessageSaysWhatToLookAt()
    {
        var data = new SequenceSet(1, TargetLayout.Classes) { TargetsName = "Column 'Kind'" };
        data.Add([1, 2, 3], TargetLayout.NoClass);
        Invoking(() => ModelTraining.Fit(Classifier, Training, data)).Should().ThrowExactly<InvalidOperationException>()
            .Which.Message.Should().Contain("Column 'Kind'").And.Contain("ClassWeights");
    }

    [Fact]
    public void AClassOfMoreWeight_GetsHigherProbabilities()
    {
        var data = SmallTask.Data(mistaken: 3);
        double Mean(params double[] weights)
        {
            var model = ModelTraining.Fit(Classifier, Training with { ClassWeights = weights }, data);
            return Enumerable.Range(0, data.Count).Average(i => Predict(model, data.Values(i).ToArray())[1]);
        }
        Mean(1, 4).Should().BeGreaterThan(Mean(1, 1) + 0.01);
        Mean(4, 1).Should().BeLessThan(Mean(1, 1) - 0.01);
    }

    public static TheoryData<string> PoorData => ["one class", "one sequence", "one step", "constant sequences", "a class is missing"];

    [Theory]
    [MemberData(nameof(PoorData))]
    public void PoorData_GiveFiniteAnswers(string kind)
    {
        var data = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < (kind == "one sequence" ? 1 : 12); i++)
        {
            int length = kind == "one step" ? 1 : 10 + i % 3;
            float[] values = kind == "constant sequences" ? [.. Enumerable.Repeat(5f, length)] : Draw.Uniform(length, i + 1);
            data.Add(values, kind == "one class" ? 1 : i % 2);
        }
        var model = ModelTraining.Fit(Classifier with { Outputs = 3 }, Training, data);
        foreach (int length in new[] { 1, 2, 3, 10, 500 })
        {
            float[] answer = Predict(model, Draw.Uniform(length, -3, 3, 77));
            answer.Should().OnlyContain(p => p >= 0 && p <= 1);
            answer.Sum().Should().BeApproximately(1, 1e-5f);
        }
        if (kind == "one class")
            Predict(model, data.Values(0).ToArray())[1].Should().BeGreaterThan(0.5f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void ConstantTargets_AreAnswered(int count)
    {
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.Regression, 1));
        for (int i = 0; i < count; i++)
            data.Add(Draw.Uniform(20, i + 1), [42]);
        Predict(ModelTraining.Fit(Regressor, Training, data), Draw.Uniform(30, 99))[0].Should().BeApproximately(42, 1e-3);
    }

    [Fact]
    public void AConstantChannel_ChangesNoAnswer_WhateverItsLevelIs()
    {
        var model = ModelTraining.Fit(Classifier with { Inputs = 2 }, Training, WithConstant(SmallTask.Data(), 7));
        var same = SmallTask.Data(10, seed: 3);
        for (int i = 0; i < same.Count; i++)
        {
            float[] expected = Predict(model, WithConstant(same, 7).Values(i).ToArray());
            Predict(model, WithConstant(same, 7.0001f).Values(i).ToArray()).Should().BeNear([.. expected.Select(p => (double)p)], 0.05);
        }
    }

    [Theory]
    [InlineData(ValueLossKind.Absolute)]
    [InlineData(ValueLossKind.Huber)]
    [InlineData(ValueLossKind.Quantile)]
    public void ALossThatIsNotSquared_IsRefused_ForValuesAlone(ValueLossKind loss)
    {
        var training = Training with { Loss = loss };
        Invoking(() => ModelTraining.Fit(Regressor, training, Levels(4))).Should().ThrowExactly<ArgumentException>()
            .Which.Message.Should().Contain($"TrainingOptions.Loss is {loss}").And.Contain("choose a network as the Architecture");
        Values(Classifier, training, SmallTask.Data(8)).Should().BeBitwise(Values(Classifier, Training, SmallTask.Data(8)));
    }

    [Fact]
    public void ACancelledFit_EndsWithAnException()
    {
        _source.Cancel();
        Invoking(() => ModelTraining.Fit(Classifier, Training with { Cancellation = _source.Token }, SmallTask.Data()))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void AFitThatIsCancelledOnItsWay_EndsWithAnException()
    {
        // The warning about the constant channel comes before the filters are drawn.
        var data = WithConstant(SmallTask.Data(), 1);
        Invoking(() => ModelTraining.Fit(
                Classifier with { Inputs = 2 }, Training with { Cancellation = _source.Token }, data, warn: _ => _source.Cancel()))
            .Should().Throw<OperationCanceledException>();
        _source.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void Tokens_AreRefused()
        => Invoking(() => ModelTraining.Fit(Classifier with { Vocabulary = 4 }, Training, SmallTask.Data(4)))
            .Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain("choose a network as the Architecture");

    private static SequenceSet WithConstant(SequenceSet data, float level)
    {
        var wide = new SequenceSet(2, data.Targets);
        for (int i = 0; i < data.Count; i++)
            wide.Add([.. data.Values(i).ToArray().SelectMany(value => (float[])[value, level])], data.Classes(i)[0]);
        return wide;
    }

    // The target is the amplitude of a sine, in its own unit.
    private static SequenceSet Levels(int count, int first = 0)
    {
        var data = new SequenceSet(1, TargetLayout.Of(SequenceTask.Regression, 1));
        for (int i = 0; i < count; i++)
        {
            float[] draw = Draw.Uniform(42, first + i + 1);
            float[] values = [.. draw[2..].Select((noise, t) => (1 + draw[0]) * MathF.Sin(0.5f * t + draw[1]) + 0.1f * noise)];
            data.Add(values, [100 + 20 * draw[0]]);
        }
        return data;
    }

    private static double Accuracy(TrainedModel model, SequenceSet data)
        => Enumerable.Range(0, data.Count).Average(i =>
        {
            float[] answer = Predict(model, data.Values(i).ToArray());
            return Array.IndexOf(answer, answer.Max()) == data.Classes(i)[0] ? 1.0 : 0;
        });

    private static float[] Values(SequenceModelOptions options, TrainingOptions training, SequenceSet data)
        => ModelTraining.Fit(options, training, data).Parameters.Values.ToArray();

    private static float[] Predict(TrainedModel model, float[] values)
    {
        float[] answer = new float[model.Options.Outputs];
        new SequencePredictor(model).Predict(values, answer);
        return answer;
    }
}
