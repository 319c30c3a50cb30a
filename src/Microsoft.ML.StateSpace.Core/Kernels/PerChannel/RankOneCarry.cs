using System.Buffers;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Takes the states of a system that is diagonal but for a rank of one over a chunk of Q steps, for one <see cref="ChunkLayout.Group"/> of
/// channels: <c>M x = F^Q x + sum_j feed_j m_j</c>, <c>m_j = read_j . x</c>, j = 0 ... Q - 1, where the dot is over both planes. m_j is
/// what step j of the chunk feeds back of the state x; feed_j is what remains of a unit fed in at step j when the chunk ends. Both are
/// tables (<see cref="ChunkLayout"/>). M transposed is the same with the two tables exchanged and F^Q conjugated.
/// Whole tables would stream through the cache once a chunk, which costs more than their products. So a chunk is taken in strides of
/// <see cref="Steps"/> steps. A stride needs only the first rows of the table of F^p H and the last ones of that of R A^(Q-1-p); these,
/// packed, and the states stay in the first-level cache. As a state is updated it adds to the m of the following stride. Costs 160
/// multiply-adds a state.
/// </summary>
internal static unsafe class RankOneCarry
{
    /// <summary>Time steps of a stride.</summary>
    public const int Steps = 4;

    private const int Group = ChunkLayout.Group, Rows = ChunkLayout.Rows, Plane = Rows * Group;
    private const int Vectors = 2 + 4 * Steps; // of a packed state: F^Steps, then rows of feed and read, two planes each
    private const int MostOnStack = 64; // states
    private const int FirstLevel = 32 * 1024; // bytes of the first-level cache of most processors

    /// <summary><c>x_k = M x_(k-1) + x_k</c> over neighbouring boundaries; the first stays as it is.</summary>
    /// <param name="transition">M.</param>
    /// <param name="boundaries">The states, from the group's first value on.</param>
    /// <param name="count">Boundaries.</param>
    /// <param name="descending">Whether the boundary that is last in memory comes first.</param>
    public static void Carry(in RankOneTransition transition, Span<float> boundaries, int count, bool descending)
    {
        if (count < 2)
            return;
        nint step = descending ? -transition.Width : transition.Width, first = descending ? (count - 1) * (nint)transition.Width : 0;
        fixed (float* power = transition.Power, read = transition.Read, feed = transition.Feed, x = boundaries)
            Elements.Run(
                new Kernel(new Map(transition, power, read, feed), x + first, x + first + step, step, count - 1),
                transition.Channels, MostLanes(transition.States));
    }

    // What the widest lanes pack may exceed the first-level cache, out of which it is read once a stride. Half as wide, it mostly fits.
    private static int MostLanes(int states)
        => (Vectors + 2) * states * Lane512.Count * sizeof(float) > FirstLevel ? Lane256.Count : Lane512.Count;

    // The states begin at state; the first boundary that is added is next.
    private readonly struct Kernel(Map map, float* state, float* next, nint step, int count) : IElementKernel
    {
        [SkipLocalsInit]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int floats = ((Vectors + 2) * map.States + Steps) * TLane.Count + ChunkLayout.Line;
            if (map.States <= MostOnStack)
            {
                float* buffer = stackalloc float[floats];
                Chain<TLane, TVector>(i, ChunkLayout.Align(buffer));
                return;
            }
            float[] rented = ArrayPool<float>.Shared.Rent(floats);
            fixed (float* buffer = rented)
                Chain<TLane, TVector>(i, ChunkLayout.Align(buffer));
            ArrayPool<float>.Shared.Return(rented);
        }

