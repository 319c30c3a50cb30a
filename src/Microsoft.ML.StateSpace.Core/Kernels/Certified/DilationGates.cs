using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The coefficients of a time-varying scalar system: one contraction <c>[a, b; c, d]</c> for each element, from four free numbers. a, u, v
/// and w are the tanh of these numbers, and sigma is the root of one minus the square of its tanh (<c>1 / cosh</c>). Then
/// <c>b = sigma_a u, c = v sigma_a, d = -v a u + sigma_u sigma_v w</c>. All four are scaled by <see cref="Margin"/>, which leaves more room
/// than rounding can add to their norm.
/// </summary>
internal static unsafe class DilationGates
{
    public const float Margin = 1 - 1e-6f;

    /// <summary>
    /// Computes a, b, c, d of each row, (rows, 4, N), from its free numbers, (rows, 4, N). A free number beyond +-<see cref="Limit"/>
    /// counts as that limit.
    /// </summary>
    public static void Forward(ReadOnlySpan<float> free, Span<float> gates, int states)
    {
        fixed (float* pf = free, pg = gates)
        {
            for (int row = 0; row < free.Length; row += 4 * states)
                Elements.Run(new ForwardKernel(pf + row, pg + row, states), states);
        }
    }

    /// <summary>Replaces the gradients of a, b, c, d by those of the free numbers, in place.</summary>
    public static void Backward(ReadOnlySpan<float> free, Span<float> gradients, int states)
    {
        fixed (float* pf = free, pg = gradients)
        {
            for (int row = 0; row < free.Length; row += 4 * states)
                Elements.Run(new BackwardKernel(pf + row, pg + row, states), states);
        }
    }

    /// <summary>Beyond this limit tanh is 1 in float.</summary>
    public const float Limit = 10;

    // With h = exp(-x): tanh(x) = (1 - h^2) / (1 + h^2), 1 / cosh(x) = 2 h / (1 + h^2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<TLane, TVector>(float* x, out TVector tanh, out TVector sigma)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector one = TLane.Broadcast(1),
            h = LaneMath.Exp<TLane, TVector>(TLane.Subtract(default, TLane.Clamp(TLane.Load(x), -Limit, Limit)));
        TVector square = TLane.Multiply(h, h), divisor = TLane.Add(one, square);
        tanh = TLane.Divide(TLane.Subtract(one, square), divisor);
        sigma = TLane.Divide(TLane.Add(h, h), divisor);
    }

    private readonly struct ForwardKernel(float* free, float* gates, int states) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            Pair<TLane, TVector>(free + i, out var a, out var sa);
            Pair<TLane, TVector>(free + states + i, out var u, out var su);
            Pair<TLane, TVector>(free + 2 * states + i, out var v, out var sv);
            Pair<TLane, TVector>(free + 3 * states + i, out var w, out _);
            TVector margin = TLane.Broadcast(Margin);
            TVector d = TLane.MultiplySubtract(TLane.Multiply(v, a), u, TLane.Multiply(TLane.Multiply(su, sv), w));
            TLane.Store(gates + i, TLane.Multiply(margin, a));
            TLane.Store(gates + states + i, TLane.Multiply(margin, TLane.Multiply(sa, u)));
            TLane.Store(gates + 2 * states + i, TLane.Multiply(margin, TLane.Multiply(v, sa)));
            TLane.Store(gates + 3 * states + i, TLane.Multiply(margin, d));
        }
    }

    private readonly struct BackwardKernel(float* free, float* gradients, int states) : IElementKernel
    {
        // tanh' = sigma^2, sigma' = -sigma tanh
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            Pair<TLane, TVector>(free + i, out var a, out var sa);
            Pair<TLane, TVector>(free + states + i, out var u, out var su);
            Pair<TLane, TVector>(free + 2 * states + i, out var v, out var sv);
            Pair<TLane, TVector>(free + 3 * states + i, out var w, out var sw);
            TVector margin = TLane.Broadcast(Margin);
            TVector da = TLane.Multiply(margin, TLane.Load(gradients + i)), db = TLane.Multiply(margin, TLane.Load(gradients + states + i));
            TVector dc = TLane.Multiply(margin, TLane.Load(gradients + 2 * states + i)),
                dd = TLane.Multiply(margin, TLane.Load(gradients + 3 * states + i));
            TVector ddw = TLane.Multiply(dd, w);
            TVector dsa = TLane.MultiplyAdd(db, u, TLane.Multiply(dc, v)), dsu = TLane.Multiply(ddw, sv), dsv = TLane.Multiply(ddw, su);
            da = TLane.MultiplySubtract(dd, TLane.Multiply(v, u), da);
            TVector du = TLane.MultiplySubtract(dd, TLane.Multiply(v, a), TLane.Multiply(db, sa));
            TVector dv = TLane.MultiplySubtract(dd, TLane.Multiply(a, u), TLane.Multiply(dc, sa));
            TVector dw = TLane.Multiply(TLane.Multiply(dd, su), sv);
            TLane.Store(gradients + i, ChainRule<TLane, TVector>(da, dsa, a, sa));
            TLane.Store(gradients + states + i, ChainRule<TLane, TVector>(du, dsu, u, su));
            TLane.Store(gradients + 2 * states + i, ChainRule<TLane, TVector>(dv, dsv, v, sv));
            TLane.Store(gradients + 3 * states + i, TLane.Multiply(TLane.Multiply(dw, sw), sw));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector ChainRule<TLane, TVector>(TVector dtanh, TVector dsigma, TVector tanh, TVector sigma)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Multiply(sigma, TLane.MultiplySubtract(dsigma, tanh, TLane.Multiply(dtanh, sigma)));
    }
}
