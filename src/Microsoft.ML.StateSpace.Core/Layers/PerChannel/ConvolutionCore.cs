using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A core with independent channels, computed as the convolution with their impulse responses: <c>y = K * u</c>. The Fourier transforms are
/// padded with zeros to a length of at least 2 T, so that nothing wraps around. If bidirectional, the mirrored response of the second
/// read-out is added to the spectrum.
/// The Sobolev filter, <c>Y_j = (1 + j / F)^beta K_j U_j</c> over F frequencies, can only act here. Cut to the sequence's length it sees
/// the future.
/// Shapes: (rows, H) to (rows, H). Cost: once a pass the responses over the longest sequence, and about 10 log2(T) flops a row and channel
/// forward. Kept: nothing.
/// </summary>
internal abstract class ConvolutionCore : RecurrentLayer
{
    private const int Group = ChunkLayout.Group;

    protected ConvolutionCore(ParameterLayout layout, int size, int states, bool bidirectional, double? sobolevExponent)
    {
        InputSize = OutputSize = size;
        States = states;
        Directions = bidirectional ? 2 : 1;
        Width = ChunkLayout.Width(states, size);
        FeedThrough = layout.Add("D", [size], ParameterGroup.Plain, Initialize.Normal(1));
        if (sobolevExponent is double exponent)
            SobolevExponent = layout.Add("SobolevExponent", [size], ParameterGroup.Plain, Initialize.Constant((float)exponent));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => Width;

    /// <summary>N.</summary>
    public int States { get; }

    /// <summary>1, or 2 when the sequence is also read backwards.</summary>
    public int Directions { get; }

    /// <summary>Floats of the states of all channels, as they lie at a chunk boundary.</summary>
    protected int Width { get; }

    protected int Groups => ChunkLayout.Groups(InputSize);

    public Parameter FeedThrough { get; }

    /// <summary>beta, or <see langword="null"/> without the filter.</summary>
    public Parameter? SobolevExponent { get; }

    /// <summary>Floats of scratch memory that <see cref="Responses"/> and <see cref="ResponsesBackward"/> share.</summary>
    protected abstract long ResponseScratchSize(long length);

    /// <summary>Assigns the impulse responses of a group of channels, (directions, length, Group).</summary>
    protected abstract void Responses(int group, int length, in Weights weights, Span<float> scratch, Span<float> responses);

    /// <summary>
    /// Adds to the gradients of parameters and prepared values what follows from the gradients of the responses. The scratch memory is as
    /// <see cref="Responses"/> left it.
    /// </summary>
    protected abstract void ResponsesBackward(
        int group, int length, in Weights weights, Span<float> scratch, ReadOnlySpan<float> responseGradients, in Gradients gradients);

    protected long ConvolutionScratchSize(long rows)
    {
        long spectrum = Fourier.Size((long)BitOperations.RoundUpToPowerOf2((ulong)rows));
        return ResponseScratchSize(rows) + 2 * Directions * rows * Group + 4 * spectrum;
    }

    protected void ConvolutionForward(in Pass pass, ReadOnlySpan<float> input, Span<float> output)
    {
        int longest = Longest(pass);
        var scratch = pass.Scratch;
        var response = scratch.Take(ResponseScratchSize(longest));
        var responses = scratch.Take(Directions * longest * Group);
        for (int group = 0; group < Groups; group++)
        {
            Responses(group, longest, pass.Weights, response, responses);
            int length = 0;
            for (int s = 0; s < pass.Sequences; s++)
            {
                var u = RowsOf(input, pass, s, group);
                var plan = FourierPlan.For(u.Length);
                int size = Fourier.Size(plan.Half);
                Span<float> kernel = scratch[..size], signal = scratch.Slice(size, size);
                if (u.Length != length)
                    KernelSpectrum(plan, group, responses, longest, u.Length, pass.Weights.Values, kernel, scratch.Slice(2 * size, size));
                length = u.Length;
                Fourier.Forward(plan, u, signal);
                Spectrum.Multiply(plan.Half, kernel, conjugate: false, u.Channels, signal);
                Fourier.Inverse(
                    plan, signal, Start(output, pass, s, group), InputSize, u.Length, u.Channels, mirror: false, accumulate: false);
            }
        }
    }

    protected void ConvolutionBackward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int longest = Longest(pass);
        var scratch = pass.Scratch;
        var response = scratch.Take(ResponseScratchSize(longest));
        Span<float> responses = scratch.Take(Directions * longest * Group), responseGradients = scratch.Take(Directions * longest * Group);
        for (int group = 0; group < Groups; group++)
        {
            Responses(group, longest, pass.Weights, response, responses);
            responseGradients.Clear();
            int length = 0;
            for (int s = 0; s < pass.Sequences; s++)
            {
                ChannelRows u = RowsOf(input, pass, s, group), dy = RowsOf(outputGradient, pass, s, group);
                var plan = FourierPlan.For(u.Length);
                int size = Fourier.Size(plan.Half);
                Span<float> kernel = scratch[..size], kernelGradient = scratch.Slice(size, size), signal = scratch.Slice(2 * size, size),
                    signalGradient = scratch.Slice(3 * size, size);
                if (u.Length != length)
                {
                    KernelSpectrum(plan, group, responses, longest, u.Length, pass.Weights.Values, kernel, signal);
                    kernelGradient.Clear();
                }
                length = u.Length;
                // Y = K U
                Fourier.Forward(plan, u, signal);
                Fourier.Forward(plan, dy, signalGradient);
                Spectrum.AddProduct(plan.Half, signalGradient, signal, u.Channels, kernelGradient);
                Spectrum.Multiply(plan.Half, kernel, conjugate: true, u.Channels, signalGradient);
                Fourier.Inverse(
                    plan, signalGradient, Start(inputGradient, pass, s, group),
                    InputSize, u.Length, u.Channels, mirror: false, accumulate: true);
                if (s + 1 == pass.Sequences || RowsOf(input, pass, s + 1, group).Length != length)
                    KernelSpectrumBackward(
                        plan, group, length, longest, pass.Weights.Values, kernel, kernelGradient, signal, responseGradients, gradients);
            }
            ResponsesBackward(group, longest, pass.Weights, response, responseGradients, gradients);
        }
    }

