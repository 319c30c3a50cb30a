using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The chunks of S4D, a diagonal system with b = 1: <c>x_t = a x_{t-1} + u_t</c>, <c>y_t = Re(c x_t) + D u_t</c>. The tables hold powers of
/// a, computed in double. The kernel that sums over a chunk multiplies by a^Q as it goes. Shapes: a, c (2, groups, N, 16) as in
/// <see cref="ChunkLayout"/>.
/// </summary>
internal sealed partial class S4D
{
    private readonly Slot _pole; // a
    private readonly Slot[] _readOuts; // c of each direction
    private readonly Table _power; // a^Q

    protected override int CarryGradientSize => 0;

    protected override long CarryStepsSize(long rows) => 0;

    public override void Prepare(in Weights weights)
    {
        const int Group = ChunkLayout.Group, Rows = ChunkLayout.Rows, Sums = (Rows + 1) * Group;
        Span<double> one = stackalloc double[6], pole = stackalloc double[2 * Group], value = stackalloc double[2 * Group],
            sums = stackalloc double[2 * Sums];
        Span<double> starts = stackalloc double[4 * Group];
        var d = FeedThrough.Of(weights.Values);
        int plane = Width / 2;
        PlaceTables(weights.Prepared);
        for (int first = 0; first < InputSize; first += Group)
        {
            int channels = Math.Min(Group, InputSize - first);
            sums.Clear();
            for (int n = 0; n < States; n++)
            {
                pole.Clear();
                starts.Clear();
                for (int i = 0; i < channels; i++)
                {
                    Discretize(weights.Values, first + i, n, one);
                    (pole[i], pole[Group + i]) = (one[0], one[1]);
                    for (int k = 0; k < 2 * Directions; k++)
                        starts[k * Group + i] = one[2 + k];
                }
                int state = (int)ChunkLayout.OfState(first, States) + n * Group,
                    table = (int)ChunkLayout.OfTable(first, States) + n * 2 * Rows * Group;
                Put(pole, _pole.Of(weights.Prepared), state, plane);
                value.Clear();
                value[..Group].Fill(1);
                ChunkPowers.Fill(pole, value, 1, InputTable.Of(weights.Prepared)[table..], default);
                Put(value, _power.Of(weights.Prepared), state, plane);
                for (int direction = 0; direction < Directions; direction++)
                {
                    var start = starts.Slice(2 * direction * Group, 2 * Group);
                    var sum = sums.Slice(direction * Sums, Sums);
                    Put(start, _readOuts[direction].Of(weights.Prepared), state, plane);
                    for (int i = 0; i < Group; i++)
                    {
                        (value[i], value[Group + i]) = (start[i] * pole[i] - start[Group + i] * pole[Group + i],
                            start[i] * pole[Group + i] + start[Group + i] * pole[i]);
                        sum[i] += start[i];
                    }
                    // K_p is the sum of row p - 1 of the table. The last sum is not needed.
                    ChunkPowers.Fill(pole, value, -1, OutputTables[direction].Of(weights.Prepared)[table..], sum[Group..]);
                }
            }
            for (int direction = 0; direction < Directions; direction++)
            {
                var kernel = Kernels[direction].Of(weights.Prepared).Slice((int)ChunkLayout.OfKernel(first), Rows * Group);
                TensorPrimitives.ConvertTruncating<double, float>(sums.Slice(direction * Sums, Rows * Group), kernel);
                for (int i = 0; i < channels && direction == 0; i++)
                    kernel[i] = (float)(sums[i] + d[first + i]);
            }
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => ChunkStep.Run(
            States, _pole.Of(pass.Weights.Prepared), _readOuts[0].Of(pass.Weights.Prepared),
            FeedThrough.Of(pass.Weights.Values), input, state, output);

    protected override ReadOnlySpan<float> GatherPower(int group, ReadOnlySpan<float> prepared) => _power.Of(prepared)[GroupState(group)..];

    protected override void Carry(
        int group, Span<float> boundaries, int count, ReadOnlySpan<float> prepared, bool transposed, bool descending)
    {
    }

    // For a piece, FollowBackward has already done this.
    protected override void CarryBackward(
        int group, bool isPiece, ReadOnlySpan<float> gradients, ReadOnlySpan<float> states,
        int count, ReadOnlySpan<float> prepared, in TableGradients tables)
    {
        if (!isPiece)
            ScanCarry.AddGradient(
                gradients[..(count * Width)], states[..(count * Width)], tables.OfPower, GroupState(group), GroupState(1));
    }

    protected override void FoldReadOut(
        int group, int readOut, in TableGradients tables, ReadOnlySpan<float> prepared, in Gradients gradients)
    {
        int state = GroupState(group), channels = ChunkLayout.Channels(group, InputSize);
        ChunkFold.ReadOut(
            channels, States, Width / 2, _pole.Of(prepared)[state..], _readOuts[readOut].Of(prepared)[state..],
            OfGroup(OutputTables[readOut], prepared, group), tables.OfOutput, tables.OfKernel,
            _pole.Of(gradients.Prepared)[state..], _readOuts[readOut].Of(gradients.Prepared)[state..]);
        // K_0 = Re(c) + D
        for (int i = 0; i < channels && readOut == 0; i++)
            FeedThrough.Of(gradients.Values)[group * ChunkLayout.Group + i] += tables.OfKernel[i];
    }

    protected override void FoldSystem(int group, in TableGradients tables, ReadOnlySpan<float> prepared, in Gradients gradients)
    {
        int state = GroupState(group), channels = ChunkLayout.Channels(group, InputSize);
        ChunkFold.Powers(
            channels, States, Width / 2, _pole.Of(prepared)[state..], OfGroup(InputTable, prepared, group),
            tables.OfInput, tables.OfPower[state..], _pole.Of(gradients.Prepared)[state..]);
    }

    private static void Put(ReadOnlySpan<double> group, Span<float> boundary, int state, int plane)
    {
        TensorPrimitives.ConvertTruncating(group[..ChunkLayout.Group], boundary[state..]);
        TensorPrimitives.ConvertTruncating(group[ChunkLayout.Group..], boundary[(plane + state)..]);
    }
}
