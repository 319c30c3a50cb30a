using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Tasks;

public class WarmUpTests
{
    private const int Length = 30, Start = 5, WarmUp = 40;

    private static readonly TrainingOptions Training = Samples.Thorough with { Epochs = 80 };

    private readonly MLContext _ml = new(seed: 1);

    // A first-order plant with a time constant of ten steps. Its records begin in the steady state of their first input.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RecordsThatBeginInOperation_AreAnsweredRightFromTheStart(bool bidirectional)
    {
        IDataView train = Plant(1), test = Plant(2);
        double Error(int warmUp)
        {
            var model = Fit(train, warmUp, bidirectional);
            var rows = model.Transform(test);
            var pairs = rows.GetColumn<float[]>("Output").Zip(rows.GetColumn<float[]>("Target"));
            return Math.Sqrt(pairs.SelectMany(pair => pair.First.Zip(pair.Second).Take(Start))
                .Average(step => (double)(step.First - step.Second) * (step.First - step.Second)));
        }
        Error(WarmUp).Should().BeLessThan(0.4 * Error(0));
    }

    [Fact]
    public void ATransformer_ScoresAsIfTheFirstStepHadBeenHeld_AndSoDoesItsEngine()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());
        var estimator = _ml.Transforms.StateSpace.SequenceToSequence(Options(7) with { Channels = 2, Outputs = 2 });
        var model = estimator.Fit(view);
        float[] input = Samples.VariableSignals()[0].Input;
        float[] answer = model.Transform(view).GetColumn<float[]>("Output").First();
        answer.Should().HaveCount(input.Length);

        float[] held = [.. Enumerable.Range(0, 14).Select(i => input[i % 2]), .. input], whole = new float[held.Length];
        new Models.SequencePredictor(model.Model).Predict(held, whole);
        answer.Should().BeBitwise(whole[14..]);

        using var single = _ml.Model.CreatePredictionEngine<VariableSignalRow, Answer>(model);
        single.Predict(new() { Input = input }).Output.Should().BeBitwise(answer);
        single.Predict(new() { Input = [] }).Output.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AStream_EqualsScoring_AlsoBehindResetAndASavedState(bool loaded)
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals());
        SequenceTransformer model = _ml.Transforms.StateSpace.SequenceToSequence(
            Options(7) with { IntervalColumnName = "Intervals" }).Fit(view);
        if (loaded)
            model = Reload(model, view);
        float[][] answers = [.. model.Transform(view).GetColumn<float[]>("Output")];
        StreamingEngine engine = model.CreateStreamingEngine(), other = model.CreateStreamingEngine();
        var rows = Samples.IrregularSignals();
        var state = new byte[engine.StateLength];
        for (int i = 0; i < 3; i++)
        {
            var streamed = new List<float>();
            for (int t = 0; t < rows[i].Input.Length; t++)
            {
                streamed.AddRange(engine.Step([rows[i].Input[t]], rows[i].Intervals[t]));
                engine.Steps.Should().Be(t + 1);
                engine.GetState(state);
                other.SetState(state);
                (engine, other) = (other, engine);
            }
            streamed.ToArray().Should().BeNear(Array.ConvertAll(answers[i], value => (double)value), 1e-5);
            engine.Reset();
            engine.Steps.Should().Be(0);
        }
    }

    [Fact]
    public void WithMissingValues_AStreamEqualsScoring_AndImportanceIsMeasured()
    {
        var rows = Samples.VariableSignals();
        for (int i = 0; i < rows.Length; i++)
            rows[i].Input[i % 3] = float.NaN;
        var view = _ml.Data.LoadFromEnumerable(rows);
        var model = _ml.Transforms.StateSpace.SequenceToSequence(Options(7) with { Channels = 2, Outputs = 2 }).Fit(view);
        float[][] answers = [.. model.Transform(view).GetColumn<float[]>("Output")];
        var engine = model.CreateStreamingEngine();
        for (int i = 0; i < 3; i++)
        {
            engine.Reset();
            rows[i].Input.Chunk(2).SelectMany(step => engine.Step(step).ToArray()).ToArray()
                .Should().BeNear(Array.ConvertAll(answers[i], value => (double)value), 1e-5);
        }
        _ml.Transforms.StateSpace.SequenceImportance(model, view, repeats: 1, stretches: 1).Channels
            .Should().HaveCount(2).And.AllSatisfy(channel => double.IsFinite(channel.Mean).Should().BeTrue());
    }

    [Fact]
    public void Tags_HaveAWarmUpToo_WithTokensAndLoading()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Tokens());
        var tagged = _ml.Transforms.Conversion.MapValueToKey("Label", "Features").Fit(view).Transform(view);
        SequenceTransformer Fit(int warmUp) => _ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions with
        {
            WarmUp = warmUp, Architecture = Samples.Small with { Bidirectional = false },
        }).Fit(tagged);
        float[][] Scores(SequenceTransformer model) => [.. model.Transform(tagged).GetColumn<float[]>("Score")];
        var model = Fit(5);

        Scores(model)[0].Should().NotEqual(Scores(Fit(0))[0]);
        Scores(Reload(model, tagged)).Should().BeBitwise(Scores(model));
        var engine = model.CreateStreamingEngine();
        Samples.Tokens()[0].Features.SelectMany(token => engine.Step(token).ToArray()).ToArray()
            .Should().BeNear(Array.ConvertAll(Scores(model)[0], value => (double)value), 1e-5);
    }

    [Fact]
    public void HeldSteps_AreBeforeTheSequence_AndCountNowhere()
    {
        var values = new SequenceSet(2, TargetLayout.StepValues(1), hasIntervals: true);
        var row = new SequenceRow { Length = 3, Values = [1, 2, 3, 4, 5, 6, 66], Targets = [7, 8, 9], Intervals = [0.5f, 2, 3] };
        HeldStart.Before(row, values, 0, washout: 1);
        row.Length.Should().Be(3);
        HeldStart.Before(row, values, 2, washout: 1);
        values.Add(row);
        values.Values(0).Should().Equal(1, 2, 1, 2, 1, 2, 3, 4, 5, 6);
        values.Intervals(0).Should().Equal(1, 1, 0.5f, 2, 3);
        values.TargetsOf(0).Should().BeBitwise([float.NaN, float.NaN, float.NaN, 8, 9]);

        var tags = new SequenceSet(1, TargetLayout.Of(SequenceTask.Tagging, 3));
        row = new SequenceRow { Length = 2, Values = [1, 2], Classes = [0, 2] };
        HeldStart.Before(row, tags, 1, washout: 0);
        tags.Add(row);
        tags.Classes(0).ToArray().Should().Equal(TargetLayout.NoClass, 0, 2);
    }

    [Fact]
    public void AWindowShorterThanTheWarmUp_Trains()
    {
        var view = Plant(1);
        var model = _ml.Transforms.StateSpace.SequenceToSequence(
            Options(WarmUp) with { Training = Samples.Quick with { Window = 8, BatchSize = 1, Washout = 2 } }).Fit(view);
        model.Transform(view).GetColumn<float[]>("Output").Should().AllSatisfy(
            output => output.Should().HaveCount(Length).And.NotContain(float.NaN));
    }

    private SequenceToSequenceTransformer Fit(IDataView view, int warmUp, bool bidirectional)
        => _ml.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            WarmUp = warmUp, Training = Training,
            Architecture = new LruOptions
            {
                Layers = 1, ModelSize = 8, StateSize = 8, Scaffold = new WienerScaffold(), Bidirectional = bidirectional,
            },
        }).Fit(view);

    private static SequenceToSequenceOptions Options(int warmUp)
        => new() { WarmUp = warmUp, Architecture = Samples.Small, Training = Samples.Quick };

    private SequenceTransformer Reload(SequenceTransformer model, IDataView view)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = _ml.Model.Load(file, out _);
        return loaded as SequenceTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<SequenceTransformer>().Single();
    }

    private IDataView Plant(int seed)
    {
        var random = new Random(seed);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(_ =>
        {
            float level = (4 * random.NextSingle()) - 2;
            float[] input = [.. Enumerable.Range(0, Length).Select(_ => level + random.NextSingle() - 0.5f)];
            float state = input[0];
            return new PlantRow { Input = input, Target = [.. input.Select(u => state += 0.1f * (u - state))] };
        }).ToArray());
    }

    private sealed class PlantRow
    {
        [VectorType(Length)]
        public float[] Input { get; set; } = [];

        [VectorType(Length)]
        public float[] Target { get; set; } = [];
    }

    private sealed class Answer
    {
        public float[] Output { get; set; } = [];
    }
}
