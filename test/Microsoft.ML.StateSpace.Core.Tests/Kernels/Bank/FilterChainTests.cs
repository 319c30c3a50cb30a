using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class FilterChainTests
{
    private const int Lanes = FilterChain.Lanes, Steps = 150;

    public static TheoryData<int, bool> Cases()
    {
        var cases = new TheoryData<int, bool>();
        for (int order = 1; order <= FilterChain.MostOrders; order++)
        {
            cases.Add(order, false);
            cases.Add(order, true);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_MatchesOracle(int order, bool hasIntervals)
    {
        var (rates, poles, weights, input, intervals) = Create(hasIntervals);
        var outputs = new float[Steps * Lanes];

        FilterChain.Run(order, poles, weights, input, intervals, new float[FilterChain.StateSize(order)], outputs);

        for (int j = 0; j < Lanes; j++)
        {
            double[] expected = BankOracle.Chain(
                order, rates[j], KernelOracle.At(weights, 0, j, Lanes), input.ToDouble(), intervals.ToDouble());
            float[] own = [.. Enumerable.Range(0, Steps).Select(t => outputs[t * Lanes + j])];
            // Each recurrence of the chain adds up the errors of the one before it over its memory.
            own.Should().BeNear(expected, order * Tolerance.Forward, $"filter {j}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Stretches_HaveTheBitsOfTheWhole(int order, bool hasIntervals)
    {
        var (_, poles, weights, input, intervals) = Create(hasIntervals);
        float[] whole = new float[Steps * Lanes], wholeState = new float[FilterChain.StateSize(order)];
        FilterChain.Run(order, poles, weights, input, intervals, wholeState, whole);
        foreach (int length in new[] { 1, 7, 64, 149 })
        {
            float[] parts = new float[whole.Length], state = new float[wholeState.Length];
            for (int from = 0; from < Steps; from += length)
            {
                Range range = from..Math.Min(from + length, Steps);
                FilterChain.Run(
                    order, poles, weights, input[range], hasIntervals ? intervals[range] : [], state, parts.AsSpan(from * Lanes));
            }
            parts.Should().BeBitwise(whole);
            state.Should().BeBitwise(wholeState);
        }
    }

    [Fact]
    public void AFilter_HasTheSameBits_AmongAnyOthers()
    {
        var (_, poles, weights, input, _) = Create(false);
        float[] outputs = new float[Steps * Lanes], turned = new float[Steps * Lanes], state = new float[FilterChain.StateSize(4)];
        FilterChain.Run(4, poles, weights, input, [], state, outputs);
        float[] Turn(float[] rows) => [.. rows.Chunk(Lanes).SelectMany(row => row[1..].Append(row[0]))];

        FilterChain.Run(4, Turn(poles), Turn(weights), input, [], new float[state.Length], turned);

        turned.Should().BeBitwise(Turn(outputs));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NoStep_ChangesNothing(int order, bool hasIntervals)
    {
        var (_, poles, weights, _, _) = Create(hasIntervals);
        float[] state = Draw.Uniform(FilterChain.StateSize(order)), before = [.. state];
        FilterChain.Run(order, poles, weights, [], [], state, []);
        state.Should().BeBitwise(before);
    }

    [Fact]
    public void Run_AllocatesNothing()
    {
        var (_, poles, weights, input, intervals) = Create(true);
        float[] outputs = new float[Steps * Lanes], state = new float[FilterChain.StateSize(4)];
        NoAllocation.In(() => FilterChain.Run(4, poles, weights, input, intervals, state, outputs));
    }

    // Memories of up to ten steps: the logarithms of the poles, and what the kernel takes, which is these where steps differ.
    private static (Complex[] Rates, float[] Poles, float[] Weights, float[] Input, float[] Intervals) Create(
        bool hasIntervals)
    {
        float[] decays = Draw.Uniform(Lanes, -2, -0.1, 2), phases = Draw.Uniform(Lanes, 0, 2, 3);
        Complex[] rates = [.. decays.Zip(phases, (decay, phase) => new Complex(decay, phase))];
        Complex[] taken = hasIntervals ? rates : Array.ConvertAll(rates, Complex.Exp);
        float[] poles = [.. taken.Select(pole => (float)pole.Real), .. taken.Select(pole => (float)pole.Imaginary)];
        if (!hasIntervals)
            rates = [.. Enumerable.Range(0, Lanes).Select(j => Complex.Log(new Complex(poles[j], poles[Lanes + j])))];
        float[] intervals = hasIntervals ? Draw.Uniform(Steps, 0.1, 3, 6) : [];
        return (rates, poles, Draw.Uniform(2 * Lanes, 4), Draw.Uniform(Steps, -3, 3, 5), intervals);
    }
}
