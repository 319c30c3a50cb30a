using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// Mean and deviation of the measured values of each channel, in double precision: of a whole sequence, or of the values so far
/// (<see cref="RunningMoments"/>).
/// </summary>
internal static class OnnxMoments
{
    /// <param name="pass">The pass.</param>
    /// <param name="values">(..., channels).</param>
    /// <param name="channels">How many channels there are.</param>
    /// <param name="takesMissing">Whether NaN means that a value was not measured.</param>
    /// <param name="isRunning">Whether only values so far count.</param>
    public static (Value Mean, Value Deviation) Of(OnnxPass pass, Value values, long channels, bool takesMissing, bool isRunning)
    {
        var doubles = values.To(ElementType.Double);
        if (pass is not WholePass whole)
            return Step(pass, doubles, takesMissing ? values.IsNaN().Not() : pass.Graph.Boolean(true), channels);
        var isMeasured = takesMissing ? values.IsNaN().Not() : whole.IsValid;
        return isRunning ? Running(pass, doubles, isMeasured) : Whole(doubles, isMeasured.And(whole.IsValid), Zero(pass));
    }

    /// <summary>A value in deviations from a mean; 0 where nothing deviates but for rounding.</summary>
    public static Value Standardize(Value value, Value mean, Value deviation)
    {
        var graph = value.Builder;
        var standardized = ((value.To(ElementType.Double) - mean) / deviation).To(ElementType.Float);
        var resolution = graph.Constant((float)RunningMoments.Resolution).To(ElementType.Double);
        return deviation.AtMost(mean.Abs() * resolution).Choose(graph.Constant(0f), standardized);
    }

    private static (Value Mean, Value Deviation) Whole(Value values, Value isCounted, Value zero)
    {
        var number = AtLeastOne(isCounted.To(ElementType.Double).Sum(1, keep: true));
        var mean = isCounted.Choose(values, zero).Sum(1, keep: true) / number;
        var difference = isCounted.Choose(values - mean, zero);
        return (mean, ((difference * difference).Sum(1, keep: true) / number).Sqrt());
    }

    // By running sums of the differences to the first value, and of their squares. A constant differs nowhere from its first value.
    private static (Value Mean, Value Deviation) Running(OnnxPass pass, Value values, Value isMeasured)
    {
        var zero = Zero(pass);
        var number = isMeasured.To(ElementType.Double).RunningSum(1);
        var isFirst = isMeasured.And(number.EqualTo(One(pass)));
        var first = isFirst.Choose(values, zero).Sum(1, keep: true);
        var difference = isMeasured.Choose(values - first, zero);
        number = AtLeastOne(number);
        Value mean = difference.RunningSum(1) / number, square = (difference * difference).RunningSum(1) / number;
        return (first + mean, (square - mean * mean).Max(zero).Sqrt());
    }

    // Count, mean and deviation, each as two floats of the state.
    private static (Value Mean, Value Deviation) Step(OnnxPass pass, Value values, Value isMeasured, long channels)
    {
        long[][] states = [.. Enumerable.Repeat<long[]>([channels], RunningMoments.StateSize)];
        Value mean = default, deviation = default;
        pass.Accumulate(states, [], (before, _) =>
        {
            var parts = before.Select(part => part.To(ElementType.Double)).ToArray();
            Value one = One(pass), zero = Zero(pass);
            Value number = parts[0] + parts[1], meanBefore = parts[2] + parts[3], deviationBefore = parts[4] + parts[5];
            Value count = number + one, added = meanBefore + (values - meanBefore) / count;
            var variance = (number * deviationBefore * deviationBefore + (values - meanBefore) * (values - added)) / count;
            mean = isMeasured.Choose(added, meanBefore);
            deviation = isMeasured.Choose(variance.Max(zero).Sqrt(), deviationBefore);
            return [.. new[] { isMeasured.Choose(count, number), mean, deviation }.SelectMany(TwoFloats)];
        });
        return (mean, deviation);
    }

    private static Value[] TwoFloats(Value number)
    {
        var rounded = number.To(ElementType.Float).Clamp(float.MinValue, float.MaxValue);
        return [rounded, (number - rounded.To(ElementType.Double)).To(ElementType.Float)];
    }

    private static Value AtLeastOne(Value number) => number.Max(number.Builder.Constant(1f).To(ElementType.Double));

    private static Value Zero(OnnxPass pass) => pass.Graph.Constant(0f).To(ElementType.Double);

    private static Value One(OnnxPass pass) => pass.Graph.Constant(1f).To(ElementType.Double);
}
