using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// An L2-bounded system from arbitrary contractions U (2N, H), V (H, 2N), W (H, H). With Lambda, the real 2x2 blocks of lambda, and
/// <c>Sg = sqrt(1 - |lambda|^2)</c>: <c>B = gamma Sg U, C = V Sg, D = gamma (-V Lambda^T U + (I - V V^T)^(1/2) W (I - U^T U)^(1/2))</c>.
/// Then <c>[Lambda, B / gamma; C, D / gamma]</c> is a contraction, so the gain is at most gamma. Every contraction with that Lambda can be
/// reached.
/// Source: all contractions with a given corner, Davis, Kahan, Weinberger, SIAM J. Numer. Anal. 19 (1982); here the corner is normal and
/// has scalar defects. U, V, W are contractions (<see cref="Contraction"/>) of free matrices.
/// Shapes: (rows, H) to (rows, H); parameters NuLog, ThetaLog (N), U (2N, H), V (H, 2N), W (H, H). Cost: see <see cref="L2RuDiagonal"/>; a
/// preparation takes some H^3 + 8 N H^2 flops.
/// </summary>
internal sealed class L2RuDilation : L2RuDiagonal
{
    public Parameter U { get; }

    public Parameter V { get; }

    public Parameter W { get; }

    private readonly Contraction _input;
    private readonly Contraction _output; // of V^T
    private readonly Contraction _feed;
    private readonly Matrix _between; // W (I - U^T U)^(1/2)
    private readonly Matrix _rest; // ((I - V V^T)^(1/2) W (I - U^T U)^(1/2))^T
    private readonly Matrix _gradient;
    private readonly Matrix _transposed;
    private readonly Matrix _states;
    private readonly float[] _parameters; // from which the rest was computed last; not numbers before the first time

    public L2RuDilation(ParameterLayout layout, L2RuOptions options, int size, int states, double gain)
        : base(layout, options, size, states, gain)
    {
        double deviation = 1 / Math.Sqrt(Math.Max(2 * states, size));
        U = layout.Add("U", [2 * states, size], ParameterGroup.StateSpace, Initialize.Normal(deviation));
        V = layout.Add("V", [size, 2 * states], ParameterGroup.Plain, Initialize.Normal(deviation));
        W = layout.Add("W", [size, size], ParameterGroup.Plain, Initialize.Normal(1 / Math.Sqrt(size)));
        _input = new Contraction(2 * states, size);
        _output = new Contraction(2 * states, size);
        _feed = new Contraction(size, size);
        _between = new Matrix(size, size);
        _rest = new Matrix(size, size);
        _gradient = new Matrix(size, size);
        _transposed = new Matrix(size, size);
        _states = new Matrix(2 * states, size);
        _parameters = new float[2 * states + 4 * states * size + size * size];
        Array.Fill(_parameters, float.NaN);
    }

    public override void Prepare(in Weights weights)
    {
        Compute(weights);
        for (int n = 0; n < 2 * States; n++)
        {
            double sigma = Sigma[n % States];
            ReadOnlySpan<double> u = _input.Value.Row(n), v = _output.Value.Row(n);
            var b = InputMatrix.Of(weights.Prepared).Slice(n * InputSize, InputSize);
            var c = OutputMatrix.Of(weights.Prepared);
            for (int h = 0; h < InputSize; h++)
            {
                b[h] = (float)(Gain * sigma * u[h]);
                c[h * 2 * States + n] = (float)(sigma * v[h]);
            }
        }
        // D / gamma
        _gradient.Clear();
        _gradient.AddTransposed(_rest);
        _gradient.AddProductOfTransposed(_output.Value, LambdaMatrix, -1);
        _gradient.Scale(Gain);
        _gradient.CopyTo(FeedThrough.Of(weights.Prepared));
    }

    private void Compute(in Weights weights)
    {
        KeepParameters(weights);
        PreparePoles(weights);
        _input.Free.Set(U.Of(weights.Values));
        _output.Free.SetTransposed(V.Of(weights.Values));
        _feed.Free.Set(W.Of(weights.Values));
        _input.Forward();
        _output.Forward();
        _feed.Forward();
        _between.Set(_feed.Value);
        _input.MultiplyRemainder(_between);
        _rest.SetTransposed(_between);
        _output.MultiplyRemainder(_rest);
        MultiplyTransposedPoles(_input.Value, LambdaMatrix);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        if (IsComputedFrom(weights))
        {
            _input.ClearGradients();
            _output.ClearGradients();
            _feed.ClearGradients();
        }
        else
        {
            Compute(weights);
        }
        ClearPoleGradients(gradients);
        // B = gamma Sg U, C = V Sg
        ReadOnlySpan<float> db = InputMatrix.Of(gradients.Prepared), dc = OutputMatrix.Of(gradients.Prepared);
        for (int n = 0; n < 2 * States; n++)
        {
            double sigma = Sigma[n % States], dsigma = 0;
            Span<double> u = _input.Value.Row(n), v = _output.Value.Row(n), du = _input.Gradient.Row(n), dv = _output.Gradient.Row(n);
            for (int h = 0; h < InputSize; h++)
            {
                double gb = Gain * db[n * InputSize + h], gc = dc[h * 2 * States + n];
                du[h] += sigma * gb;
                dv[h] += sigma * gc;
                dsigma += gb * u[h] + gc * v[h];
            }
            SigmaGradient[n % States] += dsigma;
        }
        // D = gamma (-V Lambda^T U + rest^T)
        _gradient.Set(FeedThrough.Of(gradients.Prepared));
        _gradient.Scale(Gain);
        _output.Gradient.AddProductWithTransposed(LambdaMatrix, _gradient, -1);
        _states.Clear();
        _states.AddProduct(_output.Value, _gradient, -1);
        MultiplyTransposedPolesBackward(_input.Value, _states, _input.Gradient);
        // rest = between^T L_V^-T, between = W L_U^-T
        _transposed.SetTransposed(_gradient);
        _output.MultiplyRemainderBackward(_rest, _transposed);
        _feed.Gradient.AddTransposed(_transposed);
        _input.MultiplyRemainderBackward(_between, _feed.Gradient);
        _input.Backward();
        _output.Backward();
        _feed.Backward();
        _input.Gradient.AddTo(U.Of(gradients.Values));
        _output.Gradient.AddTransposedTo(V.Of(gradients.Values));
        _feed.Gradient.AddTo(W.Of(gradients.Values));
        PreparePolesBackward(weights, gradients);
    }

    // Whether Compute was last called for these parameters. In a training Prepare did that, so PrepareBackward need not do it again.
    private bool IsComputedFrom(in Weights weights)
    {
        ReadOnlySpan<float> last = _parameters;
        foreach (var parameter in (ReadOnlySpan<Parameter>)[NuLog, ThetaLog, U, V, W])
        {
            var values = parameter.Of(weights.Values);
            if (!MemoryMarshal.AsBytes(values).SequenceEqual(MemoryMarshal.AsBytes(last.Take(values.Length))))
                return false;
        }
        return true;
    }

    private void KeepParameters(in Weights weights)
    {
        Span<float> kept = _parameters;
        foreach (var parameter in (ReadOnlySpan<Parameter>)[NuLog, ThetaLog, U, V, W])
            parameter.Of(weights.Values).CopyTo(kept.Take(parameter.Length));
    }
}
