using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The term <c>D u_t</c> of a linear system: D is diagonal, (H), dense, (outputs, inputs), or absent. Shapes: (rows, inputs) to
/// (rows, outputs).
/// </summary>
internal sealed class FeedThrough
{
    private readonly int _inputs;
    private readonly int _outputs;

    public FeedThroughKind Kind { get; }

    /// <summary>D; <see langword="null"/> where there is none.</summary>
    public Parameter? Parameter { get; }

    public FeedThrough(ParameterLayout layout, FeedThroughKind kind, int inputs, int outputs)
    {
        (Kind, _inputs, _outputs) = (kind, inputs, outputs);
        Parameter = kind switch
        {
            FeedThroughKind.Diagonal => layout.Add("D", [outputs], ParameterGroup.Plain, Initialize.Normal(1)),
            FeedThroughKind.Dense => layout.Add(
                "D", [outputs, inputs], ParameterGroup.Decayed, Initialize.Normal(Math.Sqrt(1.0 / inputs))),
            _ => null,
        };
    }

    /// <summary>Adds D u to every row of the output.</summary>
    public void Add(in Weights weights, ReadOnlySpan<float> input, Span<float> output)
    {
        if (Kind == FeedThroughKind.Diagonal)
            RowKernels.AddScaled(input, Parameter!.Of(weights.Values), output);
        else if (Kind == FeedThroughKind.Dense)
            Gemm.Multiply(
                output.Length / _outputs, _outputs, _inputs,
                input, _inputs, false,
                Parameter!.Of(weights.Values), _inputs, true,
                output, _outputs, accumulate: true);
    }

    public void Backward(
        in Weights weights, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient,
        in Gradients gradients)
    {
        if (Kind == FeedThroughKind.Diagonal)
        {
            RowKernels.AddProductSum(outputGradient, input, Parameter!.Of(gradients.Values));
            RowKernels.AddScaled(outputGradient, Parameter.Of(weights.Values), inputGradient);
        }
        else if (Kind == FeedThroughKind.Dense)
        {
            int rows = outputGradient.Length / _outputs;
            Gemm.Multiply(
                _outputs, _inputs, rows,
                outputGradient, _outputs, true,
                input, _inputs, false,
                Parameter!.Of(gradients.Values), _inputs, accumulate: true);
            Gemm.Multiply(
                rows, _inputs, _outputs,
                outputGradient, _outputs, false,
                Parameter.Of(weights.Values), _inputs, false,
                inputGradient, _inputs, accumulate: true);
        }
    }

    /// <summary>Adds D u of one time step to the output. The scratch memory is <see cref="StepScratch"/> floats.</summary>
    public void Step(in Weights weights, ReadOnlySpan<float> input, Span<float> output, Span<float> scratch)
    {
        if (Kind == FeedThroughKind.Diagonal)
            RowKernels.AddScaled(input, Parameter!.Of(weights.Values), output);
        if (Kind != FeedThroughKind.Dense)
            return;
        var product = scratch[.._outputs];
        MatrixVector.Multiply(Parameter!.Of(weights.Values), input, output, product);
        product.CopyTo(output);
    }

    /// <summary>Floats of memory that <see cref="Step"/> needs.</summary>
    public int StepScratch => Kind == FeedThroughKind.Dense ? _outputs : 0;

    /// <summary>Adds D to a matrix, (outputs, inputs).</summary>
    public void AddTo(ReadOnlySpan<float> values, Matrix d)
    {
        if (Parameter is null)
            return;
        var entries = Parameter.Of(values);
        for (int o = 0; o < _outputs; o++)
        {
            if (Kind == FeedThroughKind.Diagonal)
                d[o, o] += entries[o];
            else
                for (int i = 0; i < _inputs; i++)
                    d[o, i] += entries[o * _inputs + i];
        }
    }
}
