using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class PooledBankTests
{
    private const int Lanes = FilterChain.Lanes, Channels = 3;

    // Stretches of 128 steps, and halves of odd lengths.
    public static TheoryData<int, bool, bool> Cases()
    {
        var cases = new TheoryData<int, bool, bool>();
        foreach (int length in new[] { 1, 2, 3, 127, 128, 129, 301 })
        {
            cases.Add(length, true, false);
            cases.Add(length, false, false);
            cases.Add(length, length % 2 == 0, true);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Count_MatchesOracle(int length, bool isCausal, bool hasIntervals)
    {
        var (bank, parameters, prepared) = Create(sources: 2, isCausal, hasIntervals);
        float[] planes = Draw.Uniform(2 * Channels * length, -2, 2, 5);
        float[] intervals = hasIntervals ? Draw.Uniform(length, 0.2, 3, 6) : [];
        for (int group = 0; group < bank.Groups; group++)
        {
            double[][] outputs = Outputs(bank, group, parameters, planes.ToDouble(), intervals.ToDouble());
            double[][] levels = SetThresholds(bank, group, parameters, outputs);
            double[] expected = BankOracle.Features(outputs, levels, bank.Parts(group));

            float[] features = Count(bank, group, parameters, prepared, planes, intervals);

            features.Should().HaveCount(PooledBank.GroupFeatures);
            // An output that is clearly the largest of its step wins it in float too; the draw has no near ties.
            features.Should().BeNear(expected, FilterChain.MostOrders * Tolerance.Forward, $"group {group}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_GivesTheFeaturesOfTheSequenceSoFar(bool hasIntervals)
    {
        const int Length = 40;
        var (bank, parameters, prepared) = Create(sources: 2, isCausal: true, hasIntervals);
        Draw.Uniform(bank.Threshold.Of(parameters.Values).Length, -0.5, 0.5, 7).CopyTo(bank.Threshold.Of(parameters.Values));
        float[] rows = Draw.Uniform(Length * 2 * Channels, -2, 2, 5), intervals = Draw.Uniform(Length, 0.2, 3, 6);
        float[] state = new float[bank.StateSize], features = new float[bank.Features], scratch = new float[PooledBank.StepScratchSize];
        Array.Fill(scratch, float.NaN);
        for (int t = 0; t < Length; t++)
        {
            bank.Step(
                new Weights(parameters.Values, prepared), t + 1, rows.AsSpan(t * 2 * Channels, 2 * Channels), intervals.AsSpan(t, 1),
                scratch, state, features);
            float[] planes = [.. Enumerable.Range(0, 2 * Channels)
                .SelectMany(c => Enumerable.Range(0, t + 1).Select(s => rows[s * 2 * Channels + c]))];
            for (int group = 0; group < bank.Groups; group++)
            {
                float[] expected = Count(
                    bank, group, parameters, prepared, planes, hasIntervals ? intervals[..(t + 1)] : []);
                features[(group * PooledBank.GroupFeatures)..((group + 1) * PooledBank.GroupFeatures)]
                    .Should().BeNear(expected.ToDouble(), Tolerance.Elementwise, $"step {t}, group {group}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Groups_OfARound_DifferInSourceDirectionAndParts_AndRoundsInOrder(int sources)
    {
        int round = PooledBank.GroupsOf(1, sources);
        PooledBank.GroupsOf(round * Lanes, sources).Should().Be(round);
        PooledBank.GroupsOf(round * Lanes + 1, sources).Should().Be(2 * round);
        var bank = new PooledBank(new ParameterLayout(), 5 * round, 4, 1, sources, isCausal: false, hasIntervals: false);

        var kinds = Enumerable.Range(0, bank.Groups).Select(group
            => (bank.Source(group), bank.IsReversed(group), bank.Parts(group), bank.Order(group))).ToArray();

        kinds[..(4 * round)].Should().OnlyHaveUniqueItems();
        kinds[(4 * round)..].Should().Equal(kinds[..round], "the fifth round begins with the first order again");
        kinds.Select(kind => kind.Item4).Distinct().Should().Equal(1, 2, 3, 4);
        kinds.Select(kind => kind.Item1).Distinct().Should().HaveCount(sources);
    }

    [Fact]
    public void ACausalBank_ReadsFromTheStart_AndCountsTheWhole()
    {
        var bank = new PooledBank(new ParameterLayout(), 32, 4, 1, 2, isCausal: true, hasIntervals: false);
        Enumerable.Range(0, 32).Should().OnlyContain(group => !bank.IsReversed(group) && bank.Parts(group) == 1);
    }

    [Fact]
    public void CountsAndSteps_AllocateNothing()
    {
        var (bank, parameters, prepared) = Create(sources: 1, isCausal: true, hasIntervals: false);
        float[] input = Draw.Uniform(200), features = new float[bank.Features], state = new float[bank.StateSize],
            scratch = new float[PooledBank.StepScratchSize];
        var memory = new FilterScratch();
        var weights = () => new Weights(parameters.Values, prepared);
        NoAllocation.In(() => bank.Count(3, weights(), input, [], memory, features));
        NoAllocation.In(() => bank.Step(weights(), 1, input.AsSpan(0, Channels), [], scratch, state, features));
    }

    private static (PooledBank Bank, ParameterSet Parameters, float[] Prepared) Create(int sources, bool isCausal, bool hasIntervals)
    {
        var layout = new ParameterLayout();
        var bank = new PooledBank(
            layout, PooledBank.GroupsOf(4 * 4 * sources * Lanes, sources), 4, Channels, sources, isCausal, hasIntervals);
        var parameters = layout.Create(new Random(1));
        var values = parameters.Values;
        for (int group = 0; group < bank.Groups; group++)
        {
            var rates = bank.Rate.Of(values).Slice(2 * Lanes * group, 2 * Lanes);
            Draw.Uniform(Lanes, -1.5, -0.2, 100 + group).CopyTo(rates);
            Draw.Uniform(Lanes, 0, 2, 200 + group).CopyTo(rates[Lanes..]);
        }
        Draw.Uniform(bank.Output.Of(values).Length, 2).CopyTo(bank.Output.Of(values));
        // Some channels are not read at all.
        Draw.Uniform(bank.Mix.Of(values).Length, 3).Select(x => x > -0.5 ? x : 0).ToArray().CopyTo(bank.Mix.Of(values));
        var prepared = new float[layout.PreparedLength];
        bank.Prepare(new Weights(values, prepared));
        return (bank, parameters, prepared);
    }

    private static float[] Count(
        PooledBank bank, int group, ParameterSet parameters, float[] prepared, float[] planes, float[] intervals)
    {
        float[] input = new float[planes.Length / (bank.Sources * bank.Channels)], features = new float[PooledBank.GroupFeatures];
        Array.Fill(input, float.NaN);
        bank.MixChannels(group, parameters.Values, planes, input);
        bank.Count(group, new Weights(parameters.Values, prepared), input, intervals, new FilterScratch(), features);
        return features;
    }

    // outputs[filter][step], in the order in which the group reads.
    private static double[][] Outputs(PooledBank bank, int group, ParameterSet parameters, double[] planes, double[] intervals)
    {
        var p = OracleParameters.Of(parameters);
        int length = planes.Length / (bank.Sources * bank.Channels);
        double[] input = [.. Enumerable.Range(0, length).Select(t => Enumerable.Range(0, Channels).Sum(
            c => p["Mix"][group * Channels + c] * planes[(bank.Source(group) * Channels + c) * length + t]))];
        if (bank.IsReversed(group))
            Array.Reverse(input);
        Complex At(string name, int j) => new(p[name][(2 * group) * Lanes + j], p[name][(2 * group + 1) * Lanes + j]);
        return [.. Enumerable.Range(0, Lanes)
            .Select(j => BankOracle.Chain(bank.Order(group), At("Rate", j), At("Output", j), input, intervals))];
    }

    // Thresholds at quantiles, each in the middle of the widest gap between outputs nearby, so that rounding moves no output across it.
    private static double[][] SetThresholds(PooledBank bank, int group, ParameterSet parameters, double[][] outputs)
    {
        var thresholds = bank.ThresholdsOf(group, parameters.Values);
        int count = bank.Thresholds(group);
        for (int j = 0; j < Lanes; j++)
        {
            double[] sorted = [outputs[j].Min() - 1, .. outputs[j].Order(), outputs[j].Max() + 1];
            for (int k = 0; k < count; k++)
            {
                int near = (k + 1) * (sorted.Length - 1) / (count + 1), first = Math.Max(0, near - 5);
                int last = Math.Min(sorted.Length - 2, near + 5);
                int widest = Enumerable.Range(first, last - first + 1).MaxBy(i => sorted[i + 1] - sorted[i]);
                thresholds[k * Lanes + j] = (float)((sorted[widest] + sorted[widest + 1]) / 2);
            }
        }
        return [.. thresholds.ToArray().Chunk(Lanes).Select(row => row.ToDouble())];
    }
}
