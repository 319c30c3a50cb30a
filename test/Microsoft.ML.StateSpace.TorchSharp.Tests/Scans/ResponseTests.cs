using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests.Scans;

public sealed class ResponseTests
{
    // The reference is in double. A power of a slow pole has about a thousand roundings.
    private const double DoubleResponse = 1e-10;
    private const int Channels = 2, States = 3;

    public static TheoryData<int> Lengths => Naive.Lengths;

    [TorchTheory]
    [MemberData(nameof(Lengths))]
    public void ImpulseResponse_IsThatOfTheRecurrence(int length)
    {
        using var scope = NewDisposeScope();
        Naive.Equal(
            x =>
            {
                var states = Naive.Run(length, zeros_like(x[0]), (state, t) => t == 0 ? ones_like(state) : x[0] * state);
                return (states.unsqueeze(1) * x[1].unsqueeze(2)).real.sum([3]);
            },
            x => ImpulseResponse.Of(x[0], x[1], length), DoubleResponse, Poles(), ReadOuts(1));
    }

    [TorchTheory]
    [MemberData(nameof(Lengths))]
    public void RankOneResponse_IsThatOfTheRecurrence(int length)
    {
        using var scope = NewDisposeScope();
        // The system of S4 with a step of one. The slowest state is not coupled to the others, so that it stays slow.
        const double a = 2;
        Tensor rates = tensor([1e-5, 0.1, 2, 1e-5, 0.001, 0.5]).view(Channels, States), p = ReadOuts(5).select(1, 1) * tensor([0, 1.0, 1]);
        var g = (a - complex(-rates, tensor([0.1, 1, 20, 0.5, 2, 40]).view(Channels, States))).reciprocal();
        var w = 1 / (1 + 2 * ((p * p.conj()).real * g.real).sum([1], keepdim: true));
        Naive.Equal(
            x =>
            {
                var states = Naive.Run(length, zeros_like(x[0]),
                    (state, t) => t == 0 ? x[3] : x[0] * state - x[1] * (x[2] * state).real.sum([1], keepdim: true));
                return (states.unsqueeze(1) * x[4].unsqueeze(2)).real.sum([3]);
            },
            x => RankOneResponse.Of(x[0], x[1], x[2], x[3], [x[4].select(1, 0), x[4].select(1, 1)], length), DoubleResponse,
            2 * a * g - 1, g * p, 4 * a * w * p.conj().resolve_conj() * g, ReadOuts(7).select(1, 0), ReadOuts(1));
    }

    [TorchTheory]
    [MemberData(nameof(Lengths))]
    public void FourierConvolution_IsTheSum(int length)
    {
        using var scope = NewDisposeScope();
        long samples = 2 * length + 1;
        Naive.Equal(
            // the kernel's samples t, t - 1, ..., t - length + 1
            x => stack([.. Enumerable.Range(0, length).Select(t => (x[0] * x[1].flip(0).roll(t + 1, 0).narrow(0, 0, length)).sum([1]))], 1),
            x => FourierConvolution.Apply(x[0], x[1]), Tolerance.Engines, Naive.Uniform(1, 2, length, Channels),
                Naive.Uniform(2, samples, Channels));
    }

    private static Tensor Poles() => stack([Naive.Poles(0.99999, 0.9, 0), Naive.Poles(0.5, 0.9999, 0.99)], 0);

    private static Tensor ReadOuts(int seed) => Naive.ComplexUniform(seed, Channels, 2, States).to(ScalarType.ComplexFloat64);
}
