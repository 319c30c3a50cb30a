using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The algebra of <see cref="L2RuSquare"/> in double, with its gradient by hand. It maps the free X11, X22 (lower triangular), X21, Dt, C,
/// skew S and alpha to A, B, D. With
/// <c>Q = (I - S)(I + S)^-1</c>, <c>Z = X21 X21^T + X22 X22^T + Dt^T Dt + eps I</c>, <c>beta = gamma^2 sigmoid(alpha) / |Z|</c>,
/// <c>H11 = X11 X11^T + C^T C + eps I</c>, <c>H12 = sqrt(beta) (X11 X21^T + C^T Dt)</c>, <c>N = gamma^2 I - beta Z</c>,
/// <c>L_R L_R^T = H12 N^-1 H12^T + eps I</c>, <c>L_P L_P^T = P = H11 + L_R L_R^T</c>
/// the result is <c>A = L_P^-T Q L_R^T</c>, <c>B = -L_P^-T Q L_R^-1 H12</c>, <c>D = sqrt(beta) Dt</c>.
/// Then <c>A^T P A - P + C^T C &lt; 0</c>, and the whole matrix of the bounded real lemma is negative. A larger eps only makes it more so.
/// </summary>
internal sealed class L2RuSquareMap
{
    public const int MostSquarings = 40; // enough for twelve digits of |Z|
    public const double MostAlpha = 12; // keeps N positive definite with a margin of a hundred-thousandth of gamma^2

    private readonly SpectralBound _norm;
    private readonly int[] _pivots;
    private readonly Matrix _inverse; // (I + S)^-1
    private readonly Matrix _q;
    private readonly Matrix _z;
    private readonly Matrix _j; // H12 / sqrt(beta)
    private readonly Matrix _h12;
    private readonly Matrix _factorN;
    private readonly Matrix _t; // H12 L_N^-T
    private readonly Matrix _factorR;
    private readonly Matrix _f; // L_R^-1 H12
    private readonly Matrix _work;
    private readonly Matrix _dInput;
    private readonly Matrix _dFactorR;
    private readonly Matrix _dFactorP;
    private readonly Matrix _dH12;
    private readonly Matrix _dQ;
    private readonly Matrix _dSum;
    private double _z2;
    private double _beta;
    private double _sigmoid;

    public L2RuSquareMap(int size, double gain, double epsilon)
    {
        (Gain, Epsilon) = (gain, epsilon);
        _norm = new SpectralBound(size, MostSquarings);
        _pivots = new int[size];
        (X11, X21, X22, C, Dt, Skew) = (New(), New(), New(), New(), New(), New());
        (A, B, D, P) = (New(), New(), New(), New());
        (DX11, DX21, DX22, DC, DDt, DSkew) = (New(), New(), New(), New(), New(), New());
        (_inverse, _q, _z, _j, _h12, _factorN, _t, _factorR, _f, _work) =
            (New(), New(), New(), New(), New(), New(), New(), New(), New(), New());
        FactorP = New();
        (_dInput, _dFactorR, _dFactorP, _dH12, _dQ, _dSum) = (New(), New(), New(), New(), New(), New());

        Matrix New() => new(size, size);
    }

    /// <summary>The bound gamma of the gain.</summary>
    public double Gain { get; }

    public double Epsilon { get; }

    public Matrix X11 { get; }

    public Matrix X21 { get; }

    public Matrix X22 { get; }

    public Matrix C { get; }

    public Matrix Dt { get; }

    /// <summary>The skew matrix S.</summary>
    public Matrix Skew { get; }

    public double Alpha { get; set; }

    public Matrix A { get; }

    public Matrix B { get; }

    public Matrix D { get; }

    /// <summary>The storage function's matrix: <c>x^T P x</c> never exceeds what has gone into the system.</summary>
    public Matrix P { get; }

    public Matrix FactorP { get; }

    /// <summary>The gradients of the free matrices. That of C starts with what the recurrence adds to it.</summary>
    public Matrix DX11 { get; }

    public Matrix DX21 { get; }

    public Matrix DX22 { get; }

    public Matrix DC { get; }

    public Matrix DDt { get; }

    public Matrix DSkew { get; }

    public double DAlpha { get; private set; }

