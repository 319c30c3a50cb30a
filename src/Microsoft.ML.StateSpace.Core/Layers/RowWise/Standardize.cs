using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = (x - mean) / deviation</c> for each channel, with the statistics of the training data. The inverse brings standardised outputs
/// back to their own unit.
/// Shapes: (rows, channels) to (rows, channels). Nothing is trained. A channel that is constant in the training data has no deviation to
/// divide by, so only its mean is subtracted.
/// </summary>
internal sealed class Standardize
{
    public Parameter Mean { get; }

    public Parameter Deviation { get; }

    public Standardize(ParameterLayout layout, int size)
    {
        Size = size;
        Mean = layout.Add("Mean", [size], ParameterGroup.Fixed, Initialize.Constant(0));
        Deviation = layout.Add("Deviation", [size], ParameterGroup.Fixed, Initialize.Constant(1));
    }

    public int Size { get; }

    /// <summary>Stores the statistics of the training data. A deviation of at most 1e-8 is replaced by 1.</summary>
    public void Set(ParameterSet parameters, ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation)
    {
        for (int i = 0; i < Size; i++)
        {
            Mean.Of(parameters.Values)[i] = (float)mean[i];
            Deviation.Of(parameters.Values)[i] = deviation[i] > 1e-8 ? (float)deviation[i] : 1;
        }
    }

    public void Forward(ReadOnlySpan<float> values, ReadOnlySpan<float> input, Span<float> output)
    {
        var mean = Mean.Of(values);
        var deviation = Deviation.Of(values);
        for (int i = 0, c = 0; i < input.Length; i++, c = c + 1 == Size ? 0 : c + 1)
            output[i] = (input[i] - mean[c]) / deviation[c];
    }

    public void Invert(ReadOnlySpan<float> values, Span<float> rows)
    {
        var mean = Mean.Of(values);
        var deviation = Deviation.Of(values);
        for (int i = 0, c = 0; i < rows.Length; i++, c = c + 1 == Size ? 0 : c + 1)
            rows[i] = rows[i] * deviation[c] + mean[c];
    }
}
