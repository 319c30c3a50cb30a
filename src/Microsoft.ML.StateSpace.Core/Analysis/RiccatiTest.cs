using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// Tests whether the gain of a stable system stays below a bound g, without eigenvalues (bounded real lemma). The iteration from P = 0 of
/// <c>P = A^T P A + C^T C + M^T (g^2 I - D^T D - B^T P B)^-1 M</c>, with <c>M = B^T P A + D^T C</c>, converges where g exceeds the gain and
/// fails where it does not. The doubling algorithm takes 2^k of its steps in k (Anderson 1978; Chu, Fan, Lin, Wang, Int. J. Control 77,
/// 2004). The limit is checked: a P that satisfies the equation, with the matrix in the middle positive definite, proves the bound however
/// P was found.
/// </summary>
internal sealed class RiccatiTest
{
    private const int MostDoublings = 60;
    private const double Converged = 1e-13, Solved = 1e-8;

    private readonly Matrix _a;
    private readonly Matrix _b;
    private readonly Matrix _c;
    private readonly Matrix _d;
    private readonly int[] _pivots;

    public RiccatiTest(LinearSystem system)
    {
        (_a, _b, _c, _d) =
            (LinearSystem.ToMatrix(system.A), LinearSystem.ToMatrix(system.B),
            LinearSystem.ToMatrix(system.C), LinearSystem.ToMatrix(system.D));
        _pivots = new int[_a.Rows];
    }

    public bool IsBelow(double bound)
    {
        int order = _a.Rows, inputs = _b.Columns;
        // W = g^2 I - D^T D
        var w = new Matrix(inputs, inputs);
        w.AddToDiagonal(bound * bound);
        w.AddProductOfTransposed(_d, _d, -1);
        var factor = new Matrix(inputs, inputs);
        if (!Triangular.Cholesky(w, factor))
            return false;
        // With W = L L^T, F = B L^-T and E = L^-1 D^T C, the doubling starts from A + F E, G = -F F^T and H = C^T C + E^T E.
        var f = new Matrix(order, inputs);
        f.Set(_b);
        Triangular.SolveRightTransposed(factor, f);
        var e = new Matrix(inputs, order);
        e.AddProductOfTransposed(_d, _c);
        Triangular.Solve(factor, e);
        Matrix a = new(order, order), g = new(order, order), h = new(order, order);
        a.Set(_a);
        a.AddProduct(f, e);
        g.AddProductWithTransposed(f, f, -1);
        h.AddProductOfTransposed(_c, _c);
        h.AddProductOfTransposed(e, e);
        for (int k = 0; k < MostDoublings; k++)
        {
            double? change = Double(ref a, g, h);
            if (change is null)
                return false;
            if (change <= Converged)
                return IsSolution(h, w);
        }
        return false;
    }

    // One doubling, with V = (I + G H)^-1: A = A V A, G += A V G A^T, H += A^T H V A. Returns the relative change of H.
    private double? Double(ref Matrix a, Matrix g, Matrix h)
    {
        int order = a.Rows;
        Matrix inverse = new(order, order), left = new(order, order), right = new(order, order),
            product = new(order, order), next = new(order, order);
        inverse.AddToDiagonal(1);
        inverse.AddProduct(g, h);
        if (!inverse.Invert(_pivots))
            return null;
        left.AddProduct(a, inverse); // A V
        right.AddProduct(inverse, a); // V A
        next.AddProduct(left, a);
        product.AddProduct(left, g);
        g.AddProductWithTransposed(product, a);
        g.Symmetrize();
        product.Clear();
        product.AddProduct(h, right);
        inverse.Clear();
        inverse.AddProductOfTransposed(a, product);
        h.Add(inverse);
        h.Symmetrize();
        a = next;
        double size = Math.Sqrt(h.Dot(h)), change = Math.Sqrt(inverse.Dot(inverse));
        if (!double.IsFinite(size))
            return null;
        return size == 0 ? 0 : change / size;
    }

    // Whether P >= 0, g^2 I - D^T D - B^T P B > 0, and the equation holds.
    private bool IsSolution(Matrix p, Matrix w)
    {
        int order = p.Rows, inputs = w.Rows;
        var product = new Matrix(order, inputs);
        product.AddProduct(p, _b);
        var middle = new Matrix(inputs, inputs);
        middle.Set(w);
        middle.AddProductOfTransposed(_b, product, -1);
        double size = Math.Sqrt(p.Dot(p));
        var lifted = new Matrix(order, order);
        lifted.Set(p);
        lifted.AddToDiagonal(Solved * size + double.Epsilon);
        if (!Triangular.Cholesky(middle, middle) || !Triangular.Cholesky(lifted, lifted))
            return false;
        var m = new Matrix(inputs, order);
        m.AddProductOfTransposed(product, _a);
        m.AddProductOfTransposed(_d, _c);
        Triangular.Solve(middle, m);
        var rest = new Matrix(order, order);
        rest.Add(p, -1);
        rest.AddProductOfTransposed(_c, _c);
        rest.AddProductOfTransposed(m, m);
        var image = new Matrix(order, order);
        image.AddProduct(p, _a);
        rest.AddProductOfTransposed(_a, image);
        return Math.Sqrt(rest.Dot(rest)) <= Solved * size;
    }
}
