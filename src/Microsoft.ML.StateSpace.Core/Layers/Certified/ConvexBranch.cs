using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = a (f(x) - x)</c> with a trained share a = sigmoid(logit). Added to x by a <see cref="ResidualBranch"/> it becomes the convex
/// combination <c>(1 - a) x + a f(x)</c>. All channels share one a: with one a for each channel the gain could reach sqrt(2) for an f of
/// gain 1. Where f, of gain 1, is to have a trained gain gamma, it is <c>y = a (gamma f(x) - x)</c>.
/// Shapes: (rows, H) to (rows, H). Cost: that of f.
/// </summary>
internal sealed class ConvexBranch : Layer
{
    /// <summary>The largest logarithm of a gain, and the smallest but for its sign, so that no product of gains overflows.</summary>
    public const double LargestLog = 20;

    public Parameter Logit { get; }

    /// <summary>The logarithm of gamma; <see langword="null"/> where that is 1.</summary>
    public Parameter? GainLog { get; }

    private readonly Slot _share; // a; the gradient is kept channel by channel
    private readonly Slot _inputSum; // only used as a gradient: for each channel that of a through the term x, without its minus sign

    public ConvexBranch(ParameterLayout layout, string name, Layer inner, string? gain = null)
    {
        Inner = inner;
        Logit = layout.Add(name, [1], ParameterGroup.Plain, Initialize.Constant(0));
        if (gain is not null)
            GainLog = layout.Add(gain, [1], ParameterGroup.Plain, Initialize.Constant(0));
        _share = layout.AddPrepared(inner.InputSize);
        _inputSum = layout.AddPrepared(inner.InputSize);
    }

    public Layer Inner { get; }

    public override int InputSize => Inner.InputSize;

    public override int OutputSize => Inner.OutputSize;

    /// <summary>The share a.</summary>
    public double Share(ReadOnlySpan<float> values) => 1 / (1 + Math.Exp(-Logit.Of(values)[0]));

    /// <summary>gamma.</summary>
    public double Gain(ReadOnlySpan<float> values)
        => GainLog is null ? 1 : Math.Exp(Math.Clamp(GainLog.Of(values)[0], -LargestLog, LargestLog));

    /// <summary>The bound of the gain of <c>(1 - a) x + a gamma f(x)</c>.</summary>
    public double Factor(ReadOnlySpan<float> values) => 1 + Share(values) * (Gain(values) - 1);

    /// <summary>Adds to the gradient of the logarithm what follows from the gradient of gamma.</summary>
    public void AddGainGradient(ReadOnlySpan<float> values, double gradient, Span<float> gradients)
    {
        if (GainLog is not null && Math.Abs(GainLog.Of(values)[0]) <= LargestLog)
            GainLog.Of(gradients)[0] += (float)(gradient * Gain(values));
    }

    public override void Prepare(in Weights weights)
    {
        Inner.Prepare(weights);
        _share.Of(weights.Prepared)[0] = (float)Share(weights.Values);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        Inner.PrepareBackward(weights, gradients);
        double a = Share(weights.Values), gain = Gain(weights.Values), sum = 0, throughGain = 0;
        ReadOnlySpan<float> outputs = _share.Of(gradients.Prepared), inputs = _inputSum.Of(gradients.Prepared);
        for (int h = 0; h < InputSize; h++)
        {
            sum += gain * outputs[h] - inputs[h];
            throughGain += outputs[h];
        }
        Logit.Of(gradients.Values)[0] += (float)(a * (1 - a) * sum);
        AddGainGradient(weights.Values, a * throughGain, gradients.Values);
    }

    public override ValueId Compile(IProgramBuilder program, ValueId input)
        => program.Join(new Combination(this), program.Add(Inner, input), input);

    // y = a (gamma f - x)
    private sealed class Combination(ConvexBranch of) : Join
    {
        public override int OutputSize => of.OutputSize;

        public override bool Assigns(int value) => value == 0;

        public override void Forward(in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
        {
            if (of.GainLog is null)
            {
                TensorPrimitives.Subtract(first, second, output);
            }
            else
            {
                TensorPrimitives.Multiply(first, (float)of.Gain(pass.Weights.Values), output);
                TensorPrimitives.Subtract(output, second, output);
            }
            TensorPrimitives.Multiply(output, of._share.Of(pass.Weights.Prepared)[0], output);
        }

        public override void Backward(
            in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> outputGradient,
            Span<float> firstGradient, Span<float> secondGradient, in Gradients gradients)
        {
            float a = of._share.Of(pass.Weights.Prepared)[0];
            RowKernels.AddProductSum(outputGradient, first, of._share.Of(gradients.Prepared));
            RowKernels.AddProductSum(outputGradient, second, of._inputSum.Of(gradients.Prepared));
            TensorPrimitives.Multiply(outputGradient, a, firstGradient);
            TensorPrimitives.Subtract(secondGradient, firstGradient, secondGradient);
            if (of.GainLog is not null)
                TensorPrimitives.Multiply(firstGradient, (float)of.Gain(pass.Weights.Values), firstGradient);
        }
    }
}
