using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The linear recurrent unit: <c>lambda = exp(-exp(nu) + i exp(theta))</c>, <c>x_t = lambda x_{t-1} + gamma B u_t</c>,
/// <c>y_t = Re(C x_t) + D u_t</c>.
/// Source: Orvieto et al., "Resurrecting Recurrent Neural Networks for Long Sequences", ICML 2023, arXiv:2303.06349, section 3; reference
/// code minimal-LRU.
/// Shapes: (rows, H) to (rows, outputs), as many unless asked otherwise; parameters NuLog, ThetaLog, GammaLog (N), B (2, N, H),
/// C (outputs, 2, N), D (H), or (outputs, H) where it is dense. Cost: see
/// <see cref="DiagonalCore"/>.
/// Departs from the code in options: gamma may be a function of lambda, y may be <c>2 Re(C x_t) + D u_t</c>, and see the state before the
/// update, and D may be dense or absent.
/// </summary>
internal sealed partial class Lru : DiagonalCore
{
    /// <summary>The smallest nu. With a smaller one, float32 could not tell |lambda| from one.</summary>
    public const double LeastNu = 1e-6;

    public LruNormalization Normalization { get; }

    public float ReadOutFactor { get; }

    public Parameter NuLog { get; }

    public Parameter ThetaLog { get; }

    public Parameter? GammaLog { get; }

    public Parameter B { get; }

    public Parameter[] C { get; }

    public Lru(ParameterLayout layout, LruOptions options, int size, int states, bool bidirectional, int? outputs = null)
        : base(layout, new(size, outputs ?? size, states, options.Form, options.FeedThrough), bidirectional)
    {
        Normalization = options.Normalization;
        ReadOutFactor = options.OutputForm == LruOutputForm.TwiceRealPart ? 2 : 1;
        NuLog = layout.Add("NuLog", [states], ParameterGroup.StateSpace, Ring.Radius(options.RadiusMinimum, options.RadiusMaximum));
        ThetaLog = layout.Add("ThetaLog", [states], ParameterGroup.StateSpace, Ring.Phase(options.PhaseMaximum));
        if (Normalization == LruNormalization.Trainable)
            GammaLog = layout.Add("GammaLog", [states], ParameterGroup.StateSpace, Initialize.Constant(0));
        B = layout.Add("B", [2, states, size], ParameterGroup.StateSpace, Initialize.Normal(Math.Sqrt(0.5 / size)));
        C = [.. Enumerable.Range(0, Directions).Select(d => layout.Add(
            d == 0 ? "C" : "CReverse", [OutputSize, 2, states], ParameterGroup.Decayed, Initialize.Normal(Math.Sqrt(1.0 / states))))];
        if (GammaLog is not null)
            layout.Then(SetGamma);
    }

    private void SetGamma(Span<float> values)
    {
        var nuLog = NuLog.Of(values);
        var gammaLog = GammaLog!.Of(values);
        for (int n = 0; n < States; n++)
            gammaLog[n] = (float)Math.Log(TiedGamma(Math.Exp(nuLog[n])));
    }

    // nu = exp(NuLog) = -log|lambda|. Both forms of gamma stay exact for |lambda| near one.
    private double TiedGamma(double nu) => Normalization == LruNormalization.TiedStatic ? -Expm1(-nu) : Math.Sqrt(-Expm1(-2 * nu));

    private double TiedGammaSlope(double nu, double gamma)
        => Normalization == LruNormalization.TiedStatic ? nu * Math.Exp(-nu) : nu * Math.Exp(-2 * nu) / gamma;

    private static double Expm1(double x) => ComplexFunctions.Expm1(x);

