using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The sandwich layer, <c>y = sqrt(2) A Psi (max(z, 0) - max(b, 0)), z = sqrt(2) Psi^-1 B^T x + b</c>. With
/// <c>A = (I + M)^-1 (I - M), B = -2 V (I + M)^-1, M = U - U^T + V^T V</c> the matrices satisfy <c>A^T A + B^T B = I</c>, and Psi =
/// diag(exp(psi)). So the Lipschitz constant is at most 1 for any parameters, and y = 0 for x = 0.
/// Source: Wang and Manchester, "Direct Parameterization of Lipschitz-Bounded Deep Networks", ICML 2023, arXiv:2301.11526. Departs from it
/// in the term <c>- max(b, 0)</c>, which the paper does not have.
/// Shapes: (rows, H) to (rows, H); parameters U, V (H, H), Psi, Bias (H). Cost: 4 H^2 flops a row; a preparation takes some 10 H^3 flops.
/// Kept: max(z, 0) - max(b, 0).
/// </summary>
internal sealed class Sandwich : Operation
{
    private static readonly double Root = Math.Sqrt(2);

    public Parameter U { get; }

    public Parameter V { get; }

    public Parameter Psi { get; }

    public Parameter Bias { get; }

    /// <summary>sqrt(2) Psi^-1 B^T.</summary>
    public Slot In { get; }

    /// <summary>sqrt(2) A Psi.</summary>
    public Slot Out { get; }

    /// <summary>-max(b, 0).</summary>
    public Slot Shift { get; }

    private readonly Matrix _free;
    private readonly Matrix _inverse; // J = (I + M)^-1
    private readonly Matrix _a;
    private readonly Matrix _b;
    private readonly Matrix _product;
    private readonly Matrix _gradient;
    private readonly int[] _pivots;

