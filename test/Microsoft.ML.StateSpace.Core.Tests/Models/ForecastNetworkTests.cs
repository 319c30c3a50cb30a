using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>Laws of a network beside the equations of a forecaster. The networks are drawn at random, for two shapes of series.</summary>
[Trait("Kind", "Law")]
public class ForecastNetworkTests
{
    private static readonly ForecastShape[] Shapes =
    [
        ForecastCase.Shape,
        new() { Targets = 2, KnownSoFar = 1, Horizon = 4, Season = 5 },
        new() { KnownAhead = 1, KnownSoFar = 1, Horizon = 40 },
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Shapes.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ANetworkOfZeros_IsTheClosedForm(int index)
    {
        var (model, rows) = Model(index);
        var closed = ForecastCase.Forecasts(model, rows);
        foreach (double weight in new[] { 1, 0.5 })
        {
            model.Network = Network(model, scale: 0, weight);
            var both = ForecastCase.Forecasts(model, rows);
            both[0].Should().Equal(closed[0]);
            for (int bound = 1; bound < 3; bound++)
                Known(both[bound]).ToFloat().Should().BeNear(Known(closed[bound]), 1e-6, "bounds");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Streams_AnswerAsTheWholeSeries(int index)
    {
        var (model, rows) = Model(index);
        var closed = ForecastCase.Forecasts(model, rows);
        var network = model.Network = Network(model, scale: 1, weight: 0.7);
        var forecasts = ForecastCase.Forecasts(model, rows);
        int count = rows.Length / model.Shape.Width, places = model.HalfWidths.Length;
        var outputs = new float[count * places * IntervalLoss.Size];
        network.Predict(new ForecastExamples(model, rows).Inputs(count), outputs);
        var state = model.CreateState();
        int compared = 0;
        for (int t = 0; t < count; t++)
        {
            state.Observe(rows.AsSpan(t * model.Shape.Width, model.Shape.Width));
            for (int place = 0; place < places; place++)
            {
                int i = t * places + place;
                if (float.IsNaN(closed[0][i]))
                    continue;
                double unit = network.Units[place] * state.ScaleOf(place % model.Shape.Targets);
                var (lower, median, upper) = ForecastNetwork.Quantiles(outputs.AsSpan(i * IntervalLoss.Size, IntervalLoss.Size), 0.7);
                forecasts[0][i].Should().BeApproximately((float)(closed[0][i] + unit * median), 1e-4f);
                forecasts[1][i].Should().BeApproximately((float)(closed[0][i] + unit * lower), 1e-4f);
                forecasts[2][i].Should().BeApproximately((float)(closed[0][i] + unit * upper), 1e-4f);
                compared++;
            }
        }
        compared.Should().BeGreaterThan(count);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bounds_NeverCross_WhateverTheyAreMovedBy(int index)
    {
        var (model, rows) = Model(index);
        foreach (double offset in new[] { -30.0, -0.4, 0, 3 })
        {
            model.Network = Network(model, scale: 4, weight: 0.9, offset);
            var forecasts = ForecastCase.Forecasts(model, rows);
            for (int i = 0; i < forecasts[0].Length; i++)
            {
                if (float.IsNaN(forecasts[0][i]))
                    continue;
                forecasts[1][i].Should().BeLessThanOrEqualTo(forecasts[0][i]);
                forecasts[2][i].Should().BeGreaterThanOrEqualTo(forecasts[0][i]);
            }
        }
    }

    // The network remembers what was promised only as long as it has not come true.
    [Theory]
    [MemberData(nameof(Cases))]
    public void AForecast_KnowsNothingOfLaterRows_AndLeavesNoTrace(int index)
    {
        var (model, rows) = Model(index);
        model.Network = Network(model, scale: 1, weight: 1);
        var shape = model.Shape;
        int place = model.HalfWidths.Length, changedRow = 30;
        float[] changed = [.. rows];
        for (int i = changedRow * shape.Width; i < changed.Length; i++)
            changed[i] += i % shape.Width < shape.Targets + shape.KnownSoFar ? 3 : 0;
        var (all, others) = (ForecastCase.Forecasts(model, rows), ForecastCase.Forecasts(model, changed));
        others[0][..(changedRow * place)].Should().Equal(all[0][..(changedRow * place)]);
        others[0][(changedRow * place)..].Should().NotEqual(all[0][(changedRow * place)..]);

        // Only the last forecast is asked for, after a plan that does not come.
        var state = model.CreateState();
        var (point, bounds) = (new float[place], new float[place]);
        var scratch = new double[model.ScratchSize];
        int last = rows.Length / shape.Width - shape.Horizon - 1;
        for (int t = 0; t <= last; t++)
            state.Observe(rows.AsSpan(t * shape.Width, shape.Width));
        var before = state.Values.ToArray();
        model.Forecast(state, [.. Enumerable.Repeat(9f, shape.Horizon * shape.KnownAhead)], scratch, point, bounds, bounds);
        state.Values.ToArray().Should().Equal(before);
        model.Forecast(state, ForecastCase.Ahead(rows, shape, last), scratch, point, bounds, bounds);
        point.Should().BeNear(all[0].AsSpan(last * place, place).ToArray().ToDouble(), 1e-5, "forecasts");
    }

    [Fact]
    public void CopiedValues_GoOn()
    {
        var (model, rows) = Model(0);
        model.Network = Network(model, scale: 1, weight: 1);
        var shape = model.Shape;
        ForecastState one = model.CreateState(), other = model.CreateState();
        for (int t = 0; t < 40; t++)
        {
            if (t == 25)
                one.Values.CopyTo(other.Values);
            one.Observe(rows.AsSpan(t * shape.Width, shape.Width));
            if (t >= 25)
                other.Observe(rows.AsSpan(t * shape.Width, shape.Width));
        }
        other.Values.ToArray().Should().Equal(one.Values.ToArray());
        one.Reset();
        one.Values.ToArray().Should().Equal(model.CreateState().Values.ToArray());
    }

    private static double[] Known(float[] values) => [.. values.Where(value => !float.IsNaN(value)).Select(value => (double)value)];

    private static (ForecastModel Model, float[] Rows) Model(int index)
    {
        var shape = Shapes[index];
        var random = new Random(5);
        float[] rows = [.. Enumerable.Range(0, 260 * shape.Width).Select(_ => 3 + 2 * random.NextSingle())];
        rows[0] = rows[shape.Width] = rows[20 * shape.Width] = float.NaN;
        return (ForecastCase.Closed([rows], shape), rows[..(70 * shape.Width)]);
    }

    // Drawn parameters, where the decoder is so many times the usual one.
    private static ForecastNetwork Network(ForecastModel model, float scale, double weight, double offset = 0)
    {
        var shape = model.Shape;
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence, Inputs = ForecastNetwork.InputsOf(shape), Outputs = ForecastNetwork.OutputsOf(shape),
            Architecture = new S5Options
            {
                Layers = 1, ModelSize = 8, StateSize = 8, Bidirectional = false, Dropout = 0, Pooling = Pooling.Mean,
                StepSizeMinimum = 0.01, StepSizeMaximum = 0.1,
            },
        };
        var network = new SequenceNetwork(options);
        var parameters = network.Layout.Create(new Random(7));
        foreach (ref float value in ((Linear)network.Decoder).Weight.Of(parameters.Values))
            value *= scale;
        double[] offsets = [.. Enumerable.Repeat(offset, model.HalfWidths.Length)];
        return new(shape, new TrainedModel(options, parameters, Summary.None), weight, [.. model.HalfWidths], offsets);
    }
}
