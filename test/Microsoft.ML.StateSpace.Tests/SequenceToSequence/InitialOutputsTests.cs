using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.SequenceToSequence;

public class InitialOutputsTests
{
    private const int Told = 12;

    private static readonly PlantRow[] Train = PlantRow.Of(4, 300, start: 3, seed: 1), Test = PlantRow.Of(6, 120, start: 5, seed: 2);

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void RecordsFromUnknownStates_AreSimulatedFarBetter_WhereTheFirstOutputsAreTold()
    {
        double free = Metrics(Fit(0), Test).FitPercent, told = Metrics(Fit(Told), Test).FitPercent;
        (100 - told).Should().BeLessThan(0.3 * (100 - free), $"FIT {free} in free run, {told} with what is told");
    }

    [Fact]
    public void RecordsFromRest_AreSimulatedNoWorse()
    {
        PlantRow[] train = PlantRow.Of(4, 300, start: 0, seed: 3), test = PlantRow.Of(6, 120, start: 0, seed: 4);
        double Error(int told) => Metrics(Fit(told, train), test).RootMeanSquaredError;
        Error(Told).Should().BeLessThan(1.1 * Error(0));
    }

    [Fact]
    public void AnswersOfTheStepsThatAreTold_AreTheFreeRun_AndSoAreAllWhereNothingIsKnown()
    {
        float[][] free = Answers(Fit(0), Test), told = Answers(Fit(Told), Test);
        for (int i = 0; i < Test.Length; i++)
        {
            told[i][..(2 * Told)].Should().BeBitwise(free[i][..(2 * Told)]);
            told[i].Should().NotEqual(free[i]);
        }
        float[][] Where(Func<float[], float[]> known)
            => Answers(Fit(Told), [.. Test.Select(row => new PlantRow { Input = row.Input, Target = known(row.Target) })]);
        Where(target => [.. target.Select(_ => float.NaN)]).Should().BeBitwise(free);
        Where(_ => []).Should().BeBitwise(free);
        Where(target => target[..(2 * Told)]).Should().BeBitwise(told);
        Where(target => [.. target.Select((value, i) => i < 2 * Told ? value : 1e9f)]).Should().BeBitwise(told);
    }

    [Fact]
    public void OutputsThatWereNotMeasured_AreReplacedByWhatIsExpected()
    {
        var gaps = Test.Select(row => new PlantRow
        {
            Input = row.Input,
            Target = [.. row.Target.Select((value, i) => i is 6 or 7 or 13 ? float.NaN : value)],
        }).ToArray();
        var model = Fit(Told);
        double with = Metrics(model, gaps).FitPercent, free = Metrics(Fit(0), Test).FitPercent;
        with.Should().BeGreaterThan((free + 100) / 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AStream_EqualsScoring_FromAnySavedState_AlsoWhenLoaded(bool network)
    {
        SequenceTransformer model = network ? FitNetwork() : Fit(Told);
        float[][] answers = Answers(model, Test);
        model = Reload(model);
        Answers(model, Test).Should().BeBitwise(answers);
        StreamingEngine engine = model.CreateStreamingEngine(), other = model.CreateStreamingEngine();
        var state = new byte[engine.StateLength];
        for (int i = 0; i < 2; i++)
        {
            var streamed = new List<float>();
            for (int t = 0; t < Test[i].Input.Length; t++)
            {
                ReadOnlySpan<float> input = [Test[i].Input[t]];
                streamed.AddRange(t < Told ? engine.Step(input, Test[i].Target.AsSpan(2 * t, 2)) : engine.Step(input));
                engine.GetState(state);
                other.SetState(state);
                (engine, other) = (other, engine);
            }
            streamed.ToArray().Should().BeNear(Array.ConvertAll(answers[i], value => (double)value), 1e-4);
            engine.Reset();
        }
        engine.Step([1f]).ToArray().Should().NotBeEmpty();
        Invoking(() => engine.Step([1f], [1f])).Should().ThrowExactly<ArgumentException>();
        Invoking(() => engine.Step([1f], [1f, 1f], interval: 2)).Should().ThrowExactly<InvalidOperationException>();
    }

    [Fact]
    public void ARowAlone_HasTheBitsOfARowAmongOthers_AndThreadsChangeNone()
    {
        var model = Fit(Told, threads: 1);
        float[][] answers = Answers(model, Test);
        for (int i = 0; i < Test.Length; i++)
            Answers(model, [Test[i]])[0].Should().BeBitwise(answers[i]);
        Answers(Fit(Told, threads: 3), Test).Should().BeBitwise(answers);
        using var single = _ml.Model.CreatePredictionEngine<PlantRow, Answer>(model);
        single.Predict(Test[0]).Output.Should().BeBitwise(answers[0]);
    }

    [Fact]
    public void ItTakesIntervals_AndAHeldStart()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals());
        var model = _ml.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            IntervalColumnName = "Intervals", WarmUp = 5, InitialOutputs = 3,
        }).Fit(view);
        float[] answer = model.Transform(view).GetColumn<float[]>("Output").First();
        var row = Samples.IrregularSignals()[0];
        var engine = model.CreateStreamingEngine();
        var streamed = new List<float>();
        for (int t = 0; t < row.Input.Length; t++)
            streamed.AddRange(t < 3
                ? engine.Step([row.Input[t]], [row.Target[t]], row.Intervals[t]) : engine.Step([row.Input[t]], row.Intervals[t]));
        streamed.ToArray().Should().BeNear(Array.ConvertAll(answer, value => (double)value), 1e-4);
    }

    private SequenceToSequenceTransformer Fit(int told, PlantRow[]? rows = null, int? threads = null)
        => _ml.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            InitialOutputs = told, Architecture = new StateSpaceBankOptions { Filters = 60 },
            Training = new() { Seed = 1, Threads = threads },
        }).Fit(View(rows ?? Train));

    private SequenceToSequenceTransformer FitNetwork()
        => _ml.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            InitialOutputs = Told, Architecture = Samples.Small with { Bidirectional = false }, Training = Samples.Quick,
        }).Fit(View(Train));

    private IDataView View(PlantRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private float[][] Answers(SequenceTransformer model, PlantRow[] rows)
        => [.. model.Transform(View(rows)).GetColumn<float[]>("Output")];

    private SequenceToSequenceMetrics Metrics(SequenceTransformer model, PlantRow[] rows)
        => _ml.Transforms.StateSpace.EvaluateSequenceToSequence(model.Transform(View(rows)), skip: Told);

    private SequenceTransformer Reload(SequenceTransformer model)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, View(Train).Schema, stream);
        return (SequenceTransformer)new MLContext().Model.Load(stream, out _);
    }

    private sealed class Answer
    {
        public float[] Output { get; set; } = [];
    }
}
