using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = (x - mean) / deviation</c> for each channel, with the statistics of the training data. The inverse brings standardised outputs
/// back to their own unit.
/// Shapes: (rows, channels) to (rows, channels). Nothing is trained. A channel that is constant in the training data has no deviation to
/// divide by; it is divided by its largest magnitude, so that what rounding leaves of it stays small in any unit.
/// </summary>
internal sealed class Standardize
{
    /// <summary>
    /// The magnitude to which standardised inputs are bounded, in deviations. No value of n training rows is further than
    /// <c>sqrt(n - 1)</c> deviations from their mean, so ordinary data do not notice; a finite glitch, such as a fill value of 3.4e38,
    /// stays small enough for every layer to answer with finite numbers. NaN stays NaN.
    /// </summary>
    public const float InputBound = 1e4f;

    // A channel is constant where its deviation is at most so much of its largest magnitude: about the distance of ten floats.
    private const double Resolution = 1e-6;

    public Parameter Mean { get; }

    public Parameter Deviation { get; }

    public Standardize(ParameterLayout layout, int size, float bound = float.PositiveInfinity)
    {
        Size = size;
        Bound = bound;
        Mean = layout.Add("Mean", [size], ParameterGroup.Fixed, Initialize.Constant(0));
        Deviation = layout.Add("Deviation", [size], ParameterGroup.Fixed, Initialize.Constant(1));
    }

    public int Size { get; }

    /// <summary>The largest magnitude of a standardised value; larger ones take it.</summary>
    public float Bound { get; }

    /// <summary>Whether a channel does not vary but for rounding.</summary>
    public static bool IsConstant(double deviation, double largest) => deviation <= Resolution * largest;

    /// <summary>Stores the statistics of the training data.</summary>
    /// <param name="parameters">Where they are stored.</param>
    /// <param name="mean">(channels).</param>
    /// <param name="deviation">(channels).</param>
    /// <param name="largest">The largest magnitude of each channel, (channels).</param>
    public void Set(ParameterSet parameters, ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation, ReadOnlySpan<double> largest)
    {
        for (int i = 0; i < Size; i++)
        {
            double unit = !IsConstant(deviation[i], largest[i]) ? deviation[i] : largest[i] > 0 ? largest[i] : 1;
            Mean.Of(parameters.Values)[i] = (float)mean[i];
            // Values that are themselves next to the smallest float may have a deviation below it.
            Deviation.Of(parameters.Values)[i] = Math.Max((float)unit, float.Epsilon);
        }
    }

    public void Forward(ReadOnlySpan<float> values, ReadOnlySpan<float> input, Span<float> output)
    {
        var mean = Mean.Of(values);
        var deviation = Deviation.Of(values);
        for (int i = 0, c = 0; i < input.Length; i++, c = c + 1 == Size ? 0 : c + 1)
            output[i] = Math.Clamp((input[i] - mean[c]) / deviation[c], -Bound, Bound);
    }

    public void Invert(ReadOnlySpan<float> values, Span<float> rows)
    {
        var mean = Mean.Of(values);
        var deviation = Deviation.Of(values);
        for (int i = 0, c = 0; i < rows.Length; i++, c = c + 1 == Size ? 0 : c + 1)
            rows[i] = rows[i] * deviation[c] + mean[c];
    }
}
