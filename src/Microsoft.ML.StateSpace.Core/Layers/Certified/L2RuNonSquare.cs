using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// An L2-bounded system from free B and C and a contraction Dc. With Sg = sqrt(1 - |lambda|^2), B and C are divided by one plus a bound of
/// the spectral norm of <c>X = [0, Sg B L^T; C^T, -(Lambda^T B + C^T Dc) L^T]</c>, where <c>L L^T = (I - Dc^T Dc)^-1</c>. Then X is a
/// contraction, and the system <c>(Lambda, gamma^(1/2) Sg B, gamma^(1/2) C Sg, gamma Dc)</c> satisfies the scaled bounded real lemma
/// <c>[P, P A, P B, 0; ., P, 0, C^T; ., ., gamma I, D^T; ., ., ., gamma I] &gt; 0</c> with P = I. Another diagonal P would cancel in the
/// transfer function.
/// The bound is conservative, but the numbers of inputs and outputs need not be equal.
/// Source: Massai, Zakwan, Ferrari-Trecate, arXiv:2503.23818v3. There the norms are exact; here they are smooth bounds
/// (<see cref="SpectralBound"/>, <see cref="Contraction"/>).
/// Shapes: (rows, H) to (rows, H); parameters NuLog, ThetaLog (N), B (2N, H), C (H, 2N), D (H, H). Cost: see <see cref="L2RuDiagonal"/>; a
/// preparation takes some 60 H^3 flops.
/// </summary>
internal sealed class L2RuNonSquare : L2RuDiagonal
{
    public const int Squarings = 4; // the bound exceeds the norm by a factor of at most (2H)^(1/32)

    public Parameter B { get; }

    public Parameter C { get; }

    public Parameter D { get; }

    private readonly Matrix _freeB;
    private readonly Matrix _freeC; // C^T
    private readonly Matrix _gradientB;
    private readonly Matrix _gradientC;
    private readonly Contraction _feed;
    private readonly Matrix _scaledB; // B L^T
    private readonly Matrix _mixed; // Lambda^T B + C^T Dc
    private readonly Matrix _work;
    private readonly Matrix _x;
    private readonly Matrix _xGradient;
    private readonly Matrix _gram;
    private readonly SpectralBound _bound;
    private double _norm;

    public L2RuNonSquare(ParameterLayout layout, L2RuOptions options, int size, int states, double gain)
        : base(layout, options, size, states, gain)
    {
        // With this deviation X has a norm of about 2, so that B and C shrink to a third.
        double deviation = 1 / Math.Sqrt(Math.Max(2 * states, size));
        B = layout.Add("B", [2 * states, size], ParameterGroup.StateSpace, Initialize.Normal(deviation));
        C = layout.Add("C", [size, 2 * states], ParameterGroup.Plain, Initialize.Normal(deviation));
        D = layout.Add("D", [size, size], ParameterGroup.Plain, Initialize.Normal(0.1 / Math.Sqrt(size)));
        (_freeB, _freeC, _gradientB, _gradientC, _scaledB, _mixed, _work) = (New(), New(), New(), New(), New(), New(), New());
        _feed = new Contraction(size, size);
        _x = new Matrix(4 * states, 2 * size);
        _xGradient = new Matrix(4 * states, 2 * size);
        _gram = new Matrix(2 * size, 2 * size);
        _bound = new SpectralBound(2 * size, Squarings);

        Matrix New() => new(2 * states, size);
    }

    private double Shrink => 1 / (1 + _norm);

    public override void Prepare(in Weights weights)
    {
        Compute(weights);
        double factor = Math.Sqrt(Gain) * Shrink;
        var b = InputMatrix.Of(weights.Prepared);
        var c = OutputMatrix.Of(weights.Prepared);
        for (int n = 0; n < 2 * States; n++)
        {
            double scale = factor * Sigma[n % States];
            for (int h = 0; h < InputSize; h++)
            {
                b[n * InputSize + h] = (float)(scale * _freeB[n, h]);
                c[h * 2 * States + n] = (float)(scale * _freeC[n, h]);
            }
        }
        _feed.Value.Scale(Gain);
        _feed.Value.CopyTo(FeedThrough.Of(weights.Prepared));
    }