    public void Forward()
    {
        // Q = 2 (I + S)^-1 - I
        _inverse.Set(Skew);
        _inverse.AddToDiagonal(1);
        _inverse.Invert(_pivots);
        _q.Clear();
        _q.Add(_inverse, 2);
        _q.AddToDiagonal(-1);
        // beta
        _z.Clear();
        _z.AddProductWithTransposed(X21, X21);
        _z.AddProductWithTransposed(X22, X22);
        _z.AddProductOfTransposed(Dt, Dt);
        _z.AddToDiagonal(Epsilon);
        _z2 = _norm.Of(_z);
        _sigmoid = 1 / (1 + Math.Exp(-Math.Clamp(Alpha, -MostAlpha, MostAlpha)));
        _beta = Gain * Gain * _sigmoid / _z2;
        double root = Math.Sqrt(_beta);
        // H12
        _j.Clear();
        _j.AddProductWithTransposed(X11, X21);
        _j.AddProductOfTransposed(C, Dt);
        _h12.Clear();
        _h12.Add(_j, root);
        // N
        _work.Clear();
        _work.AddToDiagonal(Gain * Gain);
        _work.Add(_z, -_beta);
        Factor(_work, _factorN);
        // R
        _t.Set(_h12);
        Triangular.SolveRightTransposed(_factorN, _t);
        _work.Clear();
        _work.AddProductWithTransposed(_t, _t);
        _work.AddToDiagonal(Epsilon);
        Factor(_work, _factorR);
        // P = H11 + R
        P.Set(_work);
        P.AddProductWithTransposed(X11, X11);
        P.AddProductOfTransposed(C, C);
        P.AddToDiagonal(Epsilon);
        Factor(P, FactorP);
        // A = L_P^-T Q L_R^T
        A.Clear();
        A.AddProductWithTransposed(_q, _factorR);
        Triangular.SolveTransposed(FactorP, A);
        // B = -L_P^-T Q L_R^-1 H12
        _f.Set(_h12);
        Triangular.Solve(_factorR, _f);
        B.Clear();
        B.AddProduct(_q, _f, -1);
        Triangular.SolveTransposed(FactorP, B);
        D.Clear();
        D.Add(Dt, root);
    }

    private static void Factor(Matrix matrix, Matrix factor)
    {
        if (!Triangular.Cholesky(matrix, factor))
            throw new InvalidOperationException(
                "A matrix of the square L2RU has lost its definiteness: a parameter is infinite or no number. Lower the learning rate.");
    }

    /// <summary>
    /// Computes the gradients of all free parameters from the gradients of A, B and D, which are overwritten, and from the gradient of C,
    /// which is in <see cref="DC"/>. Call Forward first.
    /// </summary>
    public void Backward(Matrix dA, Matrix dB, Matrix dD)
    {
        double root = Math.Sqrt(_beta);
        // D = sqrt(beta) Dt
        double droot = dD.Dot(Dt);
        DDt.Clear();
        DDt.Add(dD, root);
        // A = L_P^-T E, E = Q L_R^T
        Triangular.Solve(FactorP, dA);
        _dFactorP.Clear();
        _dFactorP.AddProductWithTransposed(A, dA, -1);
        _dQ.Clear();
        _dQ.AddProduct(dA, _factorR);
        _dFactorR.Clear();
        _dFactorR.AddProductOfTransposed(dA, _q);
        // B = -L_P^-T Q F, F = L_R^-1 H12
        Triangular.Solve(FactorP, dB);
        _dFactorP.AddProductWithTransposed(B, dB, -1);
        _dQ.AddProductWithTransposed(dB, _f, -1);
        _dH12.Clear();
        _dH12.AddProductOfTransposed(_q, dB, -1);
        Triangular.SolveTransposed(_factorR, _dH12);
        _dFactorR.AddProductWithTransposed(_dH12, _f, -1);
        // P = H11 + R, R = T T^T + eps I
        Triangular.CholeskyBackward(FactorP, _dFactorP, _dSum);
        DX11.Clear();
        DX11.AddProduct(_dSum, X11, 2);
        DC.AddProduct(C, _dSum, 2);
        Triangular.CholeskyBackward(_factorR, _dFactorR, _work);
        _work.Add(_dSum);
        _dInput.Clear();
        _dInput.AddProduct(_work, _t, 2);
        // T = H12 L_N^-T
        Triangular.SolveRight(_factorN, _dInput);
        _dH12.Add(_dInput);
        _work.Clear();
        _work.AddProductOfTransposed(_dInput, _t, -1);
        // N = gamma^2 I - beta Z
        Triangular.CholeskyBackward(_factorN, _work, _dSum);
        double dbeta = -_dSum.Dot(_z);
        _dSum.Scale(-_beta);
        // H12 = sqrt(beta) J
        droot += _dH12.Dot(_j);
        _dH12.Scale(root);
        DX11.AddProduct(_dH12, X21);
        DX21.Clear();
        DX21.AddProductOfTransposed(_dH12, X11);
        DC.AddProductWithTransposed(Dt, _dH12);
        DDt.AddProduct(C, _dH12);
        // beta = gamma^2 sigmoid(alpha) / |Z|
        dbeta += droot / (2 * root);
        DAlpha = Math.Abs(Alpha) < MostAlpha ? dbeta * _beta * (1 - _sigmoid) : 0;
        _dSum.Add(_norm.Gradient, -dbeta * _beta / _z2);
        // Z = X21 X21^T + X22 X22^T + Dt^T Dt + eps I
        DX21.AddProduct(_dSum, X21, 2);
        DX22.Clear();
        DX22.AddProduct(_dSum, X22, 2);
        DDt.AddProduct(Dt, _dSum, 2);
        // Q = 2 (I + S)^-1 - I
        _work.Clear();
        _work.AddProductOfTransposed(_inverse, _dQ, -2);
        DSkew.Clear();
        DSkew.AddProductWithTransposed(_work, _inverse);
    }
}
