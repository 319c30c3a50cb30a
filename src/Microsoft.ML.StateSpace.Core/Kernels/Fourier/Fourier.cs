using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The real Fourier transform of a group of channels, one channel a lane (Cooley and Tukey 1965). A signal of 2M real samples is read as M
/// complex ones: even samples are the real parts, odd samples the imaginary parts. A complex transform of M points runs in radix-4 steps;
/// then frequencies k and M - k of the real signal follow from those of the complex one. There is no permutation: the forward transform
/// leaves the frequencies in bit-reversed places, products are made there, and the inverse begins there. Memory is (M, 2, Group). The place
/// of frequency 0 holds frequencies 0 and M, which are both real.
/// </summary>
internal static unsafe class Fourier
{
    private const int Group = ChunkLayout.Group, Point = 2 * Group;

    /// <summary>Floats of a group's signals or spectra, for <c>2 half</c> samples.</summary>
    public static int Size(int half) => (int)Size((long)half);

    /// <summary>The same for any length, even one that no transform can have.</summary>
    public static long Size(long half) => half * Point;

    /// <summary>Reads the rows as samples, with zeros behind them, and transforms them.</summary>
    public static void Forward(FourierPlan plan, in ChannelRows rows, Span<float> spectrum)
    {
        fixed (float* roots = plan.Roots, x = rows.Values, z = spectrum)
        fixed (int* places = plan.Places)
            Elements.Run(new ForwardKernel(plan.Half, roots, places, x, rows.Stride, rows.Length, z), rows.Channels);
    }

    /// <summary>
    /// Transforms back, and writes or adds samples 0 ... length - 1 to the rows (length, stride); with <paramref name="mirror"/> these are
    /// samples 0, -1, -2, ... of the periodic signal. Destroys the spectrum.
    /// </summary>
    public static void Inverse(
        FourierPlan plan, Span<float> spectrum, Span<float> rows, int stride, int length, int channels, bool mirror, bool accumulate)
    {
        fixed (float* roots = plan.Roots, x = rows, z = spectrum)
        fixed (int* places = plan.Places)
            Elements.Run(new InverseKernel(plan.Half, roots, places, x, stride, length, z, mirror, accumulate), channels);
    }

