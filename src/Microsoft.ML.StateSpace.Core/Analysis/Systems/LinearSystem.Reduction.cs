using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <content>Gramians, Hankel singular values and balanced truncation.</content>
public sealed partial record LinearSystem
{
    /// <summary>
    /// The controllability Gramian, (states, states): W with <c>W = A W A^T + B B^T</c>. Its large directions are the states that inputs
    /// reach with little energy.
    /// </summary>
    /// <exception cref="InvalidOperationException">The system is not stable, or its matrices do not fit together.</exception>
    public double[,] ControllabilityGramian() => Square(ControllabilityFactor());

    /// <summary>
    /// The observability Gramian, (states, states): W with <c>W = A^T W A + C^T C</c>. Its large directions are the states that outputs
    /// tell most of.
    /// </summary>
    /// <exception cref="InvalidOperationException">The system is not stable, or its matrices do not fit together.</exception>
    public double[,] ObservabilityGramian() => Square(ObservabilityFactor());

    /// <summary>
    /// The Hankel singular values, the largest first: the roots of the eigenvalues of the product of both Gramians. A small one belongs to
    /// a state that is hardly reached or hardly seen, so that the system does without it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The system is not stable, or its matrices do not fit together.</exception>
    public IReadOnlyList<double> HankelSingularValues()
        => BalancedTruncation.Of(this, ControllabilityFactor(), ObservabilityFactor()).Values;

    /// <summary>
    /// The system with its most important states only, by balanced truncation (Moore, "Principal Component Analysis in Linear Systems",
    /// IEEE Trans. Automatic Control 26, 1981; square-root form of Tombs and Postlethwaite, 1987). It is stable.
    /// </summary>
    /// <param name="order">The states that are kept, from 0 to <see cref="Order"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is negative or exceeds the states.</exception>
    /// <exception cref="InvalidOperationException">
    /// The system is not stable, its matrices do not fit together, or so many states are not both reachable and observable.
    /// </exception>
    public ReducedSystem ReduceToOrder(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, Order);
        return BalancedTruncation.Of(this, ControllabilityFactor(), ObservabilityFactor()).Keep(order);
    }

    /// <summary>
    /// The smallest system by balanced truncation whose error is proved not to exceed <paramref name="tolerance"/>; see
    /// <see cref="ReduceToOrder"/>.
    /// </summary>
    /// <param name="tolerance">The largest gain of the error, in units of the outputs for a unit of the inputs.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is not positive.</exception>
    /// <exception cref="InvalidOperationException">The system is not stable, or its matrices do not fit together.</exception>
    public ReducedSystem ReduceToTolerance(double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        var balanced = BalancedTruncation.Of(this, ControllabilityFactor(), ObservabilityFactor());
        int order = balanced.Reachable;
        while (order > 0 && balanced.ErrorBound(order - 1) <= tolerance)
            order--;
        return balanced.Keep(order);
    }

    private Matrix ControllabilityFactor()
    {
        RequireStable("A Gramian");
        var (a, b, _, _) = Parts();
        return Gramian.Factor(a, b);
    }

    private Matrix ObservabilityFactor()
    {
        RequireStable("A Gramian");
        var (a, _, c, _) = Parts();
        Matrix transposed = new(Order, Order), outputs = new(Order, Outputs);
        transposed.SetTransposed(a);
        outputs.SetTransposed(c);
        return Gramian.Factor(transposed, outputs);
    }

    private static double[,] Square(Matrix factor)
    {
        var gramian = new Matrix(factor.Rows, factor.Rows);
        gramian.AddProductWithTransposed(factor, factor);
        return Array(gramian);
    }
}
