using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Analysis;
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

        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceToSequence(_ml.Transforms.StateSpace.SequenceToSequence(Enough).Fit(view).Transform(view), skip: 1);

        Assert.True(metrics.FitPercent > 50, $"fit {metrics.FitPercent} %");
    }

    [Fact]
    public void Output_HasTheDimensionsOfTheInputAndTheTarget()
    {
        var known = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var variable = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());

        var one = Quick(null).Fit(known).GetOutputSchema(known.Schema)["Output"].Type;
        var two = Quick(2).Fit(variable).GetOutputSchema(variable.Schema)["Output"].Type;

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 10), one);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 0, 2), two);
    }

    [Fact]
    public void Output_OfVariableSizeHasOneVectorAStep()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());

        var outputs = Quick(2).Fit(view).Transform(view).GetColumn<float[]>("Output");

        Assert.Equal(Samples.VariableSignals().Select(r => r.Target.Length), outputs.Select(o => o.Length));
    }

    [Fact]
    public void Window_IsReported_AndComesBackWithTheModel_WhichScoresWholeSequences()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());
        var options = new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick with { Window = 4 }, Channels = 2, Outputs = 2 };

        var model = _ml.Transforms.StateSpace.SequenceToSequence(options).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);
        var step = loaded as SequenceToSequenceTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<SequenceToSequenceTransformer>().Single();

        Assert.Equal((4, 4), (model.Summary.Options.Window, model.Options.Training.Window));
        Assert.Equal((4, 4), (step.Summary.Options.Window, step.Options.Training.Window));
        Assert.Null(Quick(2).Fit(view).Summary.Options.Window);
        Assert.NotEqual(Quick(2).Fit(view).Model.Parameters.Values.ToArray(), model.Model.Parameters.Values.ToArray());
        Assert.Equal(Samples.VariableSignals().Select(r => r.Target.Length), step.Transform(view).GetColumn<float[]>("Output").Select(o => o.Length));
    }

    [Fact]
    public void Transform_NeedsNoTarget()
    {
        var model = Quick(null).Fit(_ml.Data.LoadFromEnumerable(Samples.Signals()));

        var inputs = _ml.Data.LoadFromEnumerable(Samples.Signals().Select(r => new VariableSignalRow { Input = r.Input }));

        Assert.All(model.Transform(inputs).GetColumn<float[]>("Output"), output => Assert.Equal(10, output.Length));
    }

    [Fact]
    public void PredictionEngine_GivesTheBitsOfTransform()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var model = Quick(null).Fit(view);
        using var engine = _ml.Model.CreatePredictionEngine<SignalRow, Answer>(model);

        Assert.Equal(model.Transform(view).GetColumn<float[]>("Output"), Samples.Signals().Select(row => engine.Predict(row).Output));
    }

    [Fact]
    public void Certificate_BoundsTheModel_AndComesBackWithIt()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var architecture = new L2RuOptions { Layers = 1, ModelSize = 4, StateSize = 3, Gain = 2 };

        var model = _ml.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions { Architecture = architecture, Training = Samples.Quick }).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);
        var step = loaded as SequenceToSequenceTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<SequenceToSequenceTransformer>().Single();

        Assert.InRange(model.Certificate!.Bound, 0.1, 2);
        Assert.Equal(model.Certificate.ToString(), step.Certificate!.ToString());
        Assert.InRange(GainAnalysis.FindWorstInput(model.Model, 30).GainInUnits, 0.001, model.Certificate.BoundInUnits);
        Assert.Null(Quick(null).Fit(view).Certificate);
    }

    [Fact]
    public void Evaluate_MatchesTheDefinitions()
    {
        // One row of two outputs: target (0, 10), (2, 10), (4, 40); output off by (1, 0), (1, 0), (-2, 3).
        var view = _ml.Data.LoadFromEnumerable([new TwoOutputs { Target = [0, 10, 2, 10, 4, 40], Output = [1, 10, 3, 10, 2, 43] }]);

        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceToSequence(view);

        double rmse = Math.Sqrt(6 / 3.0), deviation = Math.Sqrt(8 / 3.0);
        Assert.Equal(rmse, metrics.Channels[0].RootMeanSquaredError, 1e-12);
        Assert.Equal(rmse / deviation, metrics.Channels[0].NormalizedRootMeanSquaredError, 1e-12);
        Assert.Equal(100 * (1 - (rmse / deviation)), metrics.Channels[0].FitPercent, 1e-10);
        Assert.Equal(1 - (6 / 8.0), metrics.Channels[0].RSquared, 1e-12);
        Assert.Equal(4 / 3.0, metrics.Channels[0].MeanAbsoluteError, 1e-12);
        Assert.Equal(1, metrics.Channels[1].MeanAbsoluteError, 1e-12);
        Assert.Equal((4 / 3.0 + 1) / 2, metrics.MeanAbsoluteError, 1e-12);
    }

    [Fact]
    public void Evaluate_SkipsTheFirstStepsOfEachRow()
    {
        var view = _ml.Data.LoadFromEnumerable([new TwoOutputs { Target = [0, 10, 2, 10, 4, 40], Output = [1, 10, 3, 10, 2, 43] }]);

        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceToSequence(view, skip: 2);

        Assert.Equal(2, metrics.Channels[0].RootMeanSquaredError, 1e-12);
        Assert.Throws<InvalidOperationException>(() => _ml.Transforms.StateSpace.EvaluateSequenceToSequence(view, skip: 3));
    }

    private SequenceToSequenceEstimator Quick(int? width)
        => _ml.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick, Channels = width, Outputs = width });

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