    public override void Prepare(in Weights weights)
    {
        int count = States, size = InputSize;
        var nuLog = NuLog.Of(weights.Values);
        var thetaLog = ThetaLog.Of(weights.Values);
        var lambda = Lambda.Of(weights.Prepared);
        var b = B.Of(weights.Values);
        var scaled = InputMatrix.Of(weights.Prepared);
        for (int n = 0; n < count; n++)
        {
            double nu = Nu(nuLog[n]), theta = Math.Exp(thetaLog[n]), radius = Math.Exp(-nu);
            lambda[n] = (float)(radius * Math.Cos(theta));
            lambda[count + n] = (float)(radius * Math.Sin(theta));
            float gamma = Gamma(weights.Values, n, nu);
            int real = n * size, imaginary = (count + n) * size;
            for (int h = 0; h < size; h++)
            {
                scaled[real + h] = gamma * b[real + h];
                scaled[imaginary + h] = gamma * b[imaginary + h];
            }
        }
        for (int d = 0; d < Directions; d++)
            ReadOut.Prepare(C[d].Of(weights.Values), OutputMatrices[d].Of(weights.Prepared), count, ReadOutFactor);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        int count = States, size = InputSize;
        var nuLog = NuLog.Of(weights.Values);
        var thetaLog = ThetaLog.Of(weights.Values);
        ReadOnlySpan<float> lambda = Lambda.Of(weights.Prepared), dlambda = Lambda.Of(gradients.Prepared),
            dscaled = InputMatrix.Of(gradients.Prepared);
        var b = B.Of(weights.Values);
        var db = B.Of(gradients.Values);
        for (int n = 0; n < count; n++)
        {
            double nu = Nu(nuLog[n]), theta = Math.Exp(thetaLog[n]);
            float gamma = Gamma(weights.Values, n, nu);
            // B scaled = gamma B
            double dgamma = 0;
            for (int plane = 0; plane < 2; plane++)
            {
                int offset = (plane * count + n) * size;
                for (int h = 0; h < size; h++)
                {
                    db[offset + h] += gamma * dscaled[offset + h];
                    dgamma += (double)b[offset + h] * dscaled[offset + h];
                }
            }
            // lambda = exp(-nu + i theta): d nu = -Re(g conj(lambda)), d theta = Im(g conj(lambda))
            double dnu = -((double)dlambda[n] * lambda[n] + (double)dlambda[count + n] * lambda[count + n]);
            double dtheta = (double)dlambda[count + n] * lambda[n] - (double)dlambda[n] * lambda[count + n];
            double dnuLog = nu * dnu;
            if (GammaLog is not null)
                GammaLog.Of(gradients.Values)[n] += (float)(gamma * dgamma);
            else
                dnuLog += dgamma * TiedGammaSlope(nu, gamma);
            NuLog.Of(gradients.Values)[n] += (float)dnuLog;
            ThetaLog.Of(gradients.Values)[n] += (float)(theta * dtheta);
        }
        for (int d = 0; d < Directions; d++)
            ReadOut.PrepareBackward(OutputMatrices[d].Of(gradients.Prepared), C[d].Of(gradients.Values), count, ReadOutFactor);
    }

    protected override Parameter InputParameter => B;

    protected override Parameter[] OutputParameters => C;

    protected override float OutputFactor => ReadOutFactor;

    public override double LargestRadius => Math.Exp(-LeastNu);

    // gamma is what it would be had the poles been drawn. A phase of zero has no logarithm; one that no float tells from zero has.
    protected override Complex[] SetPoles(Span<float> values, IReadOnlyList<Complex> poles)
    {
        const double NoPhase = 1e-12;
        for (int n = 0; n < poles.Count; n++)
        {
            NuLog.Of(values)[n] = (float)Math.Log(-Math.Log(poles[n].Magnitude));
            ThetaLog.Of(values)[n] = (float)Math.Log(Math.Max(poles[n].Phase, NoPhase));
        }
        if (GammaLog is not null)
            SetGamma(values);
        var factors = new Complex[poles.Count];
        for (int n = 0; n < factors.Length; n++)
            factors[n] = Gamma(values, n, Nu(NuLog.Of(values)[n]));
        return factors;
    }

    private static double Nu(float nuLog) => Math.Max(Math.Exp(nuLog), LeastNu);

    private float Gamma(ReadOnlySpan<float> values, int n, double nu)
        => (float)(GammaLog is null ? TiedGamma(nu) : Math.Exp(GammaLog.Of(values)[n]));
}
