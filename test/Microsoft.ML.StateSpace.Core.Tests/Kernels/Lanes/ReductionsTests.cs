using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class ReductionsTests
{
    [Fact]
    public void HasNaN_FindsOneAnywhere_AndNothingElse()
    {
        for (int length = 0; length <= 70; length++)
        {
            float[] x = [.. Draw.Uniform(length).Select((value, i) => i % 3 == 0 ? float.NegativeInfinity : value)];
            Reductions.HasNaN(x).Should().BeFalse();
            for (int at = 0; at < length; at++)
            {
                float before = x[at];
                x[at] = float.NaN;
                Reductions.HasNaN(x).Should().BeTrue();
                x[at] = before;
            }
        }
    }

    [Fact]
    public void SumOfSquares_MatchesOracle()
    {
        for (int length = 0; length <= 70; length++)
        {
            float[] x = Draw.Uniform(length);
            Reductions.SumOfSquares(x).Should().BeApproximately(x.Sum(value => (double)value * value), 1e-13);
        }
    }

    [Fact]
    public void SumOfSquares_HasTheSameBits_OnEveryMachine()
        => BitConverter.DoubleToInt64Bits(Reductions.SumOfSquares(Draw.Uniform(100_003))).Should().Be(4674817695680013958);

    [Fact]
    public void SumOfSquares_DoesNotOverflow() => Reductions.SumOfSquares([1e30f, 1e30f]).Should().BeApproximately(2e60, 1e54);

    [Fact]
    public void SumOfSquares_AllocatesNothing()
    {
        float[] x = new float[99];
        NoAllocation.In(() => Reductions.SumOfSquares(x));
    }
}
