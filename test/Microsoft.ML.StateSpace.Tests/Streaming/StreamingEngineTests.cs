using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Streaming;

public class StreamingEngineTests
{
    private static readonly S5Options Causal = Samples.Small with { Bidirectional = false };

    private readonly MLContext _ml = new(1);

    [Fact]
    public void Step_EqualsTheOutputColumn()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());
        var model = _ml.Transforms.StateSpace.SequenceToSequence(
            new() { Channels = 2, Outputs = 2, Architecture = Causal, Training = Samples.Quick }).Fit(view);
        var engine = model.CreateStreamingEngine();
        var expected = model.Transform(view).GetColumn<float[]>("Output").ToArray();

        foreach (var (row, output) in Samples.VariableSignals().Zip(expected))
        {
            engine.Reset();
            Near(output, Stream(engine, row.Input, keepAll: true));
            engine.Steps.Should().Be(row.Input.Length / 2);
        }
    }

    [Theory]
    [InlineData(Pooling.Mean)]
    [InlineData(Pooling.Last)]
    [InlineData(Pooling.Max)]
    [InlineData(Pooling.MeanAndMax)]
    [InlineData(Pooling.MeanAndShare)]
    public void Step_OfAClassifier_EndsAtTheScoreColumn(Pooling pooling)
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Dimensioned());
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(view).Transform(view);
        var model = _ml.Transforms.StateSpace.SequenceClassification(
            new() { Architecture = Causal with { Pooling = pooling }, Training = Samples.Quick }).Fit(keyed);
        float[][] expected = [.. model.Transform(keyed).GetColumn<float[]>("Score")];
        var engine = model.CreateStreamingEngine();

        engine.InputLength.Should().Be(2);
        engine.OutputLength.Should().Be(3);
        foreach (var (row, score) in Samples.Dimensioned().Zip(expected))
        {
            engine.Reset();
            Near(score, Stream(engine, row.Features, keepAll: false));
        }
    }

    [Fact]
    public void Step_OfAYesOrNoQuestion_EndsAtTheProbabilityColumn()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Binary());
        var model = _ml.BinaryClassification.Trainers.StateSpace(
            new BinarySequenceClassificationOptions { Architecture = Causal, Training = Samples.Quick }).Fit(view);
        float[] expected = [.. model.Transform(view).GetColumn<float>("Probability")];
        var engine = model.CreateStreamingEngine();

        foreach (var (row, probability) in Samples.Binary().Zip(expected))
        {
            engine.Reset();
            Near([1 - probability, probability], Stream(engine, row.Features, keepAll: false));
        }
    }

    [Fact]
    public void Step_TakesTokens()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Tokens());
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(view).Transform(view);
        var model = _ml.Transforms.StateSpace.SequenceClassification(new() { Architecture = Causal, Training = Samples.Quick }).Fit(keyed);
        float[][] expected = [.. model.Transform(keyed).GetColumn<float[]>("Score")];
        var engine = model.CreateStreamingEngine();

        foreach (var (row, score) in Samples.Tokens().Zip(expected))
        {
            engine.Reset();
            float[] last = [];
            foreach (uint token in row.Features)
                last = engine.Step(token).ToArray();
            Near(score, last);
        }
        engine.Reset();
        float[] missing = engine.Step(0u).ToArray();
        engine.Reset();
        engine.Step(99u).Should().BeBitwise(missing);
    }

    [Fact]
    public void State_GoesOnInAnotherEngine()
    {
        var model = Signals();
        StreamingEngine engine = model.CreateStreamingEngine(), other = model.CreateStreamingEngine();
        Stream(engine, [1, 2, 3], keepAll: false);
        var state = new byte[engine.StateLength];
        engine.GetState(state);
        other.SetState(state);

        other.Steps.Should().Be(3);
        other.Step([4]).Should().BeBitwise(engine.Step([4]));
        Invoking(() => other.SetState(new byte[engine.StateLength]))
            .Should().ThrowExactly<InvalidDataException>().WithMessage("*checksum*");
        Invoking(() => other.SetState(new byte[3])).Should().ThrowExactly<InvalidDataException>().WithMessage("*3 bytes*");
        Invoking(() => engine.GetState(new byte[3])).Should().ThrowExactly<ArgumentException>();
    }

    [Fact]
    public void Step_AllocatesNothing()
    {
        var engine = Signals().CreateStreamingEngine();
        float[] input = [1];
        engine.Step(input);
        NoAllocation.In(() =>
        {
            for (int i = 0; i < 10; i++)
                engine.Step(input);
        });
    }

    [Fact]
    public void Create_RefusesABidirectionalModel_AndSaysWhatToSet()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Binary());
        var model = _ml.BinaryClassification.Trainers.StateSpace(
            new BinarySequenceClassificationOptions { Architecture = Samples.Small with { Bidirectional = true },
                Training = Samples.Quick }).Fit(view);
        Invoking(model.CreateStreamingEngine)
            .Should().ThrowExactly<InvalidOperationException>().Which.Message.Should().Contain("Bidirectional = false");
    }

    [Fact]
    public void Step_SaysHowManyValuesItTakes()
    {
        var engine = Signals().CreateStreamingEngine();
        Invoking(() => { engine.Step([1, 2]); }).Should().ThrowExactly<ArgumentException>().WithMessage("*1 value*");
        Invoking(() => { engine.Step(1u); }).Should().ThrowExactly<InvalidOperationException>().WithMessage("*not on tokens*");
    }

    private SequenceToSequenceTransformer Signals()
        => _ml.Transforms.StateSpace.SequenceToSequence(new() { Architecture = Causal, Training = Samples.Quick })
            .Fit(_ml.Data.LoadFromEnumerable(Samples.Signals()));

    private static float[] Stream(StreamingEngine engine, float[] values, bool keepAll)
    {
        var answers = new List<float>();
        for (int t = 0; t < values.Length; t += engine.InputLength)
        {
            if (!keepAll)
                answers.Clear();
            answers.AddRange(engine.Step(values.AsSpan(t, engine.InputLength)));
        }
        return [.. answers];
    }

    private static void Near(float[] expected, float[] actual)
        => actual.Should().BeNear(Array.ConvertAll(expected, x => (double)x), Tolerance.Streaming, "answers");
}
