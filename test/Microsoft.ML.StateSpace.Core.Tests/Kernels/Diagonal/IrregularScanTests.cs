using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class IrregularScanTests
{
    private const int Length = 23;

    public static TheoryData<Discretization, bool> Cases => new()
    {
        { Discretization.ZeroOrderHold, false }, { Discretization.ZeroOrderHold, true }, { Discretization.Bilinear, false },
        { Discretization.Bilinear, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_MatchesOracle(Discretization discretization, bool reverse)
    {
        for (int states = 1; states <= 70; states++)
        {
            var data = new Data(states, reverse);
            Check(data.Oracle(discretization).X, data.Forward(discretization), states, $"{states} states");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Backward_MatchesOracle(Discretization discretization, bool reverse)
    {
        for (int states = 1; states <= 70; states++)
        {
            var data = new Data(states, reverse);
            var (_, expectedRows, expectedZeta, magnitudes) = data.Oracle(discretization);
            var (rows, zeta) = data.Backward(discretization, data.Forward(discretization));
            Check(expectedRows, rows, states, $"rows of {states} states");
            // Each term is a product of a state and a gradient. Both may have that error, so the product may have it twice.
            for (int n = 0; n < states; n++)
            {
                var expected = expectedZeta[n] + KernelOracle.At(data.Gradient, 0, n, states);
                Complex.Abs(expected - KernelOracle.At(zeta, 0, n, states))
                    .Should().BeLessThanOrEqualTo(2 * Tolerance.Scan * (1 + magnitudes[n]), $"{states} states, zeta {n}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scan_GivesAStateTheSameBits_AmongAnyOthers(Discretization discretization, bool reverse)
    {
        foreach (int states in Enumerable.Range(1, 40).Concat([63, 64, 65]))
        {
            var data = new Data(states, reverse);
            float[] x = data.Forward(discretization);
            var (rows, zeta) = data.Backward(discretization, x);
            for (int n = 0; n < states; n++)
            {
                var alone = data.Only(n);
                float[] xAlone = alone.Forward(discretization);
                var (rowsAlone, zetaAlone) = alone.Backward(discretization, xAlone);
                Data.Column(x, n, states).Should().BeBitwise(xAlone);
                Data.Column(rows, n, states).Should().BeBitwise(rowsAlone);
                Data.Column(zeta, n, states).Should().BeBitwise(zetaAlone);
            }
        }
    }

    // Bits agree only where rows are computed one after another. What a piece owes is found without the rows before it.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Pieces_LinkedAtTheirEdges_AreTheWhole(Discretization discretization, bool reverse)
    {
        const int States = 19, Width = 2 * States, Cut = 9;
        var data = new Data(States, reverse);
        float[] whole = data.Forward(discretization);
        var (wholeRows, wholeZeta) = data.Backward(discretization, whole);
        Range first = reverse ? Cut..Length : 0..Cut, second = reverse ? 0..Cut : Cut..Length;
        float[] Part(float[] rows, Range range) => rows[(range.Start.Value * Width)..(range.End.Value * Width)];

        float[] end = new float[Width], product = new float[Width], middle = new float[Width];
        IrregularScanCarry.ForwardEnd(discretization, data.Zeta, data.Intervals.AsSpan(first), Part(data.W, first), end, product, reverse);
        IrregularScanCarry.Next(end, product, data.Before, middle);
        int last = reverse ? Cut : Cut - 1;
        middle.Should().BeNear(whole[(last * Width)..((last + 1) * Width)].Select(v => (double)v).ToArray(),
            Tolerance.Scan, "state between the pieces");
        float[] x = new float[Part(whole, second).Length];
        IrregularScan.Forward(discretization, data.Zeta, data.Intervals.AsSpan(second), Part(data.W, second), middle, x, reverse);
        x.Should().BeNear(Part(whole, second).Select(v => (double)v).ToArray(), Tolerance.Scan, "x");

        float[] owed = new float[Width], zeta = [.. data.Gradient], firstRows = Part(data.Rows, first),
            secondRows = Part(data.Rows, second);
        IrregularScanCarry.BackwardEnd(discretization, data.Zeta, data.Intervals.AsSpan(second), secondRows, end, product, reverse);
        IrregularScanCarry.Next(end, product, data.Behind, owed);
        IrregularScan.Backward(discretization, data.Zeta, data.Intervals.AsSpan(second), Part(data.W, second), middle, x, data.Behind,
            secondRows, zeta, reverse);
        IrregularScan.Backward(discretization, data.Zeta, data.Intervals.AsSpan(first), Part(data.W, first), data.Before,
            Part(whole, first), owed, firstRows, zeta, reverse);
        secondRows.Should().BeNear(Part(wholeRows, second).Select(v => (double)v).ToArray(),
            Tolerance.Scan, "gradient of the second piece");
        firstRows.Should().BeNear(Part(wholeRows, first).Select(v => (double)v).ToArray(), Tolerance.Scan, "gradient of the first piece");
        zeta.Should().BeNear(wholeZeta.Select(v => (double)v).ToArray(), Tolerance.Scan * 4, "gradient of zeta");
    }

    // With w = 0 a state is multiplied by 1 + E.
    [Theory]
    [InlineData(Discretization.ZeroOrderHold)]
    [InlineData(Discretization.Bilinear)]
    public void State_NeverGrowsByItself_WhateverTheInterval(Discretization discretization)
    {
        float[] rates = [-1e-30f, -1e-6f, -0.01f, -0.6f, -3, -80, -1e4f, -1e15f],
            phases = [0, 1e-20f, -0.003f, 0.5f, 3.1415927f, -7, 1e3f, 1e8f, -1e15f];
        foreach (float rate in rates)
            foreach (float phase in phases)
                for (int power = -30; power <= 30; power++)
                {
                    float[] zeta = [rate, phase], x = new float[2], before = [0.6f, -0.8f];
                    IrregularScan.Forward(discretization, zeta, [MathF.Pow(10, power)], new float[2], before, x, false);
                    Complex.Abs(new Complex(x[0], x[1]))
                        .Should().BeLessThanOrEqualTo(
                            1 + 8 * Tolerance.Rounding, $"zeta ({rate}, {phase}), interval 1e{power}: {x[0]}, {x[1]}");
                }
    }

    // A state is multiplied by 1 + E. Where a pole decays by 1e-6 a step, E is that small, and 1 + E rounded to float would lose most of
    // its digits.
    [Theory]
    [InlineData(Discretization.ZeroOrderHold)]
    [InlineData(Discretization.Bilinear)]
    public void Increment_KeepsTheDigitsOfSlowPoles(Discretization discretization)
    {
        foreach (double size in new[] { 1e-7, 1e-4, 0.01, 0.3 })
        {
            foreach (double angle in new[] { 1.6, 2, 3, 3.14159 })
            {
                // From a state of 0 with w = 1, x is E.
                var z = Complex.FromPolarCoordinates(size, angle);
                float[] zeta = [(float)z.Real, (float)z.Imaginary], x = new float[2];
                IrregularScan.Forward(discretization, zeta, [1], [1, 0], default, x, false);
                var expected = Data.Increment(discretization, new Complex(zeta[0], zeta[1]));
                Complex.Abs(expected - new Complex(x[0], x[1]))
                    .Should().BeLessThanOrEqualTo(Tolerance.Elementwise * Complex.Abs(expected), $"{expected} is {x[0]}, {x[1]}");
            }
        }
    }

    [Fact]
    public void Scan_AllocatesNothing()
    {
        var data = new Data(37, reverse: true);
        float[] x = data.Forward(Discretization.ZeroOrderHold), rows = new float[x.Length], end = new float[74], product = new float[74];
        NoAllocation.In(() =>
        {
            foreach (var discretization in (ReadOnlySpan<Discretization>)[Discretization.ZeroOrderHold, Discretization.Bilinear])
            {
                IrregularScan.Forward(discretization, data.Zeta, data.Intervals, data.W, data.Before, x, true);
                IrregularScan.Backward(discretization, data.Zeta, data.Intervals, data.W, data.Before, x, data.Behind, rows, data.Gradient,
                    true);
                IrregularScanCarry.ForwardEnd(discretization, data.Zeta, data.Intervals, data.W, end, product, true);
                IrregularScanCarry.BackwardEnd(discretization, data.Zeta, data.Intervals, rows, end, product, true);
            }
        });
    }

    private static void Check(Complex[,] expected, float[] actual, int states, string what)
    {
        double largest = expected.Cast<Complex>().Max(Complex.Abs);
        for (int t = 0; t < expected.GetLength(0); t++)
            for (int n = 0; n < states; n++)
                Complex.Abs(expected[t, n] - KernelOracle.At(actual, t, n, states))
                    .Should().BeLessThanOrEqualTo(Tolerance.Scan * largest, $"{what}, row {t}, state {n}");
    }

    /// <summary>What a scan takes, and what it must give, in double.</summary>
    private sealed record Data
    {
        private readonly bool _reverse;

        public Data(int states, bool reverse)
        {
            _reverse = reverse;
            float[] decays = Draw.Uniform(states, -0.6, -0.05, 10), phases = Draw.Uniform(states, -3, 3, 11);
            Zeta = [.. decays, .. phases];
            int width = 2 * states;
            (W, Rows) = (Draw.Uniform(Length * width, 2), Draw.Uniform(Length * width, 3));
            (Before, Behind, Gradient) = (Draw.Uniform(width, 4), Draw.Uniform(width, 5), Draw.Uniform(width, 6));
        }

        public float[] Zeta { get; init; }

        public float[] Intervals { get; } = Draw.Uniform(Length, 0.1, 2, 7);

        public float[] W { get; init; }

        public float[] Rows { get; init; }

        public float[] Before { get; init; }

        public float[] Behind { get; init; }

        public float[] Gradient { get; init; }

        private int States => Zeta.Length / 2;

        public Data Only(int n) => this with
        {
            Zeta = Column(Zeta, n, States), W = Column(W, n, States), Rows = Column(Rows, n, States), Before = Column(Before, n, States),
            Behind = Column(Behind, n, States),
            Gradient = Column(Gradient, n, States),
        };

        public float[] Forward(Discretization discretization)
        {
            var x = new float[W.Length];
            IrregularScan.Forward(discretization, Zeta, Intervals, W, Before, x, _reverse);
            return x;
        }

        public (float[] Rows, float[] Zeta) Backward(Discretization discretization, float[] x)
        {
            float[] rows = [.. Rows], zeta = [.. Gradient];
            IrregularScan.Backward(discretization, Zeta, Intervals, W, Before, x, Behind, rows, zeta, _reverse);
            return (rows, zeta);
        }

        /// <summary>x, the gradients, and the sum of the magnitudes of the terms of that of zeta.</summary>
        public (Complex[,] X, Complex[,] Rows, Complex[] Zeta, double[] Magnitudes) Oracle(Discretization discretization)
        {
            var (x, rows, gradient, magnitudes) = (new Complex[Length, States], new Complex[Length, States], new Complex[States],
                new double[States]);
            for (int n = 0; n < States; n++)
            {
                var zeta = KernelOracle.At(Zeta, 0, n, States);
                Complex state = KernelOracle.At(Before, 0, n, States), owed = KernelOracle.At(Behind, 0, n, States);
                foreach (int t in Order())
                {
                    Complex pole = 1 + Increment(discretization, zeta * Intervals[t]);
                    x[t, n] = state = pole * state + (pole - 1) * KernelOracle.At(W, t, n, States);
                }
                int[] back = [.. Order().Reverse()];
                for (int i = 0; i < Length; i++)
                {
                    int t = back[i];
                    Complex previous = i + 1 < Length ? x[back[i + 1], n] : KernelOracle.At(Before, 0, n, States), z = zeta * Intervals[t];
                    Complex increment = Increment(discretization, z), s = KernelOracle.At(Rows, t, n, States) + owed;
                    Complex slope = Intervals[t]
                        * (discretization == Discretization.ZeroOrderHold ? Complex.Exp(z) : 1 / ((1 - z / 2) * (1 - z / 2)));
                    Complex term = Complex.Conjugate(slope) * s * Complex.Conjugate(previous + KernelOracle.At(W, t, n, States));
                    (gradient[n], magnitudes[n]) = (gradient[n] + term, magnitudes[n] + Complex.Abs(term));
                    rows[t, n] = Complex.Conjugate(increment) * s;
                    owed = Complex.Conjugate(1 + increment) * s;
                }
            }
            return (x, rows, gradient, magnitudes);
        }

        /// <summary>lb - 1; the difference of nearly equal numbers by its series.</summary>
        public static Complex Increment(Discretization discretization, Complex z)
            => discretization == Discretization.Bilinear ? z / (1 - z / 2)
                : Complex.Abs(z) > 0.1 ? Complex.Exp(z) - 1
                : z * (1 + z / 2 * (1 + z / 3 * (1 + z / 4 * (1 + z / 5 * (1 + z / 6 * (1 + z / 7 * (1 + z / 8)))))));

        /// <summary>State n of rows of states.</summary>
        public static float[] Column(float[] values, int n, int states)
            => [.. Enumerable.Range(0, values.Length / (2 * states))
                .SelectMany(t => new[] { values[t * 2 * states + n], values[t * 2 * states + states + n] })];

        private IEnumerable<int> Order() => _reverse ? Enumerable.Range(0, Length).Reverse() : Enumerable.Range(0, Length);
    }
}
