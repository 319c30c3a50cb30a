using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Streaming;

public class StreamingEngineTests
{
    private static readonly S5Options Causal = Samples.Small with { Bidirectional = false };

    private readonly MLContext _ml = new(1);

    [Fact]
    public void Step_EqualsTheOutputColumn()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.VariableSignals());
        var model = _ml.Transforms.StateSpace.SequenceToSequence(new() { Channels = 2, Outputs = 2, Architecture = Causal, Training = Samples.Quick }).Fit(view);
        var engine = model.CreateStreamingEngine();
        var expected = model.Transform(view).GetColumn<float[]>("Output").ToArray();

        foreach (var (row, output) in Samples.VariableSignals().Zip(expected))
        {
            engine.Reset();
            Near(output, Stream(engine, row.Input, keepAll: true));
            Assert.Equal(row.Input.Length / 2, engine.Steps);
        }
    }

    [Theory]
    [InlineData(Pooling.Mean)]
    [InlineData(Pooling.Last)]
    [InlineData(Pooling.Max)]
    public void Step_OfAClassifier_EndsAtTheScoreColumn(Pooling pooling)
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Dimensioned());
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(view).Transform(view);
        var model = _ml.Transforms.StateSpace.SequenceClassification(new() { Architecture = Causal with { Pooling = pooling }, Training = Samples.Quick }).Fit(keyed);
        float[][] expected = [.. model.Transform(keyed).GetColumn<float[]>("Score")];
        var engine = model.CreateStreamingEngine();

        Assert.Equal(2, engine.InputLength);
        Assert.Equal(3, engine.OutputLength);
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
        var model = _ml.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions { Architecture = Causal, Training = Samples.Quick }).Fit(view);
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
        Assert.Equal(missing, engine.Step(99u).ToArray());
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

        Assert.Equal(3, other.Steps);
        Assert.Equal(engine.Step([4]).ToArray(), other.Step([4]).ToArray());
        Assert.Throws<ArgumentException>(() => other.SetState(new byte[engine.StateLength]));
        Assert.Throws<ArgumentException>(() => other.SetState(new byte[3]));
        Assert.Throws<ArgumentException>(() => engine.GetState(new byte[3]));
    }

    [Fact]
    public void Step_AllocatesNothing()
    {
        var engine = Signals().CreateStreamingEngine();
        float[] input = [1];
        engine.Step(input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            engine.Step(input);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Create_RefusesABidirectionalModel_AndSaysWhatToSet()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Binary());
        var model = _ml.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions { Architecture = Samples.Small with { Bidirectional = true }, Training = Samples.Quick }).Fit(view);
        var error = Assert.Throws<InvalidOperationException>(model.CreateStreamingEngine);
        Assert.Contains("Bidirectional = false", error.Message);
    }

    [Fact]
    public void Step_SaysHowManyValuesItTakes()
    {
        var engine = Signals().CreateStreamingEngine();
        Assert.Contains("1 value", Assert.Throws<ArgumentException>(() => { engine.Step([1, 2]); }).Message);
        Assert.Contains("not on tokens", Assert.Throws<InvalidOperationException>(() => { engine.Step(1u); }).Message);
    }

    private SequenceToSequenceTransformer Signals()
        => _ml.Transforms.StateSpace.SequenceToSequence(new() { Architecture = Causal, Training = Samples.Quick }).Fit(_ml.Data.LoadFromEnumerable(Samples.Signals()));

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
        => Microsoft.ML.StateSpace.Testing.Near.Equal(Array.ConvertAll(expected, x => (double)x), actual, Tolerance.Streaming, "answers");
}
