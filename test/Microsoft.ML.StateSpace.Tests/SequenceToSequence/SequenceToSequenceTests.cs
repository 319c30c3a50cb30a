using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.SequenceToSequence;

public class SequenceToSequenceTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static SequenceToSequenceOptions Enough => new() { Architecture = Samples.Small, Training = Samples.Thorough };

    [Fact]
    public void Fit_LearnsInTheUnitOfTheTarget()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Signals(60));

        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceToSequence(
            _ml.Transforms.StateSpace.SequenceToSequence(Enough).Fit(view).Transform(view), skip: 1);

        metrics.FitPercent.Should().BeGreaterThan(50);
    }

    [Fact]
    public void Output_HasTheDimensionsOfTheInputAndTheTarget()
    {
        var known = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var variable = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());

        var one = Quick(null).Fit(known).GetOutputSchema(known.Schema)["Output"].Type;
        var two = Quick(2).Fit(variable).GetOutputSchema(variable.Schema)["Output"].Type;

        one.Should().Be(new VectorDataViewType(NumberDataViewType.Single, 10));
        two.Should().Be(new VectorDataViewType(NumberDataViewType.Single, 0, 2));
    }

    [Fact]
    public void Output_OfVariableSizeHasOneVectorAStep()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());

        var outputs = Quick(2).Fit(view).Transform(view).GetColumn<float[]>("Output");

        outputs.Select(o => o.Length).Should().Equal(Samples.VariableSignals().Select(r => r.Target.Length));
    }

    [Fact]
    public void Window_IsReported_AndComesBackWithTheModel_WhichScoresWholeSequences()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());
        var options = new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick with { Window = 4 },
            Channels = 2, Outputs = 2 };

        var model = _ml.Transforms.StateSpace.SequenceToSequence(options).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);
        var step = loaded as SequenceToSequenceTransformer
            ?? ((IEnumerable<ITransformer>)loaded).OfType<SequenceToSequenceTransformer>().Single();

        model.Summary.Options.Window.Should().Be(4);
        model.Options.Training.Window.Should().Be(4);
        step.Summary.Options.Window.Should().Be(4);
        step.Options.Training.Window.Should().Be(4);
        Quick(2).Fit(view).Summary.Options.Window.Should().BeNull();
        model.Model.Parameters.Values.ToArray().Should().NotEqual(Quick(2).Fit(view).Model.Parameters.Values.ToArray());
        step.Transform(view).GetColumn<float[]>("Output").Select(o => o.Length)
            .Should().Equal(Samples.VariableSignals().Select(r => r.Target.Length));
    }

    [Fact]
    public void Transform_NeedsNoTarget()
    {
        var model = Quick(null).Fit(_ml.Data.LoadFromEnumerable(Samples.Signals()));

        var inputs = _ml.Data.LoadFromEnumerable(Samples.Signals().Select(r => new VariableSignalRow { Input = r.Input }));

        model.Transform(inputs).GetColumn<float[]>("Output").Should().AllSatisfy(output => output.Length.Should().Be(10));
    }

    [Fact]
    public void PredictionEngine_GivesTheBitsOfTransform()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var model = Quick(null).Fit(view);
        using var engine = _ml.Model.CreatePredictionEngine<SignalRow, Answer>(model);

        Samples.Signals().Select(row => engine.Predict(row).Output).Should().BeBitwise(model.Transform(view).GetColumn<float[]>("Output"));
    }

    [Fact]
    public void Certificate_BoundsTheModel_AndComesBackWithIt()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var architecture = new L2RuOptions { Layers = 1, ModelSize = 4, StateSize = 3, Gain = 2 };

        var model = _ml.Transforms.StateSpace.SequenceToSequence(
            new SequenceToSequenceOptions { Architecture = architecture, Training = Samples.Quick }).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);
        var step = loaded as SequenceToSequenceTransformer
            ?? ((IEnumerable<ITransformer>)loaded).OfType<SequenceToSequenceTransformer>().Single();

        model.Certificate!.Bound.Should().BeInRange(0.1, 2);
        step.Certificate!.ToString().Should().Be(model.Certificate.ToString());
        GainAnalysis.FindWorstInput(model.Model, 30).GainInUnits.Should().BeInRange(0.001, model.Certificate.BoundInUnits);
        Quick(null).Fit(view).Certificate.Should().BeNull();
    }

    [Fact]
    public void Evaluate_MatchesTheDefinitions()
    {
        // One row of two outputs: target (0, 10), (2, 10), (4, 40); output off by (1, 0), (1, 0), (-2, 3).
        var view = _ml.Data.LoadFromEnumerable([new TwoOutputs { Target = [0, 10, 2, 10, 4, 40], Output = [1, 10, 3, 10, 2, 43] }]);

        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceToSequence(view);

        double rmse = Math.Sqrt(6 / 3.0), deviation = Math.Sqrt(8 / 3.0);
        metrics.Channels[0].RootMeanSquaredError.Should().BeApproximately(rmse, 1e-12);
        metrics.Channels[0].NormalizedRootMeanSquaredError.Should().BeApproximately(rmse / deviation, 1e-12);
        metrics.Channels[0].FitPercent.Should().BeApproximately(100 * (1 - (rmse / deviation)), 1e-10);
        metrics.Channels[0].RSquared.Should().BeApproximately(1 - (6 / 8.0), 1e-12);
        metrics.Channels[0].MeanAbsoluteError.Should().BeApproximately(4 / 3.0, 1e-12);
        metrics.Channels[1].MeanAbsoluteError.Should().BeApproximately(1, 1e-12);
        // The errors of the second output, 0, 0 and -3, have the mean -1, which does not count.
        metrics.Channels.Select(c => c.VarianceAccountedFor).Should().SatisfyRespectively(
            first => first.Should().BeApproximately(25, 1e-10), second => second.Should().BeApproximately(99, 1e-10));
        metrics.VarianceAccountedFor.Should().BeApproximately(62, 1e-10);
        metrics.MeanAbsoluteError.Should().BeApproximately((4 / 3.0 + 1) / 2, 1e-12);
    }

    [Fact]
    public void Evaluate_LeavesOutWhatDoesNotVary_AndWhatIsNotKnown()
    {
        // The first output varies, the second does not, and one of its targets is missing.
        var view = _ml.Data.LoadFromEnumerable(
            [new TwoOutputs { Target = [0, 10, 2, float.NaN, 4, 10], Output = [1, 10, 3, 99, 2, 13] }]);
        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceToSequence(view);
        metrics.Channels.Select(c => c.IsConstant).Should().Equal(false, true);
        metrics.FitPercent.Should().Be(metrics.Channels[0].FitPercent);
        metrics.RSquared.Should().Be(metrics.Channels[0].RSquared);
        metrics.NormalizedRootMeanSquaredError.Should().Be(metrics.Channels[0].NormalizedRootMeanSquaredError);
        metrics.Channels[1].MeanAbsoluteError.Should().Be(1.5);
        metrics.Channels[1].FitPercent.Should().Be(0);
    }

    [Theory]
    [InlineData(10, 100, 1)]
    [InlineData(10.5f, 50, 0.5)]
    public void Evaluate_WhereNothingVaries_IsThatOfExactAnswersOrNone(float second, double fit, double rSquared)
    {
        // The answer to the first output is exact.
        var view = _ml.Data.LoadFromEnumerable([new TwoOutputs { Target = [3, 10, 3, 10], Output = [3, second, 3, second] }]);
        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceToSequence(view);
        metrics.FitPercent.Should().Be(fit);
        metrics.RSquared.Should().Be(rSquared);
        metrics.NormalizedRootMeanSquaredError.Should().Be(1 - rSquared);
        metrics.VarianceAccountedFor.Should().Be(100); // no error varies
    }

    [Fact]
    public void Evaluate_OfAnySkip_SaysWhereNothingIsLeft()
        => Invoking(() => _ml.Transforms.StateSpace.EvaluateSequenceToSequence(
                _ml.Data.LoadFromEnumerable([new TwoOutputs { Target = [0, 10], Output = [1, 10] }]), skip: int.MaxValue))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("No time step*");

    [Fact]
    public void Fit_NamesTheChannelsThatDoNotVary()
    {
        var lines = new List<string>();
        _ml.Log += (_, e) => { lock (lines) lines.Add(e.Message); };
        VariableSignalRow[] rows = [.. Samples.VariableSignals().Select(row => new VariableSignalRow
        {
            Input = [.. row.Input.Select((x, j) => j % 2 == 1 ? 1000.1f : x)],
            Target = [.. row.Target.Select((y, j) => j % 2 == 0 ? 7 : y)],
        })];
        var options = new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick, Channels = 2, Outputs = 2 };
        _ml.Transforms.StateSpace.SequenceToSequence(options).Fit(_ml.Data.LoadFromEnumerable(rows));
        lines.Should().Contain(line => line.Contains("Column 'Input', channel 1: all values"));
        lines.Should().Contain(line => line.Contains("Column 'Target', output 0: all targets"));
    }

    [Fact]
    public void Evaluate_SkipsTheFirstStepsOfEachRow()
    {
        var view = _ml.Data.LoadFromEnumerable([new TwoOutputs { Target = [0, 10, 2, 10, 4, 40], Output = [1, 10, 3, 10, 2, 43] }]);

        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceToSequence(view, skip: 2);

        metrics.Channels[0].RootMeanSquaredError.Should().BeApproximately(2, 1e-12);
        Invoking(() => _ml.Transforms.StateSpace.EvaluateSequenceToSequence(view, skip: 3))
            .Should().ThrowExactly<InvalidOperationException>();
    }

    private SequenceToSequenceEstimator Quick(int? width)
        => _ml.Transforms.StateSpace.SequenceToSequence(
            new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick, Channels = width, Outputs = width });

    public sealed class Answer
    {
        public float[] Output { get; set; } = [];
    }

    private sealed class TwoOutputs
    {
        [VectorType(3, 2)]
        public float[] Target { get; set; } = [];

        [VectorType(3, 2)]
        public float[] Output { get; set; } = [];
    }
}
