using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The impulse responses for the convolution. They are the chunked scan's own response to one impulse, and the gradient takes the same way
/// back.
/// </summary>
internal abstract partial class ChannelCore
{
    // The states and the impulse. Backward also needs the gradients of the states and of the tables.
    protected override long ResponseScratchSize(long length)
        => 2 * Boundaries(length, 1) * Width + length * ChunkLayout.Group + TableGradientSize(length);

    protected override void Responses(int group, int length, in Weights weights, Span<float> scratch, Span<float> responses)
    {
        Span<float> states = scratch.Take(Boundaries(length, 1) * Width), impulse = scratch.Take(length * ChunkLayout.Group);
        impulse.Clear();
        impulse[..ChunkLayout.Group].Fill(1);
        var one = ResponseRows(impulse, group, length);
        Gather(group, 0, one, false, states, weights.Prepared);
        for (int d = 0; d < Directions; d++)
            Respond(group, 0, d, one, false, states, weights.Prepared, responses[(d * length * ChunkLayout.Group)..], accumulate: false);
    }

    protected override void ResponsesBackward(
        int group, int length, in Weights weights, Span<float> scratch, ReadOnlySpan<float> responseGradients, in Gradients gradients)
    {
        Span<float> states = scratch.Take(Boundaries(length, 1) * Width), impulse = scratch.Take(length * ChunkLayout.Group),
            ds = scratch.Take(Boundaries(length, 1) * Width);
        var tables = TakeTableGradients(ref scratch, length);
        tables.OfPower.Clear();
        tables.OfInput.Clear();
        tables.OfCarry.Clear();
        var one = ResponseRows(impulse, group, length);
        for (int d = 0; d < Directions; d++)
        {
            tables.OfOutput.Clear();
            tables.OfKernel.Clear();
            var gradient = ResponseRows(responseGradients.Slice(d * length * ChunkLayout.Group, length * ChunkLayout.Group), group, length);
            GatherGradient(group, 0, d, gradient, false, ds, weights.Prepared);
            RespondBackward(group, 0, one, gradient, false, states, ds, tables, weights.Prepared);
            FoldReadOut(group, d, tables, weights.Prepared, gradients);
        }
        FoldSystem(group, tables, weights.Prepared, gradients);
    }
}
