using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class OutputCountsTests
{
    private const int Lanes = FilterChain.Lanes, Thresholds = 5;

    // Outputs are rounded, so that they often equal a threshold or one another.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void Add_CountsWhatTheOracleCounts(int steps)
    {
        float[] levels = Coarse(Thresholds * Lanes, 2), outputs = Coarse(steps * Lanes, 3);
        var (part, whole) = Counts(levels, outputs, steps);
        double[][] y = [.. Enumerable.Range(0, Lanes).Select(j => Column(outputs, j).ToDouble())];
        double[][] expected = [.. levels.Chunk(Lanes).Select(row => row.ToDouble())];
        double[] features = BankOracle.Features(y, expected, parts: 1);

        int plane = Thresholds * Lanes;
        float[] counted = [.. part[..plane], .. part[(2 * plane)..], .. whole[Lanes..OutputCounts.WholeFeatures]];
        double[] shares = [.. features[..(2 * plane)], .. features[(2 * plane + Lanes)..]];
        counted.Select(count => (double)count / steps).ToArray().Should().BeNear(shares, Tolerance.Elementwise, "shares");
        whole[..Lanes].Should().BeBitwise(features[(2 * plane)..(2 * plane + Lanes)].ToFloat());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    public void Stretches_CountAsTheWhole(int length)
    {
        const int Steps = 100;
        float[] levels = Coarse(Thresholds * Lanes, 2), outputs = Coarse(Steps * Lanes, 3);
        var (part, whole) = Counts(levels, outputs, Steps);
        var (parts, wholes) = Counts(levels, outputs, length);
        parts.Should().BeBitwise(part);
        wholes.Should().BeBitwise(whole, "sums of multiples of a quarter are exact in any order");
    }

    // A plain sum in float is wrong by a tenth here.
    [Fact]
    public void TheMeanOfMillionsOfSteps_IsKept()
    {
        const int Steps = 1 << 22;
        float[] levels = new float[Lanes], outputs = Draw.Uniform(Lanes, 0.1, 0.4), extremes = new float[2],
            part = new float[OutputCounts.PartSize(1)], whole = new float[OutputCounts.WholeSize];
        OutputCounts.Begin(part, whole);
        for (int t = 0; t < Steps; t++)
            OutputCounts.Add(levels, outputs, extremes, part, whole);
        whole[Lanes..(2 * Lanes)].Select(sum => sum / Steps).ToArray().Should().BeNear(outputs.ToDouble(), Tolerance.Elementwise);
        part.Should().OnlyContain(count => count == Steps);
    }

    [Fact]
    public void ATie_IsWonByAllThatShareIt()
    {
        var (_, whole) = Counts(new float[Lanes], Enumerable.Repeat(1f, 3 * Lanes).ToArray(), 3);
        whole[(2 * Lanes)..OutputCounts.WholeFeatures].Should().OnlyContain(count => count == 3);
    }

    [Fact]
    public void TheFirstOutput_IsTheLargestSoFar_HoweverSmall()
        => Counts(new float[Lanes], Enumerable.Repeat(-5f, Lanes).ToArray(), 1).Whole[..Lanes].Should().OnlyContain(y => y == -5);

    [Fact]
    public void Add_AllocatesNothing()
    {
        float[] levels = Draw.Uniform(Thresholds * Lanes), outputs = Draw.Uniform(50 * Lanes), extremes = new float[100],
            part = new float[OutputCounts.PartSize(Thresholds)], whole = new float[OutputCounts.WholeSize];
        NoAllocation.In(() => OutputCounts.Add(levels, outputs, extremes, part, whole));
    }

    private static (float[] Part, float[] Whole) Counts(float[] levels, float[] outputs, int length)
    {
        float[] part = new float[OutputCounts.PartSize(levels.Length / Lanes)], whole = new float[OutputCounts.WholeSize];
        Array.Fill(part, float.NaN);
        Array.Fill(whole, float.NaN);
        OutputCounts.Begin(part, whole);
        foreach (float[] stretch in outputs.Chunk(length * Lanes))
            OutputCounts.Add(levels, stretch, new float[2 * length], part, whole);
        return (part, whole);
    }

    private static float[] Coarse(int length, int seed)
        => [.. Draw.Uniform(length, -2, 2, seed).Select(value => MathF.Round(4 * value) / 4)];

    private static float[] Column(float[] rows, int column) => [.. rows.Chunk(Lanes).Select(row => row[column])];
}
