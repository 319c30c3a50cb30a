using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>A layer with its initial parameters, an input and an upstream gradient, (batch, length, channels).</summary>
internal sealed class LayerCase
{
    public LayerCase(LayerKind kind, int batch, int length, int size)
    {
        (Kind, Batch, Length, Size) = (kind, batch, length, size);
        States = kind.States == 0 ? size : kind.States;
        Layer = kind.Create(Layout, size, States);
        Parameters = Layout.Create(new Random(1));
        Input = AlignedRows.Random(batch * length * size, 2);
        OutputGradient = AlignedRows.Random(batch * length * size, 3);
    }

    public LayerKind Kind { get; }

    public int Batch { get; }

    public int Length { get; }

    public int Size { get; }

    public int States { get; }

    public int Rows => Batch * Length;

    public ParameterLayout Layout { get; } = new();

    public Layer Layer { get; }

    public ParameterSet Parameters { get; }

    public Memory<float> Input { get; }

    public Memory<float> OutputGradient { get; }

    /// <summary>The least that must be computed and moved.</summary>
    public Work Least(bool train) => Kind.Least(Rows, Size, States, train);

    public override string ToString() => $"{Kind.Name} {(Kind.IsBlock ? "block" : "layer")} H = {Size}, N = {States}, {Batch} x {Length}";
}