        private void Chain<TLane, TVector>(int i, float* packed)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* x = packed + (nint)Vectors * map.States * TLane.Count, m = x + (nint)2 * map.States * TLane.Count, at = next + i;
            map.Pack<TLane, TVector>(i, packed);
            map.Start<TLane, TVector>(packed, state + i, x, m);
            for (int left = count; left > 0; left--, at += step)
            {
                for (int p = Steps; p < Rows; p += Steps)
                    map.Stride<TLane, TVector>(packed, x, m, null);
                map.Stride<TLane, TVector>(packed, x, m, at);
            }
        }
    }

    private readonly struct Map(in RankOneTransition transition, float* power, float* read, float* feed)
    {
        public readonly int States = transition.States;
        private readonly nint _plane = transition.Width / 2;
        private readonly bool _transposed = transition.Transposed;

        // What a stride needs: (N, vectors, lanes).
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Pack<TLane, TVector>(int i, float* packed)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            // The table of F^p H is that of feed, or of read if transposed.
            const int Last = (Rows - Steps) * Group;
            TVector sign = TLane.Broadcast(_transposed ? -1 : 1);
            float* a = power + i, fed = feed + i + (_transposed ? Last : 0), seen = read + i + (_transposed ? 0 : Last);
            for (int n = 0; n < States; n++, a += Group, fed += 2 * Plane, seen += 2 * Plane, packed += Vectors * TLane.Count)
            {
                TLane.Store(packed, TLane.Load(a));
                TLane.Store(packed + TLane.Count, TLane.Multiply(sign, TLane.Load(a + _plane)));
                float* to = packed + 2 * TLane.Count;
                for (int row = 0; row < Steps; row++, to += TLane.Count)
                {
                    TLane.Store(to, TLane.Load(fed + row * Group));
                    TLane.Store(to + Steps * TLane.Count, TLane.Load(fed + Plane + row * Group));
                    TLane.Store(to + 2 * Steps * TLane.Count, TLane.Load(seen + row * Group));
                    TLane.Store(to + 3 * Steps * TLane.Count, TLane.Load(seen + Plane + row * Group));
                }
            }
        }

        // Copies the states, and computes their m.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Start<TLane, TVector>(float* packed, float* from, float* x, float* m)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            var sums = new Sums<TVector>();
            for (int n = 0; n < States; n++, packed += Vectors * TLane.Count, x += 2 * TLane.Count, from += Group)
            {
                TVector re = TLane.Load(from), im = TLane.Load(from + _plane);
                TLane.Store(x, re);
                TLane.Store(x + TLane.Count, im);
                Add<TLane, TVector>(packed, re, im, ref sums);
            }
            Put<TLane, TVector>(sums, m);
        }

        // x = F^Steps x + sum_j feed_j m_j, and what lies at the boundary where there is one; then the m of that x.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Stride<TLane, TVector>(float* packed, float* x, float* m, float* boundary)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector m0 = TLane.Load(m), m1 = TLane.Load(m + TLane.Count), m2 = TLane.Load(m + 2 * TLane.Count),
                m3 = TLane.Load(m + 3 * TLane.Count);
            var sums = new Sums<TVector>();
            for (int n = 0; n < States; n++, packed += Vectors * TLane.Count, x += 2 * TLane.Count)
            {
                TVector ar = TLane.Load(packed), ai = TLane.Load(packed + TLane.Count),
                    xr = TLane.Load(x), xi = TLane.Load(x + TLane.Count);
                TVector re = TLane.MultiplySubtract(ai, xi, TLane.Multiply(ar, xr)), im = TLane.MultiplyAdd(ai, xr, TLane.Multiply(ar, xi));
                float* f = packed + 2 * TLane.Count, g = f + Steps * TLane.Count;
                re = TLane.MultiplyAdd(TLane.Load(f), m0, re);
                im = TLane.MultiplyAdd(TLane.Load(g), m0, im);
                re = TLane.MultiplyAdd(TLane.Load(f + TLane.Count), m1, re);
                im = TLane.MultiplyAdd(TLane.Load(g + TLane.Count), m1, im);
                re = TLane.MultiplyAdd(TLane.Load(f + 2 * TLane.Count), m2, re);
                im = TLane.MultiplyAdd(TLane.Load(g + 2 * TLane.Count), m2, im);
                re = TLane.MultiplyAdd(TLane.Load(f + 3 * TLane.Count), m3, re);
                im = TLane.MultiplyAdd(TLane.Load(g + 3 * TLane.Count), m3, im);
                if (boundary != null)
                {
                    float* at = boundary + n * Group;
                    re = TLane.Add(re, TLane.Load(at));
                    im = TLane.Add(im, TLane.Load(at + _plane));
                    TLane.Store(at, re);
                    TLane.Store(at + _plane, im);
                }
                TLane.Store(x, re);
                TLane.Store(x + TLane.Count, im);
                Add<TLane, TVector>(packed, re, im, ref sums);
            }
            Put<TLane, TVector>(sums, m);
        }

        // The share of a state in m, each plane by itself: so eight sums hide the latency of the multiply-adds.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TLane, TVector>(float* packed, TVector re, TVector im, ref Sums<TVector> sums)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* r = packed + (2 + 2 * Steps) * TLane.Count, i = r + Steps * TLane.Count;
            sums.R0 = TLane.MultiplyAdd(TLane.Load(r), re, sums.R0);
            sums.R1 = TLane.MultiplyAdd(TLane.Load(r + TLane.Count), re, sums.R1);
            sums.R2 = TLane.MultiplyAdd(TLane.Load(r + 2 * TLane.Count), re, sums.R2);
            sums.R3 = TLane.MultiplyAdd(TLane.Load(r + 3 * TLane.Count), re, sums.R3);
            sums.I0 = TLane.MultiplyAdd(TLane.Load(i), im, sums.I0);
            sums.I1 = TLane.MultiplyAdd(TLane.Load(i + TLane.Count), im, sums.I1);
            sums.I2 = TLane.MultiplyAdd(TLane.Load(i + 2 * TLane.Count), im, sums.I2);
            sums.I3 = TLane.MultiplyAdd(TLane.Load(i + 3 * TLane.Count), im, sums.I3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put<TLane, TVector>(in Sums<TVector> sums, float* m)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(m, TLane.Add(sums.R0, sums.I0));
            TLane.Store(m + TLane.Count, TLane.Add(sums.R1, sums.I1));
            TLane.Store(m + 2 * TLane.Count, TLane.Add(sums.R2, sums.I2));
            TLane.Store(m + 3 * TLane.Count, TLane.Add(sums.R3, sums.I3));
        }
    }

    /// <summary>m of the four steps of a stride: what the real parts of the states give, and what the imaginary parts give.</summary>
    private struct Sums<TVector>
        where TVector : struct
    {
        public TVector R0, R1, R2, R3, I0, I1, I2, I3;
    }
}

/// <summary>The map M of one group of channels.</summary>
internal readonly ref struct RankOneTransition
{
    public required int Channels { get; init; }

    /// <summary>N.</summary>
    public required int States { get; init; }

    /// <summary>Floats of the states at one boundary.</summary>
    public required int Width { get; init; }

    /// <summary>F to the power of <see cref="RankOneCarry.Steps"/>, laid out like the states of a boundary.</summary>
    public required ReadOnlySpan<float> Power { get; init; }

    public required ReadOnlySpan<float> Read { get; init; }

    public required ReadOnlySpan<float> Feed { get; init; }

    /// <summary>Whether the transpose of M is meant.</summary>
    public required bool Transposed { get; init; }
}
