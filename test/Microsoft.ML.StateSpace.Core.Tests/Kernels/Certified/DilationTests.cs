using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

public sealed class DilationTests
{
    public static TheoryData<int> Widths => [1, 3, 4, 7, 8, 16, 19, 40];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Gates_AreTheFormula_AndContractions(int width)
    {
        float[] free = Draw.Uniform(3 * 4 * width, -12, 12, width), gates = new float[free.Length];
        DilationGates.Forward(free, gates, width);
        for (int i = 0; i < 3 * width; i++)
        {
            int at = i / width * 4 * width + i % width;
            double[] expected = Formula([.. Four(free, at, width).Select(x => (double)x)]);
            float[] actual = Four(gates, at, width);
            for (int k = 0; k < 4; k++)
                actual[k].Should().BeApproximately(expected[k], 2e-6);
            Norm(actual).Should().BeLessThanOrEqualTo(1, $"[{string.Join(", ", actual)}] has norm {Norm(actual):R}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void GateGradient_IsThatOfTheFormula(int width)
    {
        float[] free = Draw.Uniform(4 * width, -2, 2, width), weights = Draw.Uniform(4 * width, width + 1), gradients = [.. weights];
        DilationGates.Backward(free, gradients, width);
        for (int n = 0; n < width; n++)
        {
            double[] x = [.. Four(free, n, width).Select(value => (double)value)];
            for (int k = 0; k < 4; k++)
                gradients[k * width + n].Should().BeApproximately(Slope(x, k, Four(weights, n, width)), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scan_IsTheRecurrence_AndItsGradient(int width)
    {
        const int length = 9;
        float[] free = Draw.Uniform(length * 4 * width, -2, 2, 1), gates = new float[free.Length], q = Draw.Uniform(length * width, 2),
            dy = Draw.Uniform(length * width, 3);
        DilationGates.Forward(free, gates, width);
        float[] states = new float[(length + 1) * width], y = new float[q.Length], dq = new float[q.Length],
            dgates = new float[gates.Length];
        Draw.Uniform(width, 4).CopyTo(states, 0);
        float[] first = states[..width];
        DilationScan.Forward(gates, q, states, y, width);
        DilationScan.Backward(gates, q, states, dy, dq, dgates, width);

        double[] g = [.. gates.Select(x => (double)x)], u = [.. q.Select(x => (double)x)];
        y.Should().BeNear(Walk(g, u, first, width), Tolerance.Scan, "y");
        double Loss() => Walk(g, u, first, width).Zip(dy, (a, b) => a * b).Sum();
        dq.Should().BeNear(Gradient(u, Loss), Tolerance.Scan, "dq");
        dgates.Should().BeNear(Gradient(g, Loss), Tolerance.Scan, "dgates");
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Rectifier_IsTheFormula_AndItsGradient(int width)
    {
        float[] x = Draw.Uniform(5 * width, 1), bias = Draw.Uniform(width, 2), shift = [.. Draw.Uniform(width, -1, 0, 3)], y = [.. x],
            dy = Draw.Uniform(5 * width, 4);
        Rectifier.Forward(y, bias, shift);
        float[] dx = [.. dy];
        Rectifier.Backward(y, shift, dx);
        for (int i = 0; i < x.Length; i++)
        {
            double sum = (double)x[i] + bias[i % width];
            y[i].Should().BeApproximately(Math.Max(sum, 0) + shift[i % width], 1e-6);
            dx[i].Should().Be(sum > 0 ? dy[i] : 0);
        }
    }

    private static float[] Four(float[] rows, int at, int width)
        => [rows[at], rows[at + width], rows[at + 2 * width], rows[at + 3 * width]];

    private static double[] Formula(double[] free)
    {
        double[] x = [.. free.Select(value => Math.Clamp(value, -DilationGates.Limit, DilationGates.Limit))];
        double a = Math.Tanh(x[0]), u = Math.Tanh(x[1]), v = Math.Tanh(x[2]), w = Math.Tanh(x[3]);
        double sa = 1 / Math.Cosh(x[0]), su = 1 / Math.Cosh(x[1]), sv = 1 / Math.Cosh(x[2]);
        return [.. new[] { a, sa * u, v * sa, -v * a * u + su * sv * w }.Select(value => DilationGates.Margin * value)];
    }

    private static double Slope(double[] x, int index, float[] weights)
    {
        const double step = 1e-5;
        double At(double shift)
        {
            double[] moved = [.. x];
            moved[index] += shift;
            return Formula(moved).Zip(weights, (value, weight) => value * weight).Sum();
        }
        return (At(step) - At(-step)) / (2 * step);
    }

    // The larger singular value of [a, b; c, d].
    private static double Norm(float[] m)
    {
        double a = m[0], b = m[1], c = m[2], d = m[3], sum = a * a + b * b + c * c + d * d, determinant = a * d - b * c;
        return Math.Sqrt((sum + Math.Sqrt(Math.Max(0, sum * sum - 4 * determinant * determinant))) / 2);
    }

    private static double[] Walk(double[] gates, double[] q, float[] first, int width)
    {
        double[] y = new double[q.Length], z = [.. first.Select(x => (double)x)];
        for (int i = 0; i < q.Length; i++)
        {
            int n = i % width, at = i / width * 4 * width + n;
            y[i] = gates[at + 2 * width] * z[n] + gates[at + 3 * width] * q[i];
            z[n] = gates[at] * z[n] + gates[at + width] * q[i];
        }
        return y;
    }

    private static double[] Gradient(double[] values, Func<double> loss)
    {
        const double step = 1e-4;
        var gradient = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            values[i] = value + step;
            double above = loss();
            values[i] = value - step;
            gradient[i] = (above - loss()) / (2 * step);
            values[i] = value;
        }
        return gradient;
    }
}
