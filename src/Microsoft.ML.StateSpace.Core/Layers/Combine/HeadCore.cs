using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One core that works on several groups of channels, each by itself: <c>y_g = core(x_g)</c>. The parameters are shared, the states are
/// not. In H3 with heads of d channels the groups are the d^2 entries of the heads' outer products, and the channels of a group are the
/// heads, so all entries of a head go through the same state space.
/// Source: Fu, Dao et al. 2023, arXiv:2212.14052; reference code HazyResearch/safari, <c>h3.py</c>.
/// Shapes: (rows, groups, heads) to (rows, groups, heads). Cost: that of the core, once a group.
/// </summary>
internal sealed class HeadCore(Layer core, int groups) : Layer
{
    public Layer Core => core;

    public int Groups => groups;

    public override int InputSize => core.InputSize * groups;

    public override int OutputSize => core.OutputSize * groups;

    public override void Prepare(in Weights weights) => core.Prepare(weights);

    public override void PrepareBackward(in Weights weights, in Gradients gradients) => core.PrepareBackward(weights, gradients);

    public override ValueId Compile(IProgramBuilder program, ValueId input)
    {
        var apart = program.Apply(new Regroup(core.InputSize, groups, apart: true), input);
        return program.Apply(new Regroup(core.OutputSize, groups, apart: false), program.AddToGroups(core, apart, groups));
    }

    // From (rows, groups, heads) to (groups, rows, heads), or back.
    private sealed class Regroup(int size, int groups, bool apart) : Operation
    {
        public override int InputSize => size * groups;

        public override int OutputSize => size * groups;

        public override bool ReadsInput => false;

        public override long KeptSize(long rows, long sequences) => 0;

        public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
        {
            int rows = input.Length / InputSize;
            for (int row = 0; row < rows; row++)
                for (int g = 0; g < groups; g++)
                    input.Slice(From(rows, row, g), size).CopyTo(output[To(rows, row, g)..]);
        }

        public override void Backward(
            in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
            ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
        {
            int rows = outputGradient.Length / OutputSize;
            for (int row = 0; row < rows; row++)
                for (int g = 0; g < groups; g++)
                    Activations.Add(
                        outputGradient.Slice(To(rows, row, g), size), inputGradient.Slice(From(rows, row, g), size));
        }

        // One row lies the same way in both orders.
        public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state) => input.CopyTo(output);

        private int From(int rows, int row, int g) => apart ? InRow(row, g) : InGroup(rows, row, g);

        private int To(int rows, int row, int g) => apart ? InGroup(rows, row, g) : InRow(row, g);

        private int InRow(int row, int g) => (row * groups + g) * size;

        private int InGroup(int rows, int row, int g) => (g * rows + row) * size;
    }
}
