using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>A layer S5 or LRU, H = N, with its initial parameters, an input and an upstream gradient, (batch, length, H).</summary>
internal sealed class LayerCase
{
    public LayerCase(string kind, int batch, int length, int size)
    {
        (Kind, Batch, Length, Size) = (kind, batch, length, size);
        Layer = kind == "S5" ? new S5(Layout, new S5Options(), size, size, bidirectional: false) : new Lru(Layout, new LruOptions(), size, size, bidirectional: false);
        Parameters = Layout.Create(new Random(1));
        Input = Check.Random(batch * length * size, 2);
        OutputGradient = Check.Random(batch * length * size, 3);
    }

    public string Kind { get; }

    public int Batch { get; }

    public int Length { get; }

    public int Size { get; }

    public int Rows => Batch * Length;

    public ParameterLayout Layout { get; } = new();

    public Layer Layer { get; }

    public ParameterSet Parameters { get; }

    public float[] Input { get; }

    public float[] OutputGradient { get; }

    /// <summary>The least that must be computed and moved: products with B and C, and in training both gradients of each; the input read and the output
    /// written once; in training the states written and read once, the input and both gradients once more.</summary>
    public Work Least(bool train)
    {
        double products = 8.0 * Rows * Size * Size, values = 4.0 * Rows * Size;
        return train ? new Work(3 * products, (5 + 2 * 2) * values) : new Work(products, 2 * values);
    }

    public override string ToString() => $"{Kind} layer H = N = {Size}, {Batch} x {Length}";
}