    private void Compute(in Weights weights)
    {
        PreparePoles(weights);
        _freeB.Set(B.Of(weights.Values));
        _freeC.SetTransposed(C.Of(weights.Values));
        _feed.Free.Set(D.Of(weights.Values));
        _feed.Forward();
        _scaledB.Clear();
        _scaledB.AddProductWithTransposed(_freeB, _feed.Factor);
        MultiplyTransposedPoles(_freeB, _mixed);
        _mixed.AddProduct(_freeC, _feed.Value);
        _work.Clear();
        _work.AddProductWithTransposed(_mixed, _feed.Factor);
        for (int n = 0; n < 2 * States; n++)
        {
            Span<double> top = _x.Row(n), bottom = _x.Row(2 * States + n);
            for (int h = 0; h < InputSize; h++)
            {
                top[InputSize + h] = Sigma[n % States] * _scaledB[n, h];
                (bottom[h], bottom[InputSize + h]) = (_freeC[n, h], -_work[n, h]);
            }
        }
        _gram.Clear();
        _gram.AddProductOfTransposed(_x, _x);
        _norm = Math.Sqrt(_bound.Of(_gram));
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        Compute(weights);
        ClearPoleGradients(gradients);
        double factor = Math.Sqrt(Gain) * Shrink, dfactor = 0;
        ReadOnlySpan<float> db = InputMatrix.Of(gradients.Prepared), dc = OutputMatrix.Of(gradients.Prepared);
        // The scan uses factor Sg B as its B, and factor C Sg as its C.
        for (int n = 0; n < 2 * States; n++)
        {
            double sigma = Sigma[n % States], inner = 0;
            for (int h = 0; h < InputSize; h++)
            {
                double gb = db[n * InputSize + h], gc = dc[h * 2 * States + n];
                _gradientB[n, h] = factor * sigma * gb;
                _gradientC[n, h] = factor * sigma * gc;
                inner += gb * _freeB[n, h] + gc * _freeC[n, h];
            }
            dfactor += sigma * inner;
            SigmaGradient[n % States] += factor * inner;
        }
        // factor = sqrt(gamma) / (1 + norm), norm^2 the bound of X^T X
        double dnorm = -dfactor * factor * Shrink;
        _bound.Gradient.Scale(_norm > 0 ? dnorm / (2 * _norm) : 0);
        _xGradient.Clear();
        _xGradient.AddProduct(_x, _bound.Gradient, 2);
        _feed.Gradient.Set(FeedThrough.Of(gradients.Prepared));
        _feed.Gradient.Scale(Gain);
        // Sg B L^T
        for (int n = 0; n < 2 * States; n++)
        {
            var top = _xGradient.Row(n)[InputSize..];
            SigmaGradient[n % States] += System.Numerics.Tensors.TensorPrimitives.Dot<double>(top, _scaledB.Row(n));
            System.Numerics.Tensors.TensorPrimitives.Multiply(top, Sigma[n % States], _work.Row(n));
        }
        _gradientB.AddProduct(_work, _feed.Factor);
        _feed.FactorGradient.AddProductOfTransposed(_work, _freeB);
        // C^T, -mixed L^T
        for (int n = 0; n < 2 * States; n++)
        {
            var bottom = _xGradient.Row(2 * States + n);
            for (int h = 0; h < InputSize; h++)
            {
                _gradientC[n, h] += bottom[h];
                _work[n, h] = -bottom[InputSize + h];
            }
        }
        _feed.FactorGradient.AddProductOfTransposed(_work, _mixed);
        _scaledB.Clear();
        _scaledB.AddProduct(_work, _feed.Factor);
        // mixed = Lambda^T B + C^T Dc. Its gradient is now in _scaledB.
        MultiplyTransposedPolesBackward(_freeB, _scaledB, _gradientB);
        _gradientC.AddProductWithTransposed(_scaledB, _feed.Value);
        _feed.Gradient.AddProductOfTransposed(_freeC, _scaledB);
        _feed.Backward();
        _gradientB.AddTo(B.Of(gradients.Values));
        _gradientC.AddTransposedTo(C.Of(gradients.Values));
        _feed.Gradient.AddTo(D.Of(gradients.Values));
        PreparePolesBackward(weights, gradients);
    }
}