    public Sandwich(ParameterLayout layout, int size)
    {
        InputSize = OutputSize = size;
        var initial = Initialize.Normal(0.5 / Math.Sqrt(size));
        U = layout.Add("U", [size, size], ParameterGroup.Plain, initial);
        V = layout.Add("V", [size, size], ParameterGroup.Plain, initial);
        Psi = layout.Add("Psi", [size], ParameterGroup.Plain, Initialize.Constant(0));
        Bias = layout.Add("Bias", [size], ParameterGroup.Plain, Initialize.Normal(0.5));
        In = layout.AddPrepared(size * size);
        Out = layout.AddPrepared(size * size);
        Shift = layout.AddPrepared(size);
        (_free, _inverse, _a, _b, _product, _gradient) = (New(), New(), New(), New(), New(), New());
        _pivots = new int[size];

        Matrix New() => new(size, size);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override long Cost => 4L * InputSize * OutputSize;

    public override long KeptSize(long rows, long sequences) => rows * InputSize;

    // The gradient of z. A step needs max(z, 0) - max(b, 0).
    public override long ScratchSize(long rows, long sequences) => rows * InputSize;

    public override void Prepare(in Weights weights)
    {
        Compute(weights);
        var psi = Psi.Of(weights.Values);
        var bias = Bias.Of(weights.Values);
        Span<float> input = In.Of(weights.Prepared), output = Out.Of(weights.Prepared), shift = Shift.Of(weights.Prepared);
        for (int k = 0; k < InputSize; k++)
        {
            double scale = Math.Exp(psi[k]);
            shift[k] = -Math.Max(bias[k], 0);
            for (int j = 0; j < InputSize; j++)
            {
                input[k * InputSize + j] = (float)(Root / scale * _b[j, k]);
                output[j * InputSize + k] = (float)(Root * scale * _a[j, k]);
            }
        }
    }

    private void Compute(in Weights weights)
    {
        // I + M
        _free.Set(U.Of(weights.Values));
        _inverse.Set(_free);
        _inverse.AddTransposed(_free, -1);
        _inverse.AddToDiagonal(1);
        _free.Set(V.Of(weights.Values));
        _inverse.AddProductOfTransposed(_free, _free);
        // The symmetric part of I + M is at least I, so it can be inverted.
        _inverse.Invert(_pivots);
        // A = 2 J - I, B = -2 V J
        _a.Clear();
        _a.Add(_inverse, 2);
        _a.AddToDiagonal(-1);
        _b.Clear();
        _b.AddProduct(_free, _inverse, -2);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        Compute(weights);
        var psi = Psi.Of(weights.Values);
        var bias = Bias.Of(weights.Values);
        ReadOnlySpan<float> dinput = In.Of(gradients.Prepared), doutput = Out.Of(gradients.Prepared),
            dshift = Shift.Of(gradients.Prepared);
        for (int k = 0; k < InputSize; k++)
        {
            double scale = Math.Exp(psi[k]), dpsi = 0;
            for (int j = 0; j < InputSize; j++)
            {
                double din = Root / scale * dinput[k * InputSize + j], dout = Root * scale * doutput[j * InputSize + k];
                dpsi += dout * _a[j, k] - din * _b[j, k];
                (_b[j, k], _a[j, k]) = (din, dout);
            }
            Psi.Of(gradients.Values)[k] += (float)dpsi;
            if (bias[k] > 0)
                Bias.Of(gradients.Values)[k] -= dshift[k];
        }
        // B = -2 V J, A = 2 J - I. From here on _a and _b hold the gradients of A and B.
        _product.Clear();
        _product.AddProductWithTransposed(_b, _inverse, -2);
        _product.AddTo(V.Of(gradients.Values));
        _gradient.Clear();
        _gradient.Add(_a, 2);
        _gradient.AddProductOfTransposed(_free, _b, -2);
        // J = (I + M)^-1
        _product.Clear();
        _product.AddProductOfTransposed(_inverse, _gradient, -1);
        _gradient.Clear();
        _gradient.AddProductWithTransposed(_product, _inverse);
        // M = U - U^T + V^T V
        _product.Set(_gradient);
        _product.AddTransposed(_gradient, -1);
        _product.AddTo(U.Of(gradients.Values));
        _product.Set(_gradient);
        _product.AddTransposed(_gradient);
        _a.Clear();
        _a.AddProduct(_free, _product);
        _a.AddTo(V.Of(gradients.Values));
    }

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int size = InputSize, rows = input.Length / size;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        kept = kept[..input.Length];
        Gemm.Multiply(rows, size, size, input, size, false, In.Of(prepared), size, true, kept, size, accumulate: false);
        Rectifier.Forward(kept, Bias.Of(pass.Weights.Values), Shift.Of(prepared));
        Gemm.Multiply(rows, size, size, kept, size, false, Out.Of(prepared), size, true, output, size, accumulate: false);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int size = InputSize, rows = input.Length / size;
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var dz = pass.Scratch[..(rows * size)];
        // y = h out^T
        Gemm.Multiply(size, size, rows, outputGradient, size, true, kept, size, false, Out.Of(gradients.Prepared), size, accumulate: true);
        Gemm.Multiply(rows, size, size, outputGradient, size, false, Out.Of(prepared), size, false, dz, size, accumulate: false);
        // h = max(z, 0) + shift, z = x in^T + b
        RowKernels.AddRowSum(dz, Shift.Of(gradients.Prepared));
        Rectifier.Backward(kept, Shift.Of(prepared), dz);
        RowKernels.AddRowSum(dz, Bias.Of(gradients.Values));
        Gemm.Multiply(size, size, rows, dz, size, true, input, size, false, In.Of(gradients.Prepared), size, accumulate: true);
        Gemm.Multiply(rows, size, size, dz, size, false, In.Of(prepared), size, false, inputGradient, size, accumulate: true);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        var h = pass.Scratch[..InputSize];
        MatrixVector.Multiply(In.Of(prepared), input, default, h);
        Rectifier.Forward(h, Bias.Of(pass.Weights.Values), Shift.Of(prepared));
        MatrixVector.Multiply(Out.Of(prepared), h, default, output);
    }
}
