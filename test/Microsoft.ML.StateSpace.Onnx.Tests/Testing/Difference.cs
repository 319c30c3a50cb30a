namespace Microsoft.ML.StateSpace.Onnx.Tests.Testing;

/// <summary>The largest difference of two lists of numbers, relative to the largest number that was expected, but at least to 1.</summary>
internal sealed class Difference
{
    private double _largest, _difference;

    public double Relative => _difference / Math.Max(1, _largest);

    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (float.IsNaN(expected[i]) && float.IsNaN(actual[i]))
                continue;
            double difference = Math.Abs((double)expected[i] - actual[i]);
            _largest = Math.Max(_largest, Math.Abs(expected[i]));
            _difference = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(_difference, difference);
        }
    }
}
