using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class FourierTests
{
    public static TheoryData<int> Samples => [1, 2, 3, 4, 5, 8, 16, 31, 32, 64, 100, 512];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Forward_IsTheTransformOfThePaddedSignal(int samples)
    {
        const int Channels = 7;
        var plan = FourierPlan.For(samples);
        float[] rows = Draw.Uniform(samples * Channels, -1, 1, 3), z = new float[Fourier.Size(plan.Half)];
        Fourier.Forward(plan, new ChannelRows(rows, Channels, samples, Channels), z);
        for (int c = 0; c < Channels; c++)
        {
            double[] expected = new double[2 * (plan.Half + 1)];
            float[] actual = new float[expected.Length];
            for (int k = 0; k <= plan.Half; k++)
            {
                Complex sum = 0;
                for (int t = 0; t < samples; t++)
                    sum += rows[t * Channels + c] * Complex.FromPolarCoordinates(1, -Math.Tau * k * t / plan.Length);
                (expected[2 * k], expected[2 * k + 1]) = (sum.Real, sum.Imaginary);
                int place = 32 * (k == plan.Half ? 0 : plan.Places[k]) + c;
                bool real = k == 0 || k == plan.Half;
                (actual[2 * k], actual[2 * k + 1]) = (z[k == plan.Half ? place + 16 : place], real ? 0 : z[place + 16]);
            }
            actual.Should().BeNear(expected, Tolerance.Forward, $"channel {c}");
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Inverse_GivesTheSignalBack_OrItsMirrorImage(int samples)
    {
        const int Channels = 21;
        var plan = FourierPlan.For(samples);
        float[] rows = Draw.Uniform(samples * Channels, -1, 1, 3), z = new float[Fourier.Size(plan.Half)],
            back = Draw.Uniform(rows.Length, 4), mirrored = new float[rows.Length];
        double[] expected = [.. rows.Zip(back, (x, y) => (double)x + y)];
        for (int first = 0; first < Channels; first += 16)
        {
            int channels = Math.Min(16, Channels - first);
            var signal = new ChannelRows(rows.AsSpan(first), Channels, samples, channels);
            Fourier.Forward(plan, signal, z);
            Fourier.Inverse(plan, z, back.AsSpan(first), Channels, samples, channels, mirror: false, accumulate: true);
            Fourier.Forward(plan, signal, z);
            Fourier.Inverse(plan, z, mirrored.AsSpan(first), Channels, samples, channels, mirror: true, accumulate: false);
        }
        back.Should().BeNear(expected, Tolerance.Forward, "signal");
        // Before its start a padded signal is zero.
        mirrored.Should().BeNear([.. rows[..Channels].Select(value => (double)value), .. new double[(samples - 1) * Channels]],
            Tolerance.Forward, "mirror");
    }

    [Fact]
    public void Product_IsTheConvolution()
    {
        double[] k = ReferenceValues.At("fft_conv/k"), u = ReferenceValues.At("fft_conv/u");
        var plan = FourierPlan.For(k.Length);
        float[] kernel = k.ToFloat(), input = u.ToFloat(), a = new float[Fourier.Size(plan.Half)], b = new float[a.Length],
            y = new float[k.Length];
        Fourier.Forward(plan, new ChannelRows(kernel, 1, kernel.Length, 1), a);
        Fourier.Forward(plan, new ChannelRows(input, 1, input.Length, 1), b);
        Spectrum.Multiply(plan.Half, a, false, 1, b);
        Fourier.Inverse(plan, b, y, 1, y.Length, 1, mirror: false, accumulate: false);
        y.Should().BeNear(ReferenceValues.At("fft_conv/y"), Tolerance.Forward, "y");
    }
}
