using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The chunks of S4, whose sampled matrix is A = F - H Re(R .). During Q steps without input, step j feeds back <c>m_j = R A^j x</c>. From
/// there on its effect decays by F alone: <c>A^Q x = F^Q x - sum_j F^(Q-1-j) H m_j</c>. The transposed system is the same with H and R
/// exchanged.
/// </summary>
internal sealed partial class S4
{
    private readonly Table _power; // F to the power of the carry's stride
    private readonly AlignedTable _read;  // R A^(Q-1-p), imaginary parts negated
    private readonly AlignedTable _feed;  // -F^p H
    private readonly double[] _exact; // F, H, R, b and each c of one group, before they are rounded to float
    private readonly double[] _value;

    protected override int CarryGradientSize => 2 * GroupTable;

    // m and its gradient, at every step.
    protected override long CarryStepsSize(long rows) => 2 * StepsOf(ChunkLayout.Chunks(rows));

    private static int StepsOf(int chunks) => (int)StepsOf((long)chunks);

    private static long StepsOf(long chunks) => chunks * ChunkLayout.Rows * ChunkLayout.Group;

    private ReadOnlySpan<double> Exact(int vector) => _exact.AsSpan(vector * _value.Length, _value.Length);

    private void Put(Slot slot, int vector, Complex value, Span<float> prepared, int channel, int state)
    {
        int at = PlaceOf(channel, state), exact = vector * _value.Length + 2 * state * ChunkLayout.Group + channel % ChunkLayout.Group;
        (slot.Of(prepared)[at], slot.Of(prepared)[Width / 2 + at]) = ((float)value.Real, (float)value.Imaginary);
        (_exact[exact], _exact[exact + ChunkLayout.Group]) = (value.Real, value.Imaginary);
    }

    private void PrepareTables(int group, in Weights weights)
    {
        ReadOnlySpan<double> f = Exact(0), h = Exact(1), r = Exact(2), b = Exact(3);
        int table = group * GroupTable, kernel = group * GroupKernel;
        b.CopyTo(_value);
        RankOneTables.Fill(f, h, r, _value, RankOneRows.FromFirst, 1, InputTable.Of(weights.Prepared)[table..], default, default);
        r.CopyTo(_value);
        RankOneTables.Fill(f, r, h, _value, RankOneRows.Reversed, -1, _read.Of(weights.Prepared)[table..], default, default);
        for (int d = 0; d < Directions; d++)
        {
            var own = Kernels[d].Of(weights.Prepared).Slice(kernel, GroupKernel);
            Exact(4 + d).CopyTo(_value);
            RankOneTables.Fill(f, r, h, _value, RankOneRows.FromSecond, -1, OutputTables[d].Of(weights.Prepared)[table..], b, own);
            for (int i = 0; i < ChunkLayout.Channels(group, InputSize) && d == 0; i++)
                own[i] += FeedThrough.Of(weights.Values)[group * ChunkLayout.Group + i];
        }
        var power = _power.Of(weights.Prepared);
        for (int n = 0; n < States; n++)
        {
            int vector = 2 * n * ChunkLayout.Group;
            var value = _value.AsSpan(0, 2 * ChunkLayout.Group);
            for (int i = 0; i < value.Length; i++)
                value[i] = -h[vector + i];
            ChunkPowers.Fill(
                f.Slice(vector, value.Length), value, 1,
                _feed.Of(weights.Prepared)[(table + n * 2 * ChunkLayout.Rows * ChunkLayout.Group)..], default);
            for (int i = 0; i < ChunkLayout.Group; i++)
            {
                Complex exact = new(f[vector + i], f[vector + ChunkLayout.Group + i]);
                for (int steps = 1; steps < RankOneCarry.Steps; steps *= 2)
                    exact *= exact;
                int at = GroupState(group) + n * ChunkLayout.Group + i;
                (power[at], power[Width / 2 + at]) = ((float)exact.Real, (float)exact.Imaginary);
            }
        }
    }

    protected override ReadOnlySpan<float> GatherPower(int group, ReadOnlySpan<float> prepared) => default;

    protected override void Carry(
        int group, Span<float> boundaries, int count, ReadOnlySpan<float> prepared, bool transposed, bool descending)
        => RankOneCarry.Carry(Transition(group, prepared, transposed), boundaries, count, descending);

