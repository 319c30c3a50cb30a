using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = E[token]</c>: looks up the row of a table that belongs to a token.
/// Shapes: (rows, 1) to (rows, out). The inputs are whole numbers from 0 to vocabulary - 1.
/// Departs from a plain look-up in one point: a token outside the table gives zeros, because training has not seen it.
/// </summary>
internal sealed class Embedding : Operation
{
    public Parameter Table { get; }

    private readonly int _vocabulary;

    public Embedding(ParameterLayout layout, int vocabulary, int outputSize)
    {
        _vocabulary = vocabulary;
        OutputSize = outputSize;
        Table = layout.Add("Table", [vocabulary, outputSize], ParameterGroup.Plain, Initialize.Normal(1));
    }

    public override int InputSize => 1;

    public override int OutputSize { get; }

    public override long KeptSize(long rows, long sequences) => 0;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        for (int row = 0; row < input.Length; row++)
        {
            var target = output.Slice(row * OutputSize, OutputSize);
            if (float.IsNaN(input[row]))
                target.Fill(float.NaN);
            else if (IsKnown(input[row]))
                Table.Of(pass.Weights.Values).Slice((int)input[row] * OutputSize, OutputSize).CopyTo(target);
            else
                target.Clear();
        }
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        for (int row = 0; row < input.Length; row++)
        {
            if (!IsKnown(input[row]))
                continue;
            // y = E[token]
            var entry = Table.Of(gradients.Values).Slice((int)input[row] * OutputSize, OutputSize);
            TensorPrimitives.Add(entry, outputGradient.Slice(row * OutputSize, OutputSize), entry);
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => Forward(pass, input, output, default);

    private bool IsKnown(float token) => token >= 0 && token < _vocabulary;
}
