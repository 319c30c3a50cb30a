using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;

namespace Microsoft.ML.StateSpace.Onnx.Forecasting;

/// <summary>What the graph of a forecaster needs of numbers, which are doubles there.</summary>
internal sealed class Numbers(GraphBuilder graph, ForecastScales scales)
{
    /// <summary>A number.</summary>
    public Value Of(double value) => graph.Doubles("Number", [value]);

    /// <summary>A vector.</summary>
    public Value Of(string name, ReadOnlySpan<double> values) => graph.Doubles(name, values, values.Length);

    /// <summary>Truth values: what is neither missing nor infinite.</summary>
    public Value IsKnown(Value value) => value.Abs().Less(Of(double.PositiveInfinity));

    /// <summary>Bounds a value on both sides.</summary>
    public Value Bounded(Value value, double least, double most) => graph.Node("Clip", value, Of(least), Of(most));

    /// <summary>Intervals in units of the usual one, which stands in for a missing one.</summary>
    public Value Intervals(Value given)
    {
        var isKnown = IsKnown(given).And(Of(0).Less(given));
        var bounded = Bounded(given / Of(scales.Interval), ForecastState.LeastInterval, ForecastState.MostInterval);
        return isKnown.Choose(bounded, Of(1));
    }

    /// <summary>The feature of an interval.</summary>
    public Value Elapsed(Value interval) => Of(Math.Exp(-1)) - (-interval).Exp();

    /// <summary>Some covariates in units of their deviations from their means; NaN and infinite ones stay so.</summary>
    /// <param name="values">(..., count).</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many they are.</param>
    public Value Standardised(Value values, int first, int count)
        => (values - Of("Means", scales.Mean.AsSpan(first, count))) / Of("Deviations", scales.Deviation.AsSpan(first, count));
}
