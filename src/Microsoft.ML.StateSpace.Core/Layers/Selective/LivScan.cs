using System.Numerics;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The recurrence of <see cref="Liv"/> over one sequence: <c>x_t = exp(Delta_t lambda) x_{t-1} + f(Delta_t, lambda) v_t</c>, with
/// <c>v_t = b_t * w_t</c>. The states are computed one after the other, in double, and rounded to float once a row. A complex row is two
/// planes: real parts, then imaginary parts.
/// Cost: a complex exponential a state and row, and another one in Backward.
/// </summary>
/// <param name="poles">lambda, (2, N).</param>
/// <param name="steps">Delta, (rows, N).</param>
/// <param name="projections">Rows, (rows, stride), that hold b and w as planes.</param>
/// <param name="stride">Floats of a row of projections.</param>
/// <param name="gain">Where b begins in a row.</param>
/// <param name="input">Where w begins in a row.</param>
/// <param name="isHeld">Whether <c>f = Delta phi1(Delta lambda)</c>. Otherwise f is Delta.</param>
internal readonly ref struct LivScan(
    ReadOnlySpan<float> poles, ReadOnlySpan<float> steps, ReadOnlySpan<float> projections, int stride, int gain, int input, bool isHeld)
{
    /// <summary>Floats that hold a double exactly: the nearest float, the float nearest to what is left of it, and the rest.</summary>
    public const int ExactFloats = 3;

    private readonly ReadOnlySpan<float> _poles = poles, _steps = steps, _projections = projections;
    private readonly int _stride = stride, _gain = gain, _input = input;
    private readonly bool _isHeld = isHeld;

    private int States => _poles.Length / 2;

    private int Rows => _steps.Length / States;

    /// <summary>
    /// Runs the recurrence from the state <paramref name="before"/>, (2, N), or (<see cref="ExactFloats"/>, 2, N) where it is not rounded.
    /// It writes all states to <paramref name="states"/> unless that is empty, and the last one to <paramref name="end"/>, in either form.
    /// </summary>
    public void Forward(ReadOnlySpan<float> before, Span<float> states, Span<float> end)
    {
        int count = States;
        for (int n = 0; n < count; n++)
        {
            var x = Exact(before, n);
            for (int t = 0; t < Rows; t++)
            {
                var discrete = Discretize(t, n);
                x = discrete.Pole * x + discrete.Factor * At(Gain(_projections, t), n) * At(Input(_projections, t), n);
                if (!states.IsEmpty)
                    Put(Row(states, t), n, x);
            }
            PutExact(end, n, x);
        }
    }

    /// <summary>
    /// Computes the gradient of the state before the first row from the gradients of the states, (rows, 2, N). The state after the last row
    /// has no gradient.
    /// </summary>
    public void Begin(ReadOnlySpan<float> stateGradient, Span<float> first)
    {
        for (int n = 0; n < States; n++)
        {
            Complex carry = 0;
            for (int t = Rows - 1; t >= 0; t--)
                carry = Complex.Conjugate(Discretize(t, n).Pole) * (carry + At(Row(stateGradient, t), n));
            Put(first, n, carry);
        }
    }

    /// <summary>Adds to the gradient of lambda, and assigns the gradients of Delta, b and w.</summary>
    public void Backward(
        ReadOnlySpan<float> before, ReadOnlySpan<float> states, ReadOnlySpan<float> stateGradient,
        ReadOnlySpan<float> behind, Span<float> poleGradient, Span<float> stepGradient, Span<float> projectionGradient)
    {
        int count = States;
        for (int n = 0; n < count; n++)
        {
            Complex carry = At(behind, n), dLambda = At(poleGradient, n);
            for (int t = Rows - 1; t >= 0; t--)
            {
                Complex b = At(Gain(_projections, t), n), w = At(Input(_projections, t), n), v = b * w;
                var discrete = Discretize(t, n);
                // x_t = a x_{t-1} + f v
                Complex s = carry + At(Row(stateGradient, t), n), previous = t > 0 ? At(Row(states, t - 1), n) : At(before, n);
                Complex dPole = s * Complex.Conjugate(previous), dFactor = s * Complex.Conjugate(v),
                    dv = Complex.Conjugate(discrete.Factor) * s;
                Put(Gain(projectionGradient, t), n, Complex.Conjugate(w) * dv);
                Put(Input(projectionGradient, t), n, Complex.Conjugate(b) * dv);
                stepGradient[t * count + n] = (float)(
                    Complex.Conjugate(discrete.PoleByStep) * dPole + Complex.Conjugate(discrete.FactorByStep) * dFactor).Real;
                dLambda += Complex.Conjugate(discrete.PoleByLambda) * dPole + Complex.Conjugate(discrete.FactorByLambda) * dFactor;
                carry = Complex.Conjugate(discrete.Pole) * s;
            }
            Put(poleGradient, n, dLambda);
        }
    }

    /// <summary>
    /// Hands a state on over a piece: <c>next = end + exp(lambda sum) before</c>. For a gradient the factor is conjugated.
    /// </summary>
    public static void Carry(
        ReadOnlySpan<float> poles, bool conjugate, ReadOnlySpan<float> stepSum,
        ReadOnlySpan<float> end, ReadOnlySpan<float> before, Span<float> next)
    {
        for (int n = 0; n < stepSum.Length; n++)
        {
            var decay = Complex.Exp(At(poles, n) * stepSum[n]);
            Put(next, n, At(end, n) + (conjugate ? Complex.Conjugate(decay) : decay) * At(before, n));
        }
    }

    private DiscretePole Discretize(int row, int n)
    {
        Complex lambda = At(_poles, n);
        double step = _steps[row * States + n];
        if (_isHeld)
            return DiscretePole.From(Discretization.ZeroOrderHold, lambda, step);
        Complex pole = Complex.Exp(lambda * step);
        return new(lambda, step, pole, step, step * pole, lambda * pole, 0, 1);
    }

    private Span<float> Gain(Span<float> rows, int t) => rows.Slice(t * _stride + _gain, 2 * States);

    private ReadOnlySpan<float> Gain(ReadOnlySpan<float> rows, int t) => rows.Slice(t * _stride + _gain, 2 * States);

    private Span<float> Input(Span<float> rows, int t) => rows.Slice(t * _stride + _input, 2 * States);

    private ReadOnlySpan<float> Input(ReadOnlySpan<float> rows, int t) => rows.Slice(t * _stride + _input, 2 * States);

    private Span<float> Row(Span<float> rows, int t) => rows.Slice(2 * States * t, 2 * States);

    private ReadOnlySpan<float> Row(ReadOnlySpan<float> rows, int t) => rows.Slice(2 * States * t, 2 * States);

    private Complex Exact(ReadOnlySpan<float> planes, int n)
    {
        Complex sum = 0;
        for (int row = planes.Length / _poles.Length - 1; row >= 0; row--)
            sum += At(Row(planes, row), n);
        return sum;
    }

    private void PutExact(Span<float> planes, int n, Complex value)
    {
        for (int row = 0; row < planes.Length / _poles.Length; row++)
        {
            var rounded = Row(planes, row);
            Put(rounded, n, value);
            value = Complex.IsFinite(At(rounded, n)) ? value - At(rounded, n) : 0;
        }
    }

    private static Complex At(ReadOnlySpan<float> planes, int n) => new(planes[n], planes[planes.Length / 2 + n]);

    private static void Put(Span<float> planes, int n, Complex value)
        => (planes[n], planes[planes.Length / 2 + n]) = ((float)value.Real, (float)value.Imaginary);
}
