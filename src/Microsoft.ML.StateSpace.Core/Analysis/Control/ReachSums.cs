using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Sums over sequences of the power of the costates k steps before the step where the loss acts: of the stream in front of each layer, and
/// of the states of each diagonal core in the scan from the start.
/// </summary>
internal sealed class ReachSums(CoreTable table, int length) : CostateObserver
{
    private readonly double[][] _layers = [.. Enumerable.Range(0, table.Layers).Select(_ => new double[length])];
    private readonly double[]?[] _cores = new double[]?[table.Cores];
    private readonly int[] _counts = new int[length];
    private int _last;
    private int _rows;

    /// <summary>Begins a sequence.</summary>
    /// <param name="last">The row where the loss acts.</param>
    /// <param name="rows">Its rows.</param>
    public void Begin(int last, int rows)
    {
        (_last, _rows) = (last, rows);
        for (int k = 0; k <= last; k++)
            _counts[k]++;
    }

    public override void SeeStream(int stream, ReadOnlySpan<float> values, ReadOnlySpan<float> gradient)
    {
        if (table.LayerBefore(stream) is int layer && layer < table.Layers)
            Add(gradient, _layers[layer]);
    }

    public override void See(Slot poles, int first, int direction, ReadOnlySpan<float> states, ReadOnlySpan<float> gradients)
    {
        if (direction == 0)
            Add(gradients, _cores[table.CoreOf(poles)] ??= new double[length]);
    }

    /// <summary>Adds the sums of other sequences.</summary>
    public void Add(ReachSums other)
    {
        for (int layer = 0; layer < _layers.Length; layer++)
            TensorPrimitives.Add(_layers[layer], other._layers[layer], _layers[layer]);
        for (int core = 0; core < _cores.Length; core++)
        {
            if (other._cores[core] is { } power)
                TensorPrimitives.Add(_cores[core] ??= new double[length], power, _cores[core]);
        }
        for (int k = 0; k < length; k++)
            _counts[k] += other._counts[k];
    }

    public CostateReach OfLayer(int layer) => Of(_layers[layer]);

    /// <summary>Null where the core does not show its states.</summary>
    public CostateReach? OfCore(int core) => _cores[core] is { } power ? Of(power) : null;

    private CostateReach Of(double[] power) => CostateReach.Of([.. power.Select(value => value / Math.Max(1, _counts[0]))], _counts);

    private void Add(ReadOnlySpan<float> values, double[] power)
    {
        int width = values.Length / _rows;
        for (int k = 0; k <= _last; k++)
        {
            foreach (float value in values.Slice((_last - k) * width, width))
                power[k] += (double)value * value;
        }
    }
}
