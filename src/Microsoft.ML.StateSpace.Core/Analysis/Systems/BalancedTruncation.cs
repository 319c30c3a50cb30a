using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Balanced truncation by square roots: with the Gramians <c>P P^T</c> and <c>Q Q^T</c> and <c>Q^T P = U S V^T</c>, the states
/// <c>S^-1/2 U^T Q^T x</c> have both Gramians S. The first ones are kept.
/// </summary>
internal sealed class BalancedTruncation
{
    // A state of a smaller share of the largest Hankel singular value is lost in rounding.
    private const double Unreachable = 1e-14;

    private readonly LinearSystem _system;
    private readonly Matrix _into; // U^T Q^T, (states, states)
    private readonly Matrix _outOf; // S V^T P^T, (states, states)

    public double[] Values { get; }

    /// <summary>States that are both reachable and observable, up to rounding.</summary>
    public int Reachable { get; }

    private BalancedTruncation(LinearSystem system, Matrix into, Matrix outOf, double[] values)
    {
        (_system, _into, _outOf, Values) = (system, into, outOf, values);
        Reachable = values.Count(value => value > Unreachable * values[0]);
    }

    public static BalancedTruncation Of(LinearSystem system, Matrix p, Matrix q)
    {
        // Of the factors with fewer columns than states, the missing ones are zero.
        int order = system.Order;
        Matrix product = new(order, order), rotation = new(order, order), into = new(order, order), outOf = new(order, order);
        (p, q) = (Widened(p, order), Widened(q, order));
        product.AddProductOfTransposed(q, p);
        rotation.AddToDiagonal(1);
        double[] values = RowRotations.Orthogonalize(product, rotation);
        into.AddProductWithTransposed(rotation, q);
        outOf.AddProductWithTransposed(product, p);
        return new(system, into, outOf, values);
    }

    /// <summary>Twice the sum of the Hankel singular values of what is not kept (Glover 1984; Al-Saggaf and Franklin 1987).</summary>
    public double ErrorBound(int order) => 2 * Values.Skip(order).Sum();

    public ReducedSystem Keep(int order)
    {
        if (order > Reachable)
            throw new InvalidOperationException(
                $"Only {Reachable} of the {_system.Order} states are both reachable and observable, so {order} of them cannot be balanced. "
                + $"Reduce to at most {Reachable} states; nothing is lost by that.");
        int full = _system.Order;
        Matrix left = new(order, full), right = new(full, order);
        for (int i = 0; i < order; i++)
        {
            double root = Math.Sqrt(Values[i]);
            for (int n = 0; n < full; n++)
            {
                left[i, n] = _into[i, n] / root;
                right[n, i] = _outOf[i, n] / (Values[i] * root);
            }
        }
        var (a, b, c, d) = LinearSystem.Parts(_system.A, _system.B, _system.C, _system.D);
        Matrix half = new(order, full), small = new(order, order), input = new(order, _system.Inputs), output = new(_system.Outputs, order);
        half.AddProduct(left, a);
        small.AddProduct(half, right);
        input.AddProduct(left, b);
        output.AddProduct(c, right);
        return new(LinearSystem.From(small, input, output, d), ErrorBound(order), Values);
    }

    private static Matrix Widened(Matrix factor, int columns)
    {
        if (factor.Columns == columns)
            return factor;
        var wide = new Matrix(factor.Rows, columns);
        for (int i = 0; i < factor.Rows; i++)
            factor.Row(i).CopyTo(wide.Row(i));
        return wide;
    }
}
