using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class ActivationsTests
{
    private const int Many = 100_003;

    [Fact]
    public void Gelu_MatchesOracle_ToElementwiseTolerance_NearZeroAndAbove()
    {
        foreach (var (low, high) in new[] { (-1.0, 1.0), (-1e-3, 1e-3), (-1e-20, 1e-20), (0.0, 10.0), (9.0, 1e6) })
        {
            float[] x = Draw.Uniform(Many, low, high), y = new float[Many];
            Activations.Gelu(x, y);
            for (int i = 0; i < Many; i++)
                y[i].Should().BeApproximately(KernelOracle.Gelu(x[i]), Tolerance.Elementwise * Math.Abs(KernelOracle.Gelu(x[i])));
        }
    }

    [Fact]
    public void Gelu_MatchesOracle_InTheNegativeTail()
    {
        float[] x = Draw.Uniform(Many, -9.5, 0), y = new float[Many];
        Activations.Gelu(x, y);
        for (int i = 0; i < Many; i++)
            y[i].Should().BeApproximately(KernelOracle.Gelu(x[i]), Tolerance.GeluTail * Math.Abs(KernelOracle.Gelu(x[i])));
    }

    [Fact]
    public void GeluBackward_MatchesOracle_AndAdds()
    {
        float[] x = Draw.Uniform(Many, -12, 12), dy = Draw.Uniform(Many, 2), dx = Draw.Uniform(Many, 3), before = [.. dx];
        Activations.GeluBackward(x, dy, dx);
        for (int i = 0; i < Many; i++)
        {
            double expected = before[i] + dy[i] * KernelOracle.GeluDerivative(x[i]);
            dx[i].Should().BeApproximately(expected, Tolerance.Elementwise * (Math.Abs(before[i]) + Math.Abs(dy[i])));
        }
    }

    [Fact]
    public void Sigmoid_MatchesOracle()
    {
        float[] x = Draw.Uniform(Many, -86, 86), y = new float[Many];
        Activations.Sigmoid(x, y);
        for (int i = 0; i < Many; i++)
            y[i].Should().BeApproximately(KernelOracle.Sigmoid(x[i]), Tolerance.Elementwise * KernelOracle.Sigmoid(x[i]));
    }

    private delegate void Function(ReadOnlySpan<float> x, Span<float> y);

    private delegate void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx);

    // Values and slopes, with the bounds that they have.
    private static readonly Dictionary<string, (Function Value, Backward Slope, Func<double, double> Oracle,
        Func<double, double> OracleSlope)> Smooth = new()
    {
        ["silu"] = (Activations.Silu, Activations.SiluBackward, KernelOracle.Silu,
            x => KernelOracle.Sigmoid(x) * (1 + x * (1 - KernelOracle.Sigmoid(x)))),
        ["tanh"] = (Activations.Tanh, Activations.TanhBackward, Math.Tanh, x => 1 - Math.Tanh(x) * Math.Tanh(x)),
        ["exact gelu"] = (Activations.ExactGelu, Activations.ExactGeluBackward, KernelOracle.ExactGelu, KernelOracle.ExactGeluDerivative),
        ["elu"] = (Activations.Elu, Activations.EluBackward, KernelOracle.Elu, x => Math.Min(1, Math.Exp(x))),
    };

    [Theory]
    [InlineData("silu")]
    [InlineData("tanh")]
    [InlineData("elu")]
    [InlineData("exact gelu")]
    public void SmoothFunctions_MatchOracle_AndBackwardAdds(string name)
    {
        var (value, slope, oracle, oracleSlope) = Smooth[name];
        foreach (double range in new[] { 0.1, 3, 120 })
        {
            float[] x = Draw.Uniform(Many, -range, range), y = new float[Many], dy = Draw.Uniform(Many, 2), dx = Draw.Uniform(Many, 3),
                before = [.. dx];
            value(x, y);
            slope(x, dy, dx);
            for (int i = 0; i < Many; i++)
            {
                y[i].Should().BeApproximately(oracle(x[i]), Tolerance.Elementwise * Math.Max(1, Math.Abs(oracle(x[i]))));
                dx[i].Should().BeApproximately(before[i] + dy[i] * oracleSlope(x[i]),
                    Tolerance.Elementwise * (Math.Abs(before[i]) + Math.Abs(dy[i])));
            }
        }
    }

    [Theory]
    [InlineData("silu")]
    [InlineData("tanh")]
    [InlineData("elu")]
    [InlineData("exact gelu")]
    public void SmoothFunctions_ReachTheEndsOfTheRange_AndKeepNaN(string name)
    {
        var (value, slope, _, _) = Smooth[name];
        float[] x = [float.NegativeInfinity, -1e30f, -200, 200, 1e30f, float.NaN], y = new float[6], dy = [1, 1, 1, 1, 1, 1],
            dx = new float[6];
        value(x, y);
        slope(x, dy, dx);
        float low = name is "silu" or "exact gelu" ? 0 : -1;
        y[..3].Should().AllSatisfy(v => v.Should().BeApproximately(low, 1e-30));
        y[3..5].Should().Equal(name == "tanh" ? [1, 1] : [200, 1e30f]);
        dx[..3].Should().AllSatisfy(v => v.Should().BeApproximately(0, 1e-30));
        dx[3..5].Should().AllSatisfy(v => v.Should().BeApproximately(name == "tanh" ? 0 : 1, 1e-30));
        y[5].Should().Be(float.NaN);
        dx[5].Should().Be(float.NaN);
    }

    [Fact]
    public void Softplus_MatchesOracle_RelativelyInBothTails()
    {
        foreach (var (low, high) in new[] { (-86.0, 86.0), (-10.0, 0.0), (-1.0, 1.0), (-1e-3, 1e-3) })
        {
            float[] x = Draw.Uniform(Many, low, high), y = new float[Many];
            Activations.Softplus(x, y);
            for (int i = 0; i < Many; i++)
                y[i].Should().BeApproximately(KernelOracle.Softplus(x[i]), Tolerance.Elementwise * KernelOracle.Softplus(x[i]));
        }
    }

    [Fact]
    public void SoftplusBackward_MatchesOracle()
    {
        float[] x = Draw.Uniform(Many, -80, 80), y = new float[Many], dy = Draw.Uniform(Many, 2), dx = [.. dy];
        Activations.Softplus(x, y);
        Activations.SoftplusBackward(y, dx);
        for (int i = 0; i < Many; i++)
            dx[i].Should().BeApproximately(dy[i] * KernelOracle.Sigmoid(x[i]),
                2 * Tolerance.Elementwise * Math.Abs(dy[i] * KernelOracle.Sigmoid(x[i])));
    }

    [Theory]
    [InlineData(-100f, 0)]
    [InlineData(-1e30f, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(100f, 1)]
    [InlineData(1e10f, 1)]
    [InlineData(float.MaxValue, 1)]
    [InlineData(float.PositiveInfinity, 1)]
    public void Ends_OfTheRange_AreReachedWithoutNaN(float value, int slope)
    {
        for (int length = 1; length <= 33; length++)
        {
            float[] x = [.. Enumerable.Repeat(value, length)], y = new float[length], dy = [.. Enumerable.Repeat(1f, length)],
                dx = new float[length];
            Activations.Gelu(x, y);
            y.Should().AllSatisfy(v => v.Should().BeApproximately(slope == 1 ? value : 0, slope == 1 ? 0 : 1e-30));
            Activations.GeluBackward(x, dy, dx);
            dx.Should().AllSatisfy(v => v.Should().BeApproximately(slope, 1e-30));
            Activations.Softplus(x, y);
            y.Should().AllSatisfy(v => v.Should().BeApproximately(slope == 1 ? value : 0, slope == 1 ? 0 : 1e-30));
            Activations.SoftplusBackward(y, dy);
            dy.Should().AllSatisfy(v => v.Should().BeApproximately(slope, 1e-30));
            Activations.Sigmoid(x, y);
            y.Should().AllSatisfy(v => v.Should().BeApproximately(slope, 1e-30));
        }
    }

    [Fact]
    public void AddAndGate_AreTheScalarOperations_InEveryBit()
    {
        for (int length = 0; length <= 70; length++)
        {
            float[] x = Draw.Uniform(length), y = Draw.Uniform(length, 2), sum = [.. y], product = new float[length];
            Activations.Add(x, sum);
            Activations.Gate(x, y, product);
            sum.Should().BeBitwise(x.Zip(y, (a, b) => a + b));
            product.Should().BeBitwise(x.Zip(y, (a, b) => a * b));
        }
    }

    [Fact]
    public void NaN_StaysNaN_AndStaysWhereItIs()
    {
        for (int length = 1; length <= 70; length++)
        {
            int at = length / 2;
            float[] x = Draw.Uniform(length), dy = Draw.Uniform(length, 2), gelu = new float[length], sigmoid = new float[length],
                dx = new float[length];
            x[at] = float.NaN;
            Activations.Gelu(x, gelu);
            Activations.Sigmoid(x, sigmoid);
            Activations.GeluBackward(x, dy, dx);
            for (int i = 0; i < length; i++)
                (float.IsNaN(gelu[i]), float.IsNaN(sigmoid[i]), float.IsNaN(dx[i])).Should().Be((i == at, i == at, i == at));
        }
    }

    [Fact]
    public void Elements_HaveTheSameBits_WhereverTheyStand()
    {
        const int Length = 70;
        float[] x = Draw.Uniform(Length, -8, 8), gate = Draw.Uniform(Length, 0, 1, 2), dy = Draw.Uniform(Length, 3),
            start = Draw.Uniform(Length, 4);
        var whole = All(0, Length);
        for (int length = 1; length < Length; length++)
        {
            int first = (Length - length) / 2;
            whole.Zip(All(first, length))
                .Should().AllSatisfy(pair => pair.Second.AsSpan().Should().BeBitwise(pair.First.AsSpan(first, length)));
        }

        float[][] All(int first, int length)
        {
            float[] X() => x[first..(first + length)];
            float[] gelu = X(), sigmoid = X(), product = new float[length], dx = start[first..(first + length)], dvalue = [.. dx],
                dz = new float[length];
            float[] g = gate[first..(first + length)], d = dy[first..(first + length)];
            Activations.Gelu(gelu, gelu);
            Activations.Sigmoid(sigmoid, sigmoid);
            Activations.Gate(X(), g, product);
            Activations.GeluBackward(X(), d, dx);
            Activations.GateBackward(X(), g, d, dvalue, dz);
            return [gelu, sigmoid, product, dx, dvalue, dz];
        }
    }

    [Fact]
    public void Gate_MatchesOracle_AndItsBackwardAssignsAndAdds()
    {
        for (int length = 1; length <= 70; length++)
        {
            float[] value = Draw.Uniform(length), gate = Draw.Uniform(length, 0, 1, 2), dy = Draw.Uniform(length, 3),
                dvalue = Draw.Uniform(length, 4), before = [.. dvalue];
            float[] y = new float[length], dz = [.. Enumerable.Repeat(float.NaN, length)];
            Activations.Gate(value, gate, y);
            Activations.GateBackward(value, gate, dy, dvalue, dz);
            for (int i = 0; i < length; i++)
            {
                y[i].Should().BeApproximately((double)value[i] * gate[i], Tolerance.Elementwise);
                dz[i].Should().BeApproximately((double)dy[i] * value[i] * gate[i] * (1 - gate[i]), Tolerance.Elementwise);
                dvalue[i].Should().BeApproximately(before[i] + (double)dy[i] * gate[i], Tolerance.Elementwise);
            }
        }
    }

    [Fact]
    public void Activations_AllocateNothing()
    {
        float[] x = new float[99], y = new float[99], z = new float[99];
        NoAllocation.In(() =>
        {
            Activations.Gelu(x, y);
            Activations.GeluBackward(x, y, z);
            Activations.Sigmoid(x, y);
            Activations.Gate(x, y, z);
            Activations.GateBackward(x, y, z, x, y);
        });
    }
}
