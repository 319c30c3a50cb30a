using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = a (f(x) - x)</c> with a trained share a = sigmoid(logit). Added to x by a <see cref="ResidualBranch"/> it becomes the convex
/// combination <c>(1 - a) x + a f(x)</c>. All channels share one a: with one a for each channel the gain could reach sqrt(2) for an f of
/// gain 1. Where f, of gain 1, is to have a trained gain gamma, it is <c>y = a (gamma f(x) - x)</c>.
/// Shapes: (rows, H) to (rows, H). Cost: that of f. Kept: f(x), and what f keeps.
/// </summary>
internal sealed class ConvexBranch : ScanLayer
{
    private readonly ScanLayer? _scan;

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
        _scan = inner as ScanLayer;
        Logit = layout.Add(name, [1], ParameterGroup.Plain, Initialize.Constant(0));
        if (gain is not null)
            GainLog = layout.Add(gain, [1], ParameterGroup.Plain, Initialize.Constant(0));
        _share = layout.AddPrepared(inner.InputSize);
        _inputSum = layout.AddPrepared(inner.InputSize);
    }

    public Layer Inner { get; }

    public override int InputSize => Inner.InputSize;

    public override int OutputSize => Inner.OutputSize;

    public override int StateSize => Inner.StateSize;

    public override int Carries => _scan?.Carries ?? 0;

    public override bool CanBeCut => _scan?.CanBeCut ?? true;

    public override long KeptSize(long rows, long sequences) => rows * InputSize + Inner.KeptSize(rows, sequences);

    // The gradient of f(x).
    public override long ScratchSize(long rows, long sequences) => rows * InputSize + Inner.ScratchSize(rows, sequences);

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

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var f = kept.Take(pass.Rows * InputSize);
        bool isLast = phase == Carries;
        if (_scan is not null)
            _scan.ForwardPhase(phase, pass, input, isLast ? f : default, kept);
        else
            Inner.Forward(pass, input, f, kept);
        if (!isLast)
            return;
        Combine(pass, f, input, output);
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var f = kept.Take(pass.Rows * InputSize);
        var scratch = pass.Scratch;
        var df = scratch.Take(pass.Rows * InputSize);
        var inner = pass.With(scratch);
        if (phase == Carries)
        {
            // y = a (gamma f - x)
            float a = _share.Of(pass.Weights.Prepared)[0];
            RowKernels.AddProductSum(outputGradient, f, _share.Of(gradients.Prepared));
            RowKernels.AddProductSum(outputGradient, input, _inputSum.Of(gradients.Prepared));
            TensorPrimitives.Multiply(outputGradient, a, df);
            TensorPrimitives.Subtract(inputGradient, df, inputGradient);
            if (GainLog is not null)
                TensorPrimitives.Multiply(df, (float)Gain(pass.Weights.Values), df);
        }
        if (_scan is not null)
            _scan.BackwardPhase(phase, inner, input, kept, df, inputGradient, gradients);
        else
            Inner.Backward(inner, input, kept, df, inputGradient, gradients);
    }

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => _scan!.ForwardCarry(
            carry, weights, rows, kept[(rows * InputSize)..], rowsBehind, keptBehind[(rowsBehind * InputSize)..], reverse);

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => _scan!.BackwardCarry(
            carry, weights, rows, scratch[(rows * InputSize)..], rowsBefore, scratchBefore[(rowsBefore * InputSize)..], reverse);

    public override void ClearEdges(int carry, int rows, Span<float> kept) => _scan!.ClearEdges(carry, rows, kept[(rows * InputSize)..]);

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch)
        => _scan!.ClearGradientEdges(carry, rows, scratch[(rows * InputSize)..]);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        Inner.Step(pass, input, output, state);
        Combine(pass, output, input, output);
    }

    public override long StepEachScratchSize(int streams) => Inner.StepEachScratchSize(streams);

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        Inner.StepEach(pass, input, output, states);
        Combine(pass, output, input, output);
    }

    // y = a (gamma f - x), where y may be the memory of f
    private void Combine(in Pass pass, ReadOnlySpan<float> f, ReadOnlySpan<float> input, Span<float> output)
    {
        if (GainLog is null)
        {
            TensorPrimitives.Subtract(f, input, output);
        }
        else
        {
            TensorPrimitives.Multiply(f, (float)Gain(pass.Weights.Values), output);
            TensorPrimitives.Subtract(output, input, output);
        }
        TensorPrimitives.Multiply(output, _share.Of(pass.Weights.Prepared)[0], output);
    }
}
