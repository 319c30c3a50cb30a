using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Sums the squares of the costates in front of each layer.</summary>
internal sealed class PowerSums(CoreTable table) : CostateObserver
{
    private readonly double[] _squares = new double[table.Layers];
    private readonly long[] _counts = new long[table.Layers];

    public override bool SeesStates => false;

    public override void SeeStream(int stream, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient)
    {
        if (table.LayerBefore(stream) is not int layer || layer == table.Layers)
            return;
        foreach (float value in gradient)
            _squares[layer] += (double)value * value;
        _counts[layer] += gradient.Length;
    }

    public override void See(Slot poles, int first, int direction, ReadOnlySpan<float> states, ReadOnlySpan<float> gradients)
    {
    }

    public void Add(PowerSums other)
    {
        for (int layer = 0; layer < _squares.Length; layer++)
        {
            _squares[layer] += other._squares[layer];
            _counts[layer] += other._counts[layer];
        }
    }

    public double RootMeanSquare(int layer) => _counts[layer] == 0 ? 0 : Math.Sqrt(_squares[layer] / _counts[layer]);
}
