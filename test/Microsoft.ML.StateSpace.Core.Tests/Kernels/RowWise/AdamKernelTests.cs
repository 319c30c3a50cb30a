using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class AdamKernelTests
{
    private const float Rate = 0.01f, Decay = 0.05f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f, Scale = 0.5f;

    [Fact]
    public void Update_FollowsThreeStepsOfTheFormula()
    {
        for (int length = 1; length <= 70; length++)
        {
            float[] values = Draw.Uniform(length, 1), first = new float[length], second = new float[length];
            double[] p = Array.ConvertAll(values, x => (double)x), m = new double[length], v = new double[length];
            for (int step = 1; step <= 3; step++)
            {
                float[] gradients = Draw.Uniform(length, 1 + step);
                double correction1 = 1 - Math.Pow(Beta1, step), correction2 = 1 - Math.Pow(Beta2, step);
                AdamKernel.Update(values, gradients, first, second, Rate, Decay, Beta1, Beta2, Epsilon, (float)correction1,
                    (float)correction2, Scale);
                for (int i = 0; i < length; i++)
                {
                    double g = (double)gradients[i] * Scale;
                    m[i] = Beta1 * m[i] + (1 - (double)Beta1) * g;
                    v[i] = Beta2 * v[i] + (1 - (double)Beta2) * g * g;
                    p[i] -= Rate * (m[i] / correction1 / (Math.Sqrt(v[i] / correction2) + Epsilon) + Decay * p[i]);
                    values[i].Should().BeApproximately(p[i], Tolerance.Adam);
                    first[i].Should().BeApproximately(m[i], Tolerance.Adam);
                    second[i].Should().BeApproximately(v[i], Tolerance.Adam);
                }
            }
        }
    }

    [Fact]
    public void Update_GivesAnElementTheSameBits_WhereverItStands()
    {
        float[] start = Draw.Uniform(70, 1), gradients = Draw.Uniform(70, 2);
        var whole = After(0, 70);
        for (int length = 1; length < 70; length++)
            After(70 - length, length).Should().BeBitwise(whole[(70 - length)..]);

        float[] After(int from, int length)
        {
            float[] values = start[from..(from + length)];
            AdamKernel.Update(values, gradients.AsSpan(from, length), new float[length], new float[length], Rate, Decay, Beta1, Beta2,
                Epsilon, 0.1f, 0.001f, Scale);
            return values;
        }
    }

    [Fact]
    public void Update_AllocatesNothing()
    {
        float[] p = new float[99], g = new float[99], m = new float[99], v = new float[99];
        NoAllocation.In(() => AdamKernel.Update(p, g, m, v, Rate, Decay, Beta1, Beta2, Epsilon, 0.1f, 0.001f, Scale));
    }
}