    protected override void CarryBackward(
        int group, bool isPiece, ReadOnlySpan<float> gradients, ReadOnlySpan<float> states,
        int count, ReadOnlySpan<float> prepared, in TableGradients tables)
    {
        var carried = Transition(group, prepared, transposed: false);
        int channels = carried.Channels;
        Span<float> m = tables.Steps[..StepsOf(count)], dm = tables.Steps.Slice(tables.Steps.Length / 2, StepsOf(count));
        ReadOnlySpan<float> x = states[GroupState(group)..], g = gradients[GroupState(group)..];
        var all = new ChunkRange(0, count, Reverse: false);
        ChannelRows Rows(ReadOnlySpan<float> steps) => new(steps, ChunkLayout.Group, count * ChunkLayout.Rows, channels);
        // m = read . x_k, x_{k+1} = F^Q x_k + sum feed m
        ChunkSpread.Run(Rows(m), all, carried.Read, States, x, Width, default, m, accumulate: false);
        ChunkSpread.Run(Rows(dm), all, carried.Feed, States, g, Width, default, dm, accumulate: false);
        ChunkOuter.Table(Rows(dm), all, States, x, Width, tables.OfCarry[..GroupTable]);
        ChunkOuter.Table(Rows(m), all, States, g, Width, tables.OfCarry[GroupTable..]);
        ScanCarry.AddGradient(gradients[..(count * Width)], states[..(count * Width)], tables.OfPower, GroupState(group), GroupState(1));
    }

    protected override void FoldReadOut(
        int group, int readOut, in TableGradients tables, ReadOnlySpan<float> prepared, in Gradients gradients)
    {
        var sums = gradients.Prepared;
        RankOneFold.Run(
            Vectors(group, prepared, _r, _h, _readOuts[readOut]), OfGroup(OutputTables[readOut], prepared, group),
            tables.OfOutput, RankOneRows.FromSecond, -1, Of(_input, prepared, group), tables.OfKernel,
            new()
            {
                F = Of(_f, sums, group), H = Of(_r, sums, group), R = Of(_h, sums, group),
                Start = Of(_readOuts[readOut], sums, group), Probe = Of(_input, sums, group),
            });
        // K_0 = Re(c b) + D
        for (int i = 0; i < ChunkLayout.Channels(group, InputSize) && readOut == 0; i++)
            FeedThrough.Of(gradients.Values)[group * ChunkLayout.Group + i] += tables.OfKernel[i];
    }

    protected override void FoldSystem(int group, in TableGradients tables, ReadOnlySpan<float> prepared, in Gradients gradients)
    {
        var sums = gradients.Prepared;
        Span<float> f = Of(_f, sums, group), h = Of(_h, sums, group), r = Of(_r, sums, group);
        RankOneFold.Run(
            Vectors(group, prepared, _h, _r, _input), OfGroup(InputTable, prepared, group), tables.OfInput,
            RankOneRows.FromFirst, 1, default, default, new() { F = f, H = h, R = r, Start = Of(_input, sums, group) });
        RankOneFold.Run(
            Vectors(group, prepared, _r, _h, _r), OfGroup(_read, prepared, group), tables.OfCarry[..GroupTable],
            RankOneRows.Reversed, -1, default, default, new() { F = f, H = r, R = h, Start = r });
        RankOneFold.Powers(
            Vectors(group, prepared, _h, _r, _input), OfGroup(_feed, prepared, group),
            tables.OfCarry[GroupTable..], tables.OfPower[GroupState(group)..], f, h);
    }

    private RankOneTransition Transition(int group, ReadOnlySpan<float> prepared, bool transposed)
    {
        ReadOnlySpan<float> read = OfGroup(_read, prepared, group), feed = OfGroup(_feed, prepared, group);
        return new()
        {
            Channels = ChunkLayout.Channels(group, InputSize), States = States, Width = Width,
            Power = _power.Of(prepared)[GroupState(group)..],
            Read = transposed ? feed : read, Feed = transposed ? read : feed, Transposed = transposed,
        };
    }

    private RankOneVectors Vectors(int group, ReadOnlySpan<float> prepared, Slot h, Slot r, Slot start) => new()
    {
        Channels = ChunkLayout.Channels(group, InputSize), States = States, Plane = Width / 2,
        F = Of(_f, prepared, group), H = Of(h, prepared, group), R = Of(r, prepared, group), Start = Of(start, prepared, group),
    };

    private ReadOnlySpan<float> Of(Slot slot, ReadOnlySpan<float> prepared, int group) => slot.Of(prepared)[GroupState(group)..];

    private Span<float> Of(Slot slot, Span<float> prepared, int group) => slot.Of(prepared)[GroupState(group)..];
}
