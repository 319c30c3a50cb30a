using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// How kernels that treat every channel by itself see time and memory. A sequence (length, H) is cut into chunks of <see cref="Rows"/> time
/// steps; the last may be shorter. States exist only at the boundaries between chunks. The lanes of a vector are channels. Channels come in
/// groups of <see cref="Group"/> (the last group may be padded), so that all that one vector of channels needs lies together.
/// The layouts are: states of a boundary (2, groups, N, Group) and some padding, which <see cref="ComplexScan"/> sees as one row of two
/// planes; tables (groups, N, 2, Rows, Group); kernels (groups, Rows, Group).
/// </summary>
internal static unsafe class ChunkLayout
{
    /// <summary>
    /// Time steps of a chunk. A time step costs N (4 + 4 / Rows) + Rows / 2 multiply-adds a channel, which hardly changes between 16 and 32
    /// rows. Longer chunks have fewer boundary states.
    /// </summary>
    public const int Rows = 32;

    public const int Group = 16;

    /// <summary>Floats of a cache line.</summary>
    public const int Line = 16;

    public static int Groups(int channels) => (channels + Group - 1) / Group;

    public static int Chunks(int length) => (int)Chunks((long)length);

    public static long Chunks(long length) => (length + Rows - 1) / Rows;

    /// <summary>
    /// Floats of the states at one boundary. A plane is one group longer than it needs to be: if its length were a power of two, the states
    /// of neighbouring boundaries would evict each other from the caches.
    /// </summary>
    public static int Width(int states, int channels) => 2 * (states * Groups(channels) + 1) * Group;

    /// <summary>Floats of a table, which holds one complex coefficient for each time step of a chunk and each state.</summary>
    public static int Table(int states, int channels) => 2 * Rows * states * Groups(channels) * Group;

    /// <summary>Floats of a kernel: the first <see cref="Rows"/> samples of each channel's impulse response.</summary>
    public static int Kernel(int channels) => Rows * Groups(channels) * Group;

    /// <summary>Number of channels in a group; the last group may have fewer than <see cref="Group"/>.</summary>
    public static int Channels(int group, int channels) => Math.Min(Group, channels - group * Group);

    /// <summary>
    /// Where the states of a channel begin in a plane of a boundary. The next state of the channel lies <see cref="Group"/> floats further.
    /// </summary>
    public static nint OfState(int channel, int states) => (nint)(channel / Group) * states * Group + channel % Group;

    /// <summary>
    /// Where a channel begins in a table. From there on a row is <see cref="Group"/> floats long, a plane has all rows, and a state two
    /// planes.
    /// </summary>
    public static nint OfTable(int channel, int states) => (nint)(channel / Group) * states * 2 * Rows * Group + channel % Group;

    public static nint OfKernel(int channel) => (nint)(channel / Group) * Rows * Group + channel % Group;

    /// <summary>
    /// How many of the remaining chunks a kernel that takes at most so many takes next. The shares of a run differ by one at most, since a
    /// share of one chunk alone would cost as much as one of two or three.
    /// </summary>
    public static int Share(int remaining, int most)
    {
        int shares = (remaining + most - 1) / most;
        return (remaining + shares - 1) / shares;
    }

    /// <summary>
    /// The first address from <paramref name="memory"/> on where a cache line begins. The widest vectors load at half the speed where they
    /// straddle two lines.
    /// </summary>
    public static float* Align(float* memory) => (float*)(((nuint)memory + 63) & ~(nuint)63);

    /// <summary>Floats from the beginning of <paramref name="memory"/> to the first cache line that begins in it.</summary>
    public static int ToLine(ReadOnlySpan<float> memory)
    {
        fixed (float* first = memory)
            return (int)(Align(first) - first);
    }

    /// <summary>
    /// Copies one vector of channels of a chunk into contiguous memory, (Rows, lanes), in the order of time or against it. Time steps that
    /// a short chunk lacks become zeros.
    /// </summary>
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

/// <summary>The rows of up to <see cref="ChunkLayout.Group"/> channels of one sequence.</summary>
/// <param name="values">The rows, from the first of these channels on.</param>
/// <param name="stride">Floats from one time step to the next.</param>
/// <param name="length">Time steps.</param>
/// <param name="channels">Number of channels.</param>
internal readonly ref struct ChannelRows(ReadOnlySpan<float> values, int stride, int length, int channels)
{
    public readonly ReadOnlySpan<float> Values = values;
    public readonly int Stride = stride, Length = length, Channels = channels;

    public int Chunks => ChunkLayout.Chunks(Length);
}

/// <summary>A run of neighbouring chunks, and whether the steps of a chunk are counted from its end.</summary>
internal readonly record struct ChunkRange(int First, int Count, bool Reverse);

/// <summary>A <see cref="ChunkRange"/> of some <see cref="ChannelRows"/>, as pointers and sizes for the loops of a kernel.</summary>
internal readonly unsafe struct ChunkRun(float* sequence, in ChannelRows rows, ChunkRange range)
{
    public readonly float* Sequence = sequence;
    public readonly int Stride = rows.Stride, Length = rows.Length, First = range.First, Count = range.Count;
    public readonly bool Reverse = range.Reverse;

    public float* RowsOf(int chunk) => Sequence + (nint)(First + chunk) * ChunkLayout.Rows * Stride;

    public int LengthOf(int chunk) => Math.Min(ChunkLayout.Rows, Length - (First + chunk) * ChunkLayout.Rows);
}
