using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The innermost part of a matrix product: a tile of up to 6 rows by two vectors of c stays in registers while k runs. Its twelve sums hide
/// the latency of two multiply-add units. Together with two vectors of b and one of a they fit the 16 registers of the older instruction
/// sets.
/// </summary>
internal static unsafe class GemmTile
{
    /// <summary>Rows of a full tile.</summary>
    public const int Rows = 6;

    /// <summary>
    /// <c>c = a b</c>, or <c>c += a b</c> with <paramref name="load"/>, for a tile of <paramref name="rows"/> rows. The other arguments are
    /// addresses, and distances in floats.
    /// </summary>
    public static void Multiply<TLane, TVector>(
        int rows, float* a, nint rowA, nint stepA, float* b, nint stepB, float* c, nint rowC, int steps, bool load)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        switch (rows)
        {
            case 6: Run<TLane, TVector, N6>(a, rowA, stepA, b, stepB, c, rowC, steps, load); break;
            case 5: Run<TLane, TVector, N5>(a, rowA, stepA, b, stepB, c, rowC, steps, load); break;
            case 4: Run<TLane, TVector, N4>(a, rowA, stepA, b, stepB, c, rowC, steps, load); break;
            case 3: Run<TLane, TVector, N3>(a, rowA, stepA, b, stepB, c, rowC, steps, load); break;
            case 2: Run<TLane, TVector, N2>(a, rowA, stepA, b, stepB, c, rowC, steps, load); break;
            default: Run<TLane, TVector, N1>(a, rowA, stepA, b, stepB, c, rowC, steps, load); break;
        }
    }

    // Conditions on N.Value are constants to the JIT, so the code for rows that a tile does not have is left out.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLane, TVector, N>(
        float* a, nint rowA, nint stepA, float* b, nint stepB, float* c, nint rowC, int steps, bool load)
        where TLane : ILane<TVector>
        where TVector : struct
        where N : ICount
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        if (load)
        {
            Load<TLane, TVector>(c, out c00, out c01);
            if (N.Value > 1)
                Load<TLane, TVector>(c + rowC, out c10, out c11);
            if (N.Value > 2)
                Load<TLane, TVector>(c + 2 * rowC, out c20, out c21);
            if (N.Value > 3)
                Load<TLane, TVector>(c + 3 * rowC, out c30, out c31);
            if (N.Value > 4)
                Load<TLane, TVector>(c + 4 * rowC, out c40, out c41);
            if (N.Value > 5)
                Load<TLane, TVector>(c + 5 * rowC, out c50, out c51);
        }
        nint rowA2 = 2 * rowA;
        float* lower = a + 3 * rowA;
        for (; steps > 0; steps--)
        {
            TVector b0 = TLane.Load(b), b1 = TLane.Load(b + TLane.Count), x = TLane.Broadcast(*a);
            c00 = TLane.MultiplyAdd(x, b0, c00);
            c01 = TLane.MultiplyAdd(x, b1, c01);
            if (N.Value > 1)
            {
                x = TLane.Broadcast(a[rowA]);
                c10 = TLane.MultiplyAdd(x, b0, c10);
                c11 = TLane.MultiplyAdd(x, b1, c11);
            }
            if (N.Value > 2)
            {
                x = TLane.Broadcast(a[rowA2]);
                c20 = TLane.MultiplyAdd(x, b0, c20);
                c21 = TLane.MultiplyAdd(x, b1, c21);
            }
            if (N.Value > 3)
            {
                x = TLane.Broadcast(*lower);
                c30 = TLane.MultiplyAdd(x, b0, c30);
                c31 = TLane.MultiplyAdd(x, b1, c31);
            }
            if (N.Value > 4)
            {
                x = TLane.Broadcast(lower[rowA]);
                c40 = TLane.MultiplyAdd(x, b0, c40);
                c41 = TLane.MultiplyAdd(x, b1, c41);
            }
            if (N.Value > 5)
            {
                x = TLane.Broadcast(lower[rowA2]);
                c50 = TLane.MultiplyAdd(x, b0, c50);
                c51 = TLane.MultiplyAdd(x, b1, c51);
            }
            a += stepA;
            lower += stepA;
            b += stepB;
        }
        Store<TLane, TVector>(c, c00, c01);
        if (N.Value > 1)
            Store<TLane, TVector>(c + rowC, c10, c11);
        if (N.Value > 2)
            Store<TLane, TVector>(c + 2 * rowC, c20, c21);
        if (N.Value > 3)
            Store<TLane, TVector>(c + 3 * rowC, c30, c31);
        if (N.Value > 4)
            Store<TLane, TVector>(c + 4 * rowC, c40, c41);
        if (N.Value > 5)
            Store<TLane, TVector>(c + 5 * rowC, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TLane, TVector>(float* c, out TVector left, out TVector right)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        left = TLane.Load(c);
        right = TLane.Load(c + TLane.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLane, TVector>(float* c, TVector left, TVector right)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TLane.Store(c, left);
        TLane.Store(c + TLane.Count, right);
    }
}