    // The spectrum of K, cut to the sequence's length.
    private void KernelSpectrum(
        FourierPlan plan, int group, ReadOnlySpan<float> responses, int longest,
        int length, ReadOnlySpan<float> values, Span<float> kernel, Span<float> temporary)
    {
        Fourier.Forward(plan, ResponseRows(responses, group, length), kernel);
        if (Directions == 2)
        {
            Fourier.Forward(plan, ResponseRows(responses[(longest * Group)..], group, length), temporary);
            Spectrum.AddConjugate(plan.Half, temporary, ChunkLayout.Channels(group, InputSize), kernel);
        }
        if (SobolevExponent is not null)
            Spectrum.Filter(plan, OfGroup(SobolevExponent.Of(values), group), kernel);
    }

    private void KernelSpectrumBackward(
        FourierPlan plan, int group, int length, int longest, ReadOnlySpan<float> values, ReadOnlySpan<float> kernel,
        Span<float> kernelGradient, Span<float> temporary, Span<float> responseGradients, in Gradients gradients)
    {
        int channels = ChunkLayout.Channels(group, InputSize);
        if (SobolevExponent is not null)
        {
            Spectrum.FilterGradient(plan, kernel, kernelGradient, SobolevExponent.Of(gradients.Values).Slice(group * Group, channels));
            Spectrum.Filter(plan, OfGroup(SobolevExponent.Of(values), group), kernelGradient);
        }
        if (Directions == 2)
        {
            kernelGradient.CopyTo(temporary);
            Fourier.Inverse(
                plan, temporary, responseGradients[(longest * Group)..], Group, length, channels, mirror: true, accumulate: true);
        }
        Fourier.Inverse(plan, kernelGradient, responseGradients, Group, length, channels, mirror: false, accumulate: true);
    }

    private ReadOnlySpan<float> OfGroup(ReadOnlySpan<float> channels, int group)
        => channels.Slice(group * Group, ChunkLayout.Channels(group, InputSize));

    /// <summary>The rows of a single group, stored one after the other.</summary>
    protected ChannelRows ResponseRows(ReadOnlySpan<float> rows, int group, int length)
        => new(rows, Group, length, ChunkLayout.Channels(group, InputSize));

    private static int Longest(in Pass pass)
    {
        int longest = 0;
        for (int s = 0; s < pass.Sequences; s++)
            longest = Math.Max(longest, pass.Starts[s + 1] - pass.Starts[s]);
        return longest;
    }

    protected ChannelRows RowsOf(ReadOnlySpan<float> rows, in Pass pass, int s, int group)
        => new(
            rows[(pass.Starts[s] * InputSize + group * Group)..], InputSize,
            pass.Starts[s + 1] - pass.Starts[s], ChunkLayout.Channels(group, InputSize));

    protected Span<float> Start(Span<float> rows, in Pass pass, int s, int group) => rows[(pass.Starts[s] * InputSize + group * Group)..];

    /// <summary>The complex value of a channel's state in a slot that is laid out as the states at a boundary.</summary>
    protected Complex Prepared(Slot slot, ReadOnlySpan<float> prepared, int channel, int state)
    {
        int at = PlaceOf(channel, state);
        return new Complex(slot.Of(prepared)[at], slot.Of(prepared)[Width / 2 + at]);
    }

    /// <summary>Where the real part of a channel's state lies in such a slot.</summary>
    protected int PlaceOf(int channel, int state) => (int)ChunkLayout.OfState(channel, States) + state * Group;

    /// <summary>The complex value of an (H, 2, N) parameter.</summary>
    protected Complex At(ReadOnlySpan<float> values, int channel, int state) => new(values[2 * channel * States + state],
        values[(2 * channel + 1) * States + state]);

    /// <summary>Adds to the gradient of an (H, 2, N) parameter.</summary>
    protected void Add(Span<float> gradient, int channel, int state, Complex value)
    {
        gradient[2 * channel * States + state] += (float)value.Real;
        gradient[(2 * channel + 1) * States + state] += (float)value.Imaginary;
    }
}
