using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// How kernels of independent channels see time and memory. A sequence, rows (length, H), is cut into chunks of <see cref="Rows"/> time steps, the last maybe
/// shorter; states exist only at the boundaries between chunks. Lanes are channels. Channels come in groups of <see cref="Group"/>, the last maybe padded, so
/// that what one vector of channels needs lies together:
/// states of a boundary (2, groups, N, Group) and some padding, which is one row of planes to <see cref="ComplexScan"/>; tables (groups, N, 2, Rows, Group);
/// kernels (groups, Rows, Group).
/// </summary>
internal static unsafe class ChunkLayout
{
    /// <summary>Time steps of a chunk: the work a step is N (4 + 4 / Rows) + Rows / 2 multiply-adds a channel, flat between 16 and 32, and boundary states are
    /// the fewer the longer it is.</summary>
    public const int Rows = 32;

    public const int Group = 16;

    public static int Groups(int channels) => (channels + Group - 1) / Group;

    public static int Chunks(int length) => (length + Rows - 1) / Rows;

    /// <summary>Floats of the states at one boundary. A plane is a group longer than it need be: at powers of two the states of neighbouring boundaries would
    /// drive each other out of the caches.</summary>
    public static int Width(int states, int channels) => 2 * (states * Groups(channels) + 1) * Group;

    /// <summary>Floats of a table: what each time step of a chunk has to do with each state.</summary>
    public static int Table(int states, int channels) => 2 * Rows * states * Groups(channels) * Group;

    /// <summary>Floats of a kernel: the first <see cref="Rows"/> samples of each channel's impulse response.</summary>
    public static int Kernel(int channels) => Rows * Groups(channels) * Group;

    /// <summary>Channels of a group.</summary>
    public static int Channels(int group, int channels) => Math.Min(Group, channels - group * Group);

    /// <summary>Where the states of a channel begin in a plane of a boundary; the next state is a <see cref="Group"/> away.</summary>
    public static nint OfState(int channel, int states) => (nint)(channel / Group) * states * Group + channel % Group;

    /// <summary>Where a channel begins in a table: then come states, planes, rows, each row a <see cref="Group"/>.</summary>
    public static nint OfTable(int channel, int states) => (nint)(channel / Group) * states * 2 * Rows * Group + channel % Group;

    public static nint OfKernel(int channel) => (nint)(channel / Group) * Rows * Group + channel % Group;

    /// <summary>The first whole cache line of some memory: the widest vectors that lie across two are loaded at half the speed.</summary>
    public static float* Align(float* memory) => (float*)(((nuint)memory + 63) & ~(nuint)63);

    /// <summary>Copies one vector of channels of a chunk together, (Rows, lanes), in the order of time or against it; steps that the chunk lacks become
    /// zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pack<TLane, TVector>(float* rows, nint stride, int length, bool reverse, float* packed)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        float* row = reverse ? rows + (length - 1) * stride : rows;
        nint step = reverse ? -stride : stride;
        for (int p = 0; p < length; p++, row += step, packed += TLane.Count)
            TLane.Store(packed, TLane.Load(row));
        for (int p = length; p < Rows; p++, packed += TLane.Count)
            TLane.Store(packed, default);
    }
}

/// <summary>Up to a <see cref="ChunkLayout.Group"/> of channels of one sequence.</summary>
/// <param name="values">Its rows, from the first of the channels on.</param>
/// <param name="stride">Floats from one time step to the next.</param>
/// <param name="length">Time steps.</param>
/// <param name="channels">Channels.</param>
internal readonly ref struct ChannelRows(ReadOnlySpan<float> values, int stride, int length, int channels)
{
    public readonly ReadOnlySpan<float> Values = values;
    public readonly int Stride = stride, Length = length, Channels = channels;

    public int Chunks => ChunkLayout.Chunks(Length);
}

/// <summary>Some neighbouring chunks, and from which end their steps are counted.</summary>
internal readonly record struct ChunkRange(int First, int Count, bool Reverse);

/// <summary>As a kernel sees them.</summary>
internal readonly unsafe struct ChunkRun(float* sequence, in ChannelRows rows, ChunkRange range)
{
    public readonly float* Sequence = sequence;
    public readonly int Stride = rows.Stride, Length = rows.Length, First = range.First, Count = range.Count;
    public readonly bool Reverse = range.Reverse;

    public float* RowsOf(int chunk) => Sequence + (nint)(First + chunk) * ChunkLayout.Rows * Stride;

    public int LengthOf(int chunk) => Math.Min(ChunkLayout.Rows, Length - (First + chunk) * ChunkLayout.Rows);
}