    private readonly struct ForwardKernel(
        int half, float* roots, int* places, float* rows, int stride, int length, float* z) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* x = z + i, row = rows + i;
            for (int t = 0; t < 2 * half; t++, row += stride)
                TLane.Store(x + (nint)t * Group, t < length ? TLane.Load(row) : default);
            Split<TLane, TVector>(x, half, roots, 4);
            TVector re = TLane.Load(x), im = TLane.Load(x + Group);
            TLane.Store(x, TLane.Add(re, im));
            TLane.Store(x + Group, TLane.Subtract(re, im));
            TVector two = TLane.Broadcast(0.5f);
            for (int k = 1; k <= half / 2; k++)
            {
                float* a = x + (nint)places[k] * Point, b = x + (nint)places[half - k] * Point;
                TVector wr = TLane.Broadcast(roots[2 * k]), wi = TLane.Broadcast(roots[2 * k + 1]);
                TVector ar = TLane.Load(a), ai = TLane.Load(a + Group), br = TLane.Load(b), bi = TLane.Load(b + Group);
                // The frequencies of the even and of the odd samples: (a + conj b) / 2 and -i (a - conj b) / 2.
                TVector er = TLane.Multiply(two, TLane.Add(ar, br)), ei = TLane.Multiply(two, TLane.Subtract(ai, bi));
                TVector or = TLane.Multiply(two, TLane.Add(ai, bi)), oi = TLane.Multiply(two, TLane.Subtract(br, ar));
                TVector pr = TLane.MultiplySubtract(wi, oi, TLane.Multiply(wr, or)), pi = TLane.MultiplyAdd(wi, or, TLane.Multiply(wr, oi));
                TLane.Store(a, TLane.Add(er, pr));
                TLane.Store(a + Group, TLane.Add(ei, pi));
                TLane.Store(b, TLane.Subtract(er, pr));
                TLane.Store(b + Group, TLane.Subtract(pi, ei));
            }
        }
    }

    private readonly struct InverseKernel(int half, float* roots, int* places, float* rows, int stride, int length, float* z, bool mirror,
        bool accumulate) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* x = z + i, row = rows + i;
            TVector two = TLane.Broadcast(0.5f);
            TVector re = TLane.Load(x), im = TLane.Load(x + Group);
            TLane.Store(x, TLane.Multiply(two, TLane.Add(re, im)));
            TLane.Store(x + Group, TLane.Multiply(two, TLane.Subtract(re, im)));
            for (int k = 1; k <= half / 2; k++)
            {
                float* a = x + (nint)places[k] * Point, b = x + (nint)places[half - k] * Point;
                TVector wr = TLane.Broadcast(roots[2 * k]), wi = TLane.Broadcast(roots[2 * k + 1]);
                TVector ar = TLane.Load(a), ai = TLane.Load(a + Group), br = TLane.Load(b), bi = TLane.Load(b + Group);
                TVector er = TLane.Multiply(two, TLane.Add(ar, br)), ei = TLane.Multiply(two, TLane.Subtract(ai, bi));
                TVector pr = TLane.Multiply(two, TLane.Subtract(ar, br)), pi = TLane.Multiply(two, TLane.Add(ai, bi));
                TVector or = TLane.MultiplyAdd(wi, pi, TLane.Multiply(wr, pr)), oi = TLane.MultiplySubtract(wi, pr, TLane.Multiply(wr, pi));
                TLane.Store(a, TLane.Subtract(er, oi));
                TLane.Store(a + Group, TLane.Add(ei, or));
                TLane.Store(b, TLane.Add(er, oi));
                TLane.Store(b + Group, TLane.Subtract(or, ei));
            }
            Join<TLane, TVector>(x, half, roots, 4);
            TVector scale = TLane.Broadcast(1f / half);
            for (int t = 0; t < length; t++, row += stride)
            {
                int sample = mirror && t > 0 ? 2 * half - t : t;
                TVector value = TLane.Multiply(scale, TLane.Load(x + (nint)sample * Group));
                TLane.Store(row, accumulate ? TLane.Add(TLane.Load(row), value) : value);
            }
        }
    }

    // A complex transform of n points, decimated in frequency: one radix-4 step over all points, then each quarter by itself, while it is
    // in the cache. step is the distance in floats, within the roots, from one power of exp(-2 pi i / n) to the next.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Split<TLane, TVector>(float* x, int n, float* roots, nint step)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        if (n == 1)
            return;
        if (n == 2)
        {
            Pair<TLane, TVector>(x);
            return;
        }
        nint quarter = (nint)(n / 4) * Point;
        float* w1 = roots, w2 = roots, w3 = roots;
        for (float* a = x, end = x + quarter; a < end; a += Point, w1 += step, w2 += 2 * step, w3 += 3 * step)
        {
            float* b = a + quarter, c = b + quarter, d = c + quarter;
            TVector ar = TLane.Load(a), ai = TLane.Load(a + Group), br = TLane.Load(b), bi = TLane.Load(b + Group);
            TVector cr = TLane.Load(c), ci = TLane.Load(c + Group), dr = TLane.Load(d), di = TLane.Load(d + Group);
            TVector pr = TLane.Add(ar, cr), pi = TLane.Add(ai, ci), qr = TLane.Subtract(ar, cr), qi = TLane.Subtract(ai, ci);
            // s = -i (b - d)
            TVector rr = TLane.Add(br, dr), ri = TLane.Add(bi, di), sr = TLane.Subtract(bi, di), si = TLane.Subtract(dr, br);
            TLane.Store(a, TLane.Add(pr, rr));
            TLane.Store(a + Group, TLane.Add(pi, ri));
            Turn<TLane, TVector>(b, TLane.Subtract(pr, rr), TLane.Subtract(pi, ri), w2[0], w2[1]);
            Turn<TLane, TVector>(c, TLane.Add(qr, sr), TLane.Add(qi, si), w1[0], w1[1]);
            Turn<TLane, TVector>(d, TLane.Subtract(qr, sr), TLane.Subtract(qi, si), w3[0], w3[1]);
        }
        for (int i = 0; i < 4 && n > 4; i++)
            Split<TLane, TVector>(x + i * quarter, n / 4, roots, 4 * step);
    }

    // The inverse of Split but for a factor: Join after Split multiplies by n.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Join<TLane, TVector>(float* x, int n, float* roots, nint step)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        if (n == 1)
            return;
        if (n == 2)
        {
            Pair<TLane, TVector>(x);
            return;
        }
        nint quarter = (nint)(n / 4) * Point;
        for (int i = 0; i < 4 && n > 4; i++)
            Join<TLane, TVector>(x + i * quarter, n / 4, roots, 4 * step);
        float* w1 = roots, w2 = roots, w3 = roots;
        for (float* a = x, end = x + quarter; a < end; a += Point, w1 += step, w2 += 2 * step, w3 += 3 * step)
        {
            float* b = a + quarter, c = b + quarter, d = c + quarter;
            TVector ar = TLane.Load(a), ai = TLane.Load(a + Group);
            TurnBack<TLane, TVector>(b, w2[0], w2[1], out TVector br, out TVector bi);
            TurnBack<TLane, TVector>(c, w1[0], w1[1], out TVector cr, out TVector ci);
            TurnBack<TLane, TVector>(d, w3[0], w3[1], out TVector dr, out TVector di);
            TVector pr = TLane.Add(ar, br), pi = TLane.Add(ai, bi), qr = TLane.Subtract(ar, br), qi = TLane.Subtract(ai, bi);
            // s = i (c - d)
            TVector rr = TLane.Add(cr, dr), ri = TLane.Add(ci, di), sr = TLane.Subtract(di, ci), si = TLane.Subtract(cr, dr);
            TLane.Store(a, TLane.Add(pr, rr));
            TLane.Store(a + Group, TLane.Add(pi, ri));
            TLane.Store(b, TLane.Add(qr, sr));
            TLane.Store(b + Group, TLane.Add(qi, si));
            TLane.Store(c, TLane.Subtract(pr, rr));
            TLane.Store(c + Group, TLane.Subtract(pi, ri));
            TLane.Store(d, TLane.Subtract(qr, sr));
            TLane.Store(d + Group, TLane.Subtract(qi, si));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<TLane, TVector>(float* x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector ar = TLane.Load(x), ai = TLane.Load(x + Group), br = TLane.Load(x + Point), bi = TLane.Load(x + Point + Group);
        TLane.Store(x, TLane.Add(ar, br));
        TLane.Store(x + Group, TLane.Add(ai, bi));
        TLane.Store(x + Point, TLane.Subtract(ar, br));
        TLane.Store(x + Point + Group, TLane.Subtract(ai, bi));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn<TLane, TVector>(float* to, TVector re, TVector im, float rootRe, float rootIm)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector wr = TLane.Broadcast(rootRe), wi = TLane.Broadcast(rootIm);
        TLane.Store(to, TLane.MultiplySubtract(wi, im, TLane.Multiply(wr, re)));
        TLane.Store(to + Group, TLane.MultiplyAdd(wi, re, TLane.Multiply(wr, im)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnBack<TLane, TVector>(float* from, float rootRe, float rootIm, out TVector re, out TVector im)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector wr = TLane.Broadcast(rootRe), wi = TLane.Broadcast(rootIm), xr = TLane.Load(from), xi = TLane.Load(from + Group);
        re = TLane.MultiplyAdd(wi, xi, TLane.Multiply(wr, xr));
        im = TLane.MultiplySubtract(wi, xr, TLane.Multiply(wr, xi));
    }
}
