namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// An upper bound of the largest eigenvalue of a symmetric positive semidefinite matrix S, by its Schatten norms: <c>(tr S^m)^(1/m)</c>,
/// where m is a power of two, by repeated squaring. The bound exceeds the eigenvalue by a factor of at most <c>size^(1/m)</c>. It is
/// smooth, which the eigenvalue is not.
/// </summary>
internal sealed class SpectralBound(int size, int squarings)
{
    private Matrix _power = new(size, size);
    private Matrix _next = new(size, size);
    private Matrix _product = new(size, size);

    /// <summary>The derivative of the bound with respect to S: <c>(tr S^m)^(1/m - 1) S^(m-1)</c>.</summary>
    public Matrix Gradient { get; private set; } = new(size, size);

    /// <summary>The bound. For a matrix of zeros it is 0, with a gradient of zeros.</summary>
    public double Of(Matrix s)
    {
        double trace = s.Trace();
        Gradient.Clear();
        if (!(trace > 0))
            return 0;
        // S^m = exp(logScale) power, where power is scaled to trace one. The product of all powers but the last is S^(m-1), also scaled to
        // trace one.
        _power.Set(s);
        _power.Scale(1 / trace);
        _product.Set(_power);
        double logScale = Math.Log(trace), m = 1;
        for (int k = 0; k < squarings; k++)
        {
            if (k > 0)
            {
                Multiply(_product, _power, Gradient);
                (_product, Gradient) = (Gradient, _product);
                _product.Scale(1 / _product.Trace());
            }
            Multiply(_power, _power, _next);
            (_power, _next) = (_next, _power);
            double square = _power.Trace();
            _power.Scale(1 / square);
            m *= 2;
            logScale = 2 * logScale + Math.Log(square);
            // Only one eigenvalue is left, so further powers are the same projection.
            if (square >= 1 - 1e-15)
                break;
        }
        // d tr(S^m)^(1/m) = bound tr(S^(m-1) dS) / tr(S^m), and tr(S^(m-1) S) = tr(S^m).
        double bound = Math.Exp(logScale / m);
        Gradient.Set(_product);
        Gradient.Scale(bound / _product.Dot(s));
        return bound;
    }

    private static void Multiply(Matrix a, Matrix b, Matrix product)
    {
        product.Clear();
        product.AddProduct(a, b);
    }
}
