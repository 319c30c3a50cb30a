using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>x_t = lb x_{t-1} + f (B u_t)</c>, <c>y_t = 2 Re(C x_t) + D u_t</c>; with step sizes s = exp(LogStep), one a state, and <c>z = Lambda s</c>:
/// zero-order hold <c>lb = exp(z), f = s phi1(z)</c>; bilinear <c>lb = (1 + z/2) / (1 - z/2), f = s / (1 - z/2)</c>.
/// Source: Smith, Warrington, Linderman, "Simplified State Space Layers for Sequence Modeling", ICLR 2023, arXiv:2208.04933, sections 3 and B.
/// Shapes: (rows, H) to (rows, H); parameters LambdaReLog, LambdaIm, LogStep (N), B (2, N, H), C (H, 2, N), D (H); conjugate partners are not stored.
/// Cost: see <see cref="DiagonalCore"/>. Departs from the code in that <c>Re Lambda = -exp(LambdaReLog)</c> is negative for any parameter value.
/// </summary>
internal sealed class S5 : DiagonalCore
{
    private readonly Discretization _discretization;
    private readonly Parameter _lambdaReLog;
    private readonly Parameter _lambdaIm;
    private readonly Parameter _logStep;
    private readonly Parameter _b;
    private readonly Parameter[] _c;

    public S5(ParameterLayout layout, S5Options options, int size, int states, bool bidirectional)
        : base(layout, size, states, bidirectional)
    {
        _discretization = options.Discretization;
        // Only a new model needs the eigenvectors: one that is loaded has its parameters.
        var hippo = new Lazy<(Complex[] Values, Complex[,] Vectors)>(() => Hippo.LegSHalf(2 * states / options.Blocks));
        _lambdaReLog = layout.Add("LambdaReLog", [states], ParameterGroup.StateSpace, Initialize.Constant((float)Math.Log(0.5)));
        _lambdaIm = layout.Add("LambdaIm", [states], ParameterGroup.StateSpace, (span, _) =>
        {
            for (int n = 0; n < span.Length; n++)
                span[n] = (float)hippo.Value.Values[n % hippo.Value.Values.Length].Imaginary;
        });
        _logStep = layout.Add("LogStep", [states], ParameterGroup.StateSpace, Initialize.LogUniform(options.StepSizeMinimum, options.StepSizeMaximum));
        _b = layout.Add("B", [2, states, size], ParameterGroup.StateSpace, S5Initialize.InputMatrix(hippo, size));
        _c = [.. Enumerable.Range(0, Directions).Select(d => layout.Add(d == 0 ? "C" : "CReverse", [size, 2, states], ParameterGroup.Decayed, S5Initialize.OutputMatrix(hippo, size)))];
    }

    public override void Prepare(in Weights weights)
    {
        int count = States, size = InputSize;
        var b = _b.Of(weights.Values);
        var lambda = Lambda.Of(weights.Prepared);
        var scaled = InputMatrix.Of(weights.Prepared);
        for (int n = 0; n < count; n++)
        {
            var discrete = Discretize(weights.Values, n);
            lambda[n] = (float)discrete.Pole.Real;
            lambda[count + n] = (float)discrete.Pole.Imaginary;
            float re = (float)discrete.Factor.Real, im = (float)discrete.Factor.Imaginary;
            int real = n * size, imaginary = (count + n) * size;
            for (int h = 0; h < size; h++)
            {
                scaled[real + h] = re * b[real + h] - im * b[imaginary + h];
                scaled[imaginary + h] = re * b[imaginary + h] + im * b[real + h];
            }
        }
        for (int d = 0; d < Directions; d++)
            ReadOut.Prepare(_c[d].Of(weights.Values), OutputMatrices[d].Of(weights.Prepared), count, 2);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        int count = States, size = InputSize;
        var b = _b.Of(weights.Values);
        var db = _b.Of(gradients.Values);
        ReadOnlySpan<float> dlambda = Lambda.Of(gradients.Prepared), dscaled = InputMatrix.Of(gradients.Prepared);
        for (int n = 0; n < count; n++)
        {
            var discrete = Discretize(weights.Values, n);
            float re = (float)discrete.Factor.Real, im = (float)discrete.Factor.Imaginary;
            int real = n * size, imaginary = (count + n) * size;
            // B scaled = f B: dB = conj(f) g, df = sum conj(B) g
            double dfRe = 0, dfIm = 0;
            for (int h = 0; h < size; h++)
            {
                float gRe = dscaled[real + h], gIm = dscaled[imaginary + h];
                db[real + h] += re * gRe + im * gIm;
                db[imaginary + h] += re * gIm - im * gRe;
                dfRe += (double)b[real + h] * gRe + (double)b[imaginary + h] * gIm;
                dfIm += (double)b[real + h] * gIm - (double)b[imaginary + h] * gRe;
            }
            Complex df = new(dfRe, dfIm), dpole = new(dlambda[n], dlambda[count + n]);
            // pole(Lambda, s), f(Lambda, s), both holomorphic in Lambda
            Complex dLambda = Complex.Conjugate(discrete.PoleByLambda) * dpole + Complex.Conjugate(discrete.FactorByLambda) * df;
            double dStep = (Complex.Conjugate(discrete.PoleByStep) * dpole + Complex.Conjugate(discrete.FactorByStep) * df).Real;
            _lambdaReLog.Of(gradients.Values)[n] += (float)(dLambda.Real * discrete.Lambda.Real);
            _lambdaIm.Of(gradients.Values)[n] += (float)dLambda.Imaginary;
            _logStep.Of(gradients.Values)[n] += (float)(dStep * discrete.Step);
        }
        for (int d = 0; d < Directions; d++)
            ReadOut.PrepareBackward(OutputMatrices[d].Of(gradients.Prepared), _c[d].Of(gradients.Values), count, 2);
    }

    private DiscretePole Discretize(ReadOnlySpan<float> values, int n)
    {
        var lambda = new Complex(-Math.Exp(_lambdaReLog.Of(values)[n]), _lambdaIm.Of(values)[n]);
        return DiscretePole.From(_discretization, lambda, Math.Exp(_logStep.Of(values)[n]));
    }
}
