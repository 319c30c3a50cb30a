using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class ShortAttentionTests()
    : CausalLayerLaws((layout, size) => new LocalAttention(layout, size, 1, 3), (p, x) => Attention.Local(p, x, 1, 3));

public class AttentionTests()
    : CausalLayerLaws((layout, size) => new LocalAttention(layout, 4 * size, 2, 40), (p, x) => Attention.Local(p, x, 2, 40));

public class WideAttentionTests()
    : CausalLayerLaws((layout, size) => new LocalAttention(layout, 3 * size, 3, 100), (p, x) => Attention.Local(p, x, 3, 100));

/// <summary>What only local attention has.</summary>
public class LocalAttentionTests
{
    private const int Size = 8, Heads = 2, Window = 40, Length = 150, Changed = 64;

    [Fact]
    public void Forward_OfAWindowOfOne_IsTheValueAlone()
    {
        var run = new LayerRun(l => new LocalAttention(l, Size, Heads, 1));
        float[] input = Draw.Uniform(Length * Size, -2, 2, 5), output = run.Forward(input, Length);
        double[][] values = PositionWise.Linear(OracleParameters.Of(run.Parameters).Scope("Value"), Rows.Unpack(input, Size, Length)[0]);
        double[][] expected = [.. values.Select(v => Enumerable.Repeat(v, Heads).SelectMany(head => head).ToArray())];
        output.Should().BeNear(expected.Flat(), Tolerance.Forward, "every head has the value of its own row");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(7f)]
    public void Forward_OutsideOfTheWindow_NothingMatters(float value)
    {
        var run = new LayerRun(layout => new LocalAttention(layout, Size, Heads, Window));
        float[] input = Draw.Uniform(Length * Size, -2, 2, 5), before = run.Forward(input, Length);
        input.AsSpan(Changed * Size, Size).Fill(value);
        float[] after = run.Forward(input, Length);
        after[..(Changed * Size)].Should().BeBitwise(before[..(Changed * Size)]);
        after[((Changed + Window) * Size)..].Should().BeBitwise(before[((Changed + Window) * Size)..]);
        for (int row = Changed; row < Changed + Window; row++)
            after[(row * Size)..((row + 1) * Size)].Should().NotEqual(before[(row * Size)..((row + 1) * Size)], $"row {row} sees it");
    }

    [Fact]
    public void Forward_DependsOnTheDistanceOfRowsAlone()
    {
        var run = new LayerRun(layout => new LocalAttention(layout, Size, Heads, Window));
        float[] input = Draw.Uniform(Length * Size, -2, 2, 5), ahead = Draw.Uniform(77 * Size, -2, 2, 6);
        float[] alone = run.Forward(input, Length), shifted = run.Forward([.. ahead, .. input], 77 + Length);
        int full = (Window - 1) * Size; // from here on a row sees the same rows in both
        shifted[(77 * Size + full)..].Should().BeNear(alone[full..].ToDouble(), Tolerance.Forward, "rows with the same window");
    }

    [Fact]
    public void Phases_TurnKeysAndQueries_SoThatTheirProductDependsOnTheDistanceAlone()
    {
        var phases = new RotaryPhases(Size, 60, 32);
        float[] q = Draw.Uniform(Size, -1, 1, 1), k = Draw.Uniform(Size, -1, 1, 2);
        double Product(int at, int distance)
        {
            float[] turned = new float[Size], key = new float[Size];
            phases.Turn(q, 1, at, turned);
            phases.Turn(k, 1, at - distance, key);
            return NumericGradient.Dot(turned.ToDouble(), key.ToDouble());
        }

        for (int distance = 0; distance < 40; distance++)
        {
            double expected = NumericGradient.Dot(Attention.Turned(q.ToDouble(), distance + 1_000_000_000),
                Attention.Turned(k.ToDouble(), 1_000_000_000));
            foreach (int at in new[] { -20, -1, 0, 17, 31 })
                Product(at, distance).Should().BeApproximately(expected, 1e-6);
        }
        Product(0, 5).Should().NotBeApproximately(Product(0, 0), 1e-3, "the distance matters");
    }

    [Fact]
    public void Step_GoesOnFromTheStateOfAWindow_FarBeyondTheSizeOfTheRing()
    {
        var run = new LayerRun(layout => new LocalAttention(layout, Size, Heads, Window));
        const int Steps = 400;
        float[] input = Draw.Uniform(Steps * Size, -2, 2, 5), expected = run.Forward(input, Steps), stepped = new float[expected.Length];
        float[] state = new float[run.StateSize], scratch = run.StepScratch();
        for (int t = 0; t < Steps; t++)
            run.Step(input.AsSpan(t * Size, Size), stepped.AsSpan(t * Size, Size), state, scratch);
        stepped.Should().BeNear(expected.ToDouble(), Tolerance.Forward, "outputs");
        state[0].Should().BeLessThan(2 * Window, "a number of rows that stays exact");
    }
}
