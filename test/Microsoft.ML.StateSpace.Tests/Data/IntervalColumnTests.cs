using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Data;

/// <summary>Sequences whose time steps are not equally far apart, from the column to the answer.</summary>
public class IntervalColumnTests
{
    private static readonly SequenceToSequenceOptions Options = new()
    {
        IntervalColumnName = "Intervals", Architecture = Samples.Small with { Bidirectional = false, StepSizeMinimum = 0.05 },
        Training = Samples.Quick,
    };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Fit_LearnsWhatOnlyTheIntervalsTell()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals(80));
        double Fit(string? column)
        {
            var model = _ml.Transforms.StateSpace.SequenceToSequence(
                Options with { IntervalColumnName = column, Training = Samples.Thorough }).Fit(view);
            return _ml.Transforms.StateSpace.EvaluateSequenceToSequence(model.Transform(view)).FitPercent;
        }
        double with = Fit("Intervals"), without = Fit(null);
        with.Should().BeGreaterThan(90);
        without.Should().BeLessThan(60);
    }

    [Fact]
    public void Options_TellTheColumn_AlsoWhenLoaded()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals());
        var model = _ml.Transforms.StateSpace.SequenceToSequence(Options).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        var step = loaded as SequenceToSequenceTransformer
            ?? ((IEnumerable<ITransformer>)loaded).OfType<SequenceToSequenceTransformer>().Single();
        step.Options.IntervalColumnName.Should().Be("Intervals");
        Cells.Read(step.Transform(view)).Should().Equal(Cells.Read(model.Transform(view)));
    }

    [Fact]
    public void Output_DependsOnTheIntervals()
    {
        var rows = Samples.IrregularSignals();
        var model = _ml.Transforms.StateSpace.SequenceToSequence(Options).Fit(_ml.Data.LoadFromEnumerable(rows));
        float[] Score(float[] intervals)
            => model.Transform(_ml.Data.LoadFromEnumerable([new IrregularSignalRow { Input = rows[0].Input, Intervals = intervals }]))
                .GetColumn<float[]>("Output").Single();
        float[] intervals = [.. rows[0].Intervals], before = Score(intervals);
        intervals[6] *= 2;
        float[] after = Score(intervals);
        after[..6].Should().BeBitwise(before[..6]);
        after[6].Should().NotBe(before[6]);
    }

    [Theory]
    [InlineData(float.NaN, "missing value")]
    [InlineData(0f, "positive number")]
    [InlineData(-0.5f, "-0.5")]
    [InlineData(float.PositiveInfinity, "positive number")]
    public void Intervals_MustBePositive_InTrainingAndScoring(float interval, string inMessage)
    {
        var rows = Samples.IrregularSignals();
        var model = _ml.Transforms.StateSpace.SequenceToSequence(Options).Fit(_ml.Data.LoadFromEnumerable(rows));
        rows[3].Intervals[7] = interval;
        var view = _ml.Data.LoadFromEnumerable(rows);
        var error = Invoking(() => _ml.Transforms.StateSpace.SequenceToSequence(Options).Fit(view))
            .Should().ThrowExactly<InvalidOperationException>().Which;
        error.Message.Should().Contain("Row 3: column 'Intervals'");
        error.Message.Should().Contain("time step 7");
        error.Message.Should().Contain(inMessage);
        if (float.IsNaN(interval))
            return; // a missing interval is scored as a missing value is
        var scoring = Invoking(() => model.Transform(view).GetColumn<float[]>("Output").ToArray()).Should().Throw<Exception>().Which;
        (scoring is AggregateException many ? many.InnerExceptions[0].Message : scoring.Message)
            .Should().Contain("Row 3: column 'Intervals'");
    }

    [Fact]
    public void AMissingInterval_GivesMissingAnswers_AsAMissingValueDoes()
    {
        var rows = Samples.IrregularSignals();
        var model = _ml.Transforms.StateSpace.SequenceToSequence(Options).Fit(_ml.Data.LoadFromEnumerable(rows));
        float[][] clean = [.. model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Output")];
        rows[3].Intervals[7] = float.NaN;
        rows[4].Input[7] = float.NaN;
        float[][] answers = [.. model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Output")];
        for (int row = 0; row < rows.Length; row++)
        {
            int known = row is 3 or 4 ? 7 : 10;
            answers[row][..known].Should().BeBitwise(clean[row][..known]);
            answers[row][known..].Count(float.IsNaN).Should().Be(10 - known);
        }
        var engine = model.CreateStreamingEngine();
        for (int t = 0; t < 10; t++)
            float.IsNaN(engine.Step([rows[3].Input[t]], rows[3].Intervals[t])[0]).Should().Be(t >= 7);
    }

    [Fact]
    public void AMissingInterval_GivesAClassifiersRowMissingProbabilities()
    {
        var rows = Samples.Irregular();
        var options = Views.Options(channels: 2) with { IntervalColumnName = "Intervals" };
        var model = _ml.Transforms.StateSpace.SequenceClassification(options).Fit(Views.Keyed(_ml, rows));
        rows[2].Intervals[1] = float.NaN;
        float[][] scores = [.. model.Transform(Views.Keyed(_ml, rows)).GetColumn<float[]>("Score")];
        for (int row = 0; row < rows.Length; row++)
            scores[row].Should().OnlyContain(p => float.IsNaN(p) == (row == 2));
    }

    [Fact]
    public void Intervals_MustBeAsManyAsTimeSteps()
    {
        var rows = Samples.Irregular();
        rows[5].Intervals = rows[5].Intervals[1..];
        int steps = rows[5].Features.Length / 2;
        var error = Invoking(
            () => _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 2) with { IntervalColumnName = "Intervals" })
                .Fit(Views.Keyed(_ml, rows))).Should().ThrowExactly<InvalidOperationException>().Which;
        error.Message.Should().Contain($"Row 5: column 'Features' has {steps} time steps");
        error.Message.Should().Contain($"holds {steps - 1}");
    }

    [Fact]
    public void Intervals_OfAnotherKnownLength_AreRefusedBeforeRowsAreRead()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals());
        Invoking(() => _ml.Transforms.StateSpace.SequenceToSequence(Options with { Channels = 2, Outputs = 2 }).Fit(view))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("*5 time steps*");
    }

    [Fact]
    public void ACoreWithoutStepSizes_RefusesIntervals()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals());
        var error = Invoking(() => _ml.Transforms.StateSpace.SequenceToSequence(Options with { Architecture = new LruOptions() }).Fit(view))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.Message.Should().Contain("LruOptions");
        error.Message.Should().Contain("S5Options");
        error.Message.Should().Contain("IntervalColumnName");
    }

    [Fact]
    public void ValidationSet_MustHaveIntervals()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals());
        var options = Options with { ValidationSet = _ml.Data.LoadFromEnumerable(Samples.Signals()) };
        Invoking(() => _ml.Transforms.StateSpace.SequenceToSequence(options).Fit(view))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which.Message.Should().Contain("'Intervals'");
    }

    [Theory]
    [MemberData(nameof(Cores))]
    public void EveryCoreThatTakesIntervals_LearnsFromThem_StreamsAndIsSaved(string family)
    {
        var core = CoreDefinition.All.Single(definition => definition.Family == family);
        var architecture = core.Repair(core.WithStepSizes(
            core.CreateOptions() with { Layers = 1, ModelSize = 4, StateSize = 4, Bidirectional = false }, 0.05, null));
        var rows = Samples.IrregularSignals();
        var view = _ml.Data.LoadFromEnumerable(rows);
        var model = _ml.Transforms.StateSpace.SequenceToSequence(Options with { Architecture = architecture }).Fit(view);
        float[][] outputs = [.. model.Transform(view).GetColumn<float[]>("Output")];
        var engine = model.CreateStreamingEngine();
        float[] streamed = [.. rows[0].Input.SelectMany((value, t) => engine.Step([value], rows[0].Intervals[t]).ToArray())];
        streamed.Should().BeNear(Array.ConvertAll(outputs[0], x => (double)x), Tolerance.Streaming, "answers");
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        Cells.Read(new MLContext().Model.Load(file, out _).Transform(view)).Should().Equal(Cells.Read(model.Transform(view)));
        foreach (var row in rows)
            row.Intervals[6] *= 2;
        float[] other = model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Output").First();
        other[..6].Should().BeBitwise(outputs[0][..6]);
        other[6].Should().NotBe(outputs[0][6]);
    }

    public static TheoryData<string> Cores
        => [.. CoreDefinition.All.Where(core => core.TakesIntervals).Select(core => core.Family)];

    [Fact]
    public void StreamingEngine_TakesTheInterval()
    {
        var rows = Samples.IrregularSignals();
        var view = _ml.Data.LoadFromEnumerable(rows);
        var model = _ml.Transforms.StateSpace.SequenceToSequence(Options).Fit(view);
        var engine = model.CreateStreamingEngine();
        foreach (var (row, output) in rows.Zip(model.Transform(view).GetColumn<float[]>("Output")))
        {
            engine.Reset();
            float[] answers = [.. row.Input.SelectMany((value, t) => engine.Step([value], row.Intervals[t]).ToArray())];
            answers.Should().BeNear(Array.ConvertAll(output, x => (double)x), Tolerance.Streaming, "answers");
        }
        Invoking(() => { engine.Step([1]); })
            .Should().ThrowExactly<InvalidOperationException>().Which.Message.Should().Contain("Step(values, interval)");
        foreach (float interval in new[] { 0, -1, float.PositiveInfinity })
            Invoking(() => { engine.Step([1], interval); }).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("*positive*");
        engine.Steps.Should().Be(10);
    }

    [Fact]
    public void StreamingEngine_OfARegularModel_TakesNoInterval()
    {
        var model = _ml.Transforms.StateSpace.SequenceToSequence(Options with { IntervalColumnName = null })
            .Fit(_ml.Data.LoadFromEnumerable(Samples.Signals()));
        var engine = model.CreateStreamingEngine();
        Invoking(() => { engine.Step([1], 1); })
            .Should().ThrowExactly<InvalidOperationException>().Which.Message.Should().Contain("IntervalColumnName");
    }
}
