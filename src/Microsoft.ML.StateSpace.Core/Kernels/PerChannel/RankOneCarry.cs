using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Takes the states of a system that is diagonal but for a rank of one over a chunk of Q steps, for one <see cref="ChunkLayout.Group"/> of
/// channels: <c>M x = F^Q x + sum_j feed_j m_j</c>, <c>m_j = read_j . x</c>, j = 0 ... Q - 1, where the dot is over both planes. m_j is
/// what step j of the chunk feeds back of the state x; feed_j is what remains of a unit fed in at step j when the chunk ends. Both are
/// tables (<see cref="ChunkLayout"/>). M transposed is the same with the two tables exchanged and F^Q conjugated. Costs 256 multiply-adds a
/// state, and streams both tables through the cache once a chunk.
/// </summary>
internal static unsafe class RankOneCarry
{
    private const int Group = ChunkLayout.Group, Rows = ChunkLayout.Rows, Plane = Rows * Group;

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
            Elements.Run(new ChainKernel(new Map(transition, power, read, feed), x + first, step, count), transition.Channels);
    }

    /// <summary><c>x = M x + x_k</c> in place, for one neighbouring boundary after the other.</summary>
    /// <param name="transition">M.</param>
    /// <param name="boundaries">x_k, from the group's first value on.</param>
    /// <param name="count">Boundaries.</param>
    /// <param name="descending">Whether the boundary that is last in memory comes first.</param>
    /// <param name="state">x, from the group's first value on.</param>
    public static void End(in RankOneTransition transition, ReadOnlySpan<float> boundaries, int count, bool descending, Span<float> state)
    {
        nint step = descending ? -transition.Width : transition.Width, first = descending ? (count - 1) * (nint)transition.Width : 0;
        fixed (float* power = transition.Power, read = transition.Read, feed = transition.Feed, e = state, x = boundaries)
            Elements.Run(new EndKernel(new Map(transition, power, read, feed), x + first, step, count, e), transition.Channels);
    }

    private readonly struct Map(in RankOneTransition transition, float* power, float* read, float* feed)
    {
        private readonly int _states = transition.States;
        private readonly nint _plane = transition.Width / 2;
        private readonly float _sign = transition.Transposed ? -1 : 1;

        // to = M from + add, for the lanes that begin at i; to may be the memory of from or of add.
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Apply<TLane, TVector>(int i, float* from, float* add, float* to)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* buffer = stackalloc float[Plane + Group], m = ChunkLayout.Align(buffer);
            Read<TLane, TVector>(read + i, from, m);
            TVector sign = TLane.Broadcast(_sign);
            float* re = feed + i, a = power + i;
            for (int n = 0; n < _states; n++, re += 2 * Plane, a += Group, from += Group, add += Group, to += Group)
            {
                TVector ar = TLane.Load(a), ai = TLane.Multiply(sign, TLane.Load(a + _plane)),
                    xr = TLane.Load(from), xi = TLane.Load(from + _plane);
                TVector r0 = TLane.MultiplySubtract(ai, xi, TLane.Multiply(ar, xr)), i0 = TLane.MultiplyAdd(ai, xr, TLane.Multiply(ar, xi));
                TVector r1 = TLane.Load(add), i1 = TLane.Load(add + _plane);
                float* r = re, im = re + Plane, v = m;
                for (int j = 0; j < Rows; j += 2, r += 2 * Group, im += 2 * Group, v += 2 * TLane.Count)
                {
                    TVector v0 = TLane.Load(v), v1 = TLane.Load(v + TLane.Count);
                    r0 = TLane.MultiplyAdd(TLane.Load(r), v0, r0);
                    i0 = TLane.MultiplyAdd(TLane.Load(im), v0, i0);
                    r1 = TLane.MultiplyAdd(TLane.Load(r + Group), v1, r1);
                    i1 = TLane.MultiplyAdd(TLane.Load(im + Group), v1, i1);
                }
                TLane.Store(to, TLane.Add(r0, r1));
                TLane.Store(to + _plane, TLane.Add(i0, i1));
            }
        }

        // Computes m_j, eight at a time in registers.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Read<TLane, TVector>(float* table, float* x, float* m)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            for (int j = 0; j < Rows; j += 8, table += 8 * Group, m += 8 * TLane.Count)
            {
                TVector m0 = default, m1 = default, m2 = default, m3 = default, m4 = default, m5 = default, m6 = default, m7 = default;
                float* t = table, s = x;
                for (int n = 0; n < _states; n++, s += Group)
                {
                    for (nint plane = 0; plane <= _plane; plane += _plane, t += Plane)
                    {
                        TVector v = TLane.Load(s + plane);
                        m0 = TLane.MultiplyAdd(TLane.Load(t), v, m0);
                        m1 = TLane.MultiplyAdd(TLane.Load(t + Group), v, m1);
                        m2 = TLane.MultiplyAdd(TLane.Load(t + 2 * Group), v, m2);
                        m3 = TLane.MultiplyAdd(TLane.Load(t + 3 * Group), v, m3);
                        m4 = TLane.MultiplyAdd(TLane.Load(t + 4 * Group), v, m4);
                        m5 = TLane.MultiplyAdd(TLane.Load(t + 5 * Group), v, m5);
                        m6 = TLane.MultiplyAdd(TLane.Load(t + 6 * Group), v, m6);
                        m7 = TLane.MultiplyAdd(TLane.Load(t + 7 * Group), v, m7);
                    }
                }
                TLane.Store(m, m0);
                TLane.Store(m + TLane.Count, m1);
                TLane.Store(m + 2 * TLane.Count, m2);
                TLane.Store(m + 3 * TLane.Count, m3);
                TLane.Store(m + 4 * TLane.Count, m4);
                TLane.Store(m + 5 * TLane.Count, m5);
                TLane.Store(m + 6 * TLane.Count, m6);
                TLane.Store(m + 7 * TLane.Count, m7);
            }
        }
    }

    private readonly struct ChainKernel(Map map, float* first, nint step, int count) : IElementKernel
    {
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* x = first + i;
            for (int left = count - 1; left > 0; left--, x += step)
                map.Apply<TLane, TVector>(i, x, x + step, x + step);
        }
    }

    private readonly struct EndKernel(Map map, float* first, nint step, int count, float* state) : IElementKernel
    {
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* x = first + i;
            for (int left = count; left > 0; left--, x += step)
                map.Apply<TLane, TVector>(i, state + i, x, state + i);
        }
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

    /// <summary>F^Q, laid out like the states of a boundary.</summary>
    public required ReadOnlySpan<float> Power { get; init; }

    public required ReadOnlySpan<float> Read { get; init; }

    public required ReadOnlySpan<float> Feed { get; init; }

    /// <summary>Whether the transpose of M is meant.</summary>
    public required bool Transposed { get; init; }
}
