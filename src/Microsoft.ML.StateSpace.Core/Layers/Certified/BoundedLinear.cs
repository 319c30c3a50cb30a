using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = gain W x</c> at every row, without a bias. W is the contraction of a free matrix (<see cref="Contraction"/>), so the spectral
/// norm of gain W stays below gain. With a <see cref="GainBudget"/> the gain is divided by its product.
/// Shapes: (rows, in) to (rows, out); parameter Weight (out, in). Cost: 2 in out flops a row.
/// </summary>
internal sealed class BoundedLinear : Operation
{
    public double Gain { get; }

    /// <summary>What the gain is divided by; <see langword="null"/> where that is 1.</summary>
    public GainBudget? Budget { get; }

    public Parameter Weight { get; }

    private readonly Slot _matrix;
    private readonly bool _wide;
    private readonly Contraction _contraction; // of W or W^T, whichever is tall, because its Gram matrix is smaller

    public BoundedLinear(ParameterLayout layout, int inputSize, int outputSize, double gain, GainBudget? budget = null)
    {
        InputSize = inputSize;
        OutputSize = outputSize;
        Gain = gain;
        Budget = budget;
        _wide = inputSize > outputSize;
        int tall = Math.Max(inputSize, outputSize);
        // Singular values of about 2, which the contraction maps to 0.9.
        Weight = layout.Add("Weight", [outputSize, inputSize], ParameterGroup.Plain, Initialize.Normal(2 / Math.Sqrt(tall)));
        _matrix = layout.AddPrepared(outputSize * inputSize);
        _contraction = new Contraction(tall, Math.Min(inputSize, outputSize));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override long KeptSize(long rows, long sequences) => 0;

    /// <summary>gain W, (out, in).</summary>
    public ReadOnlySpan<float> Matrix(in Weights weights) => _matrix.Of((ReadOnlySpan<float>)weights.Prepared);

    public override void Prepare(in Weights weights)
    {
        Compute(weights);
        _contraction.Value.Scale(Present(weights.Values));
        if (_wide)
            _contraction.Value.CopyTransposedTo(_matrix.Of(weights.Prepared));
        else
            _contraction.Value.CopyTo(_matrix.Of(weights.Prepared));
    }

    private double Present(ReadOnlySpan<float> values) => Budget is null ? Gain : Gain / Budget.Product(values);

    private void Compute(in Weights weights)
    {
        if (_wide)
            _contraction.Free.SetTransposed(Weight.Of(weights.Values));
        else
            _contraction.Free.Set(Weight.Of(weights.Values));
        _contraction.Forward();
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        Compute(weights);
        if (_wide)
            _contraction.Gradient.SetTransposed(_matrix.Of((ReadOnlySpan<float>)gradients.Prepared));
        else
            _contraction.Gradient.Set(_matrix.Of((ReadOnlySpan<float>)gradients.Prepared));
        _contraction.Gradient.Scale(Present(weights.Values));
        // The matrix is inversely proportional to the product of the budget.
        Budget?.AddGradient(
            weights.Values, -TensorPrimitives.Dot<double>(_contraction.Value.Values, _contraction.Gradient.Values), gradients.Values);
        _contraction.Backward();
        if (_wide)
            _contraction.Gradient.AddTransposedTo(Weight.Of(gradients.Values));
        else
            _contraction.Gradient.AddTo(Weight.Of(gradients.Values));
    }

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
        => Gemm.Multiply(
            output.Length / OutputSize, OutputSize, InputSize,
            input, InputSize, false,
            Matrix(pass.Weights), InputSize, true,
            output, OutputSize, accumulate: false);

    /// <remarks>
    /// The input gradient is not computed if <paramref name="inputGradient"/> is empty. This is so for the first layer, before which
    /// nothing is trained.
    /// </remarks>
    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = outputGradient.Length / OutputSize;
        // y = x (gain W)^T
        Gemm.Multiply(
            OutputSize, InputSize, rows,
            outputGradient, OutputSize, true,
            input, InputSize, false,
            _matrix.Of(gradients.Prepared), InputSize, accumulate: true);
        if (!inputGradient.IsEmpty)
            Gemm.Multiply(
                rows, InputSize, OutputSize,
                outputGradient, OutputSize, false,
                Matrix(pass.Weights), InputSize, false,
                inputGradient, InputSize, accumulate: true);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => MatrixVector.Multiply(Matrix(pass.Weights), input, default, output);
}
