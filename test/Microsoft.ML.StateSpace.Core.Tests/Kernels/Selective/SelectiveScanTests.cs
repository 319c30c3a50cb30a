using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class SelectiveScanTests
{
    private static readonly string[] GradientOrder = ["ALog", "U", "Raw", "B", "C", "Skip", "Gate", "Bias"];

    public static TheoryData<string, InputDiscretization> References => new()
    {
        { "s6_selective_scan_euler", InputDiscretization.Euler },
        { "s6_selective_scan_zoh", InputDiscretization.ZeroOrderHold },
    };

    [Theory]
    [MemberData(nameof(References))]
    public void Oracle_MatchesReference(string entry, InputDiscretization discretization)
    {
        var p = Reference(entry);
        double[] Output() => Gated(p, Oracle(p, discretization).Outputs);
        Oracle(p, discretization).States.Flat().Should().BeNear(ReferenceValues.At($"{entry}/states"), Tolerance.Reference, "states");
        Output().Should().BeNear(ReferenceValues.At($"{entry}/y"), Tolerance.Reference, "y");
        double[] gradient = [.. GradientOrder.SelectMany(name => NumericGradient.Of(() => 0.5 * Output().Sum(y => y * y), p[name]))];
        gradient.Should().BeNear(ReferenceValues.At($"{entry}/grad"), Tolerance.ReferenceGradient, "gradient");
    }

    [Theory]
    [MemberData(nameof(References))]
    public void Scan_MatchesReference(string entry, InputDiscretization discretization)
    {
        var p = Reference(entry);
        var scan = new Run(p["ALog"].Length / 2, 2, p["U"].Length / 2, discretization) { ALog = p["ALog"].ToFloat(),
            Skip = p["Skip"].ToFloat(), U = p["U"].ToFloat() };
        Activations.Softplus(Raw(p).Flat().ToFloat(), scan.Steps);
        for (int t = 0; t < scan.Rows; t++)
            (scan.Projections[4 * t], scan.Projections[4 * t + 1], scan.Projections[4 * t + 2], scan.Projections[4 * t + 3])
                = ((float)p["B"][2 * t], (float)p["B"][2 * t + 1], (float)p["C"][2 * t], (float)p["C"][2 * t + 1]);
        scan.Forward();
        double[] y = Gated(p, [.. scan.Output.ToDouble().Chunk(2)]);
        y.ToFloat().Should().BeNear(ReferenceValues.At($"{entry}/y"), Tolerance.Forward, "y");
        Transposed(scan.State, 2).Should().BeNear(ReferenceValues.Rows($"{entry}/states", 4)[^1], Tolerance.Forward, "last state");

        float[] upstream = [.. y.Zip(p["Gate"], (value, z) => (float)(value * z * KernelOracle.Sigmoid(z)))];
        scan.Backward(upstream);
        Activations.SoftplusBackward(scan.Steps, scan.StepGradient);
        double[] raw = scan.StepGradient.ToDouble();
        var gradients = new Dictionary<string, double[]>
        {
            ["ALog"] = [.. Transposed(scan.RateGradient, 2).ToArray().Zip(p["ALog"], (g, log) => g * -Math.Exp(log))],
            ["U"] = scan.InputGradient.ToDouble(),
            ["Raw"] = raw,
            ["B"] = [.. scan.ProjectionGradient.ToDouble().Chunk(4).SelectMany(row => row[..2])],
            ["C"] = [.. scan.ProjectionGradient.ToDouble().Chunk(4).SelectMany(row => row[2..])],
            ["Skip"] = scan.SkipGradient.ToDouble(),
            ["Bias"] = [raw.Where((_, i) => i % 2 == 0).Sum(), raw.Where((_, i) => i % 2 == 1).Sum()],
        };
        double[] expected = ReferenceValues.At($"{entry}/grad");
        int at = 0;
        foreach (string name in GradientOrder)
        {
            if (gradients.TryGetValue(name, out double[]? gradient))
                gradient.Should().BeNear(expected[at..(at + gradient.Length)], Tolerance.Gradient, name);
            at += p[name].Length;
        }
    }

    // The lengths are around the ends of chunks. The widths leave a tail of every number of lanes.
    [Theory]
    [InlineData(InputDiscretization.Euler)]
    [InlineData(InputDiscretization.ZeroOrderHold)]
    public void Forward_MatchesOracle_AtEveryWidthAndLength(InputDiscretization discretization)
    {
        foreach (int channels in Enumerable.Range(1, 34))
            Check(channels, 3, 5);
        foreach (int states in Enumerable.Range(1, 18))
            Check(5, states, 5);
        foreach (int rows in new[] { 1, 31, 32, 33, 63, 64, 65, 200 })
            Check(3, 2, rows);

        void Check(int channels, int states, int rows)
        {
            var scan = Run.Random(channels, states, rows, discretization);
            scan.Forward();
            scan.Output.Should().BeNear(scan.Oracle().Outputs.Flat(),
                Tolerance.Forward, $"{channels} channels, {states} states, {rows} rows");
        }
    }

    [Fact]
    public void Scan_GivesAChannelTheSameBits_AmongAnyOthers()
    {
        for (int channels = 1; channels <= 34; channels++)
        {
            var all = Run.Random(channels, 3, 40, InputDiscretization.Euler);
            all.Forward();
            float[] upstream = Draw.Uniform(all.Output.Length, 9);
            all.Backward(upstream);
            foreach (int d in new[] { 0, channels / 2, channels - 1 })
            {
                var one = all.Channel(d);
                one.Forward();
                one.Backward(Column(upstream, d, channels));
                one.Output.Should().BeBitwise(Column(all.Output, d, channels));
                one.InputGradient.Should().BeBitwise(Column(all.InputGradient, d, channels));
                one.StepGradient.Should().BeBitwise(Column(all.StepGradient, d, channels));
                one.RateGradient.Should().BeBitwise(Column(all.RateGradient, d, channels));
            }
        }
    }

    [Fact]
    public void StepsOfZero_HoldTheState_AndLetNothingIn()
    {
        foreach (var discretization in Enum.GetValues<InputDiscretization>())
        {
            var scan = Run.Random(5, 3, 40, discretization);
            Array.Clear(scan.Steps);
            float[] before = Draw.Uniform(scan.State.Length, 4);
            scan.Forward(before);
            scan.State.Should().BeBitwise(before);
        }
    }

    // 1 - exp(-softplus(s)) = sigmoid(s): theorem 1 of the Mamba paper.
    [Fact]
    public void OneHeldState_OfRateOne_IsAGatedAverage()
    {
        const int Rows = 50;
        var scan = Run.Random(1, 1, Rows, InputDiscretization.ZeroOrderHold);
        float[] raw = Draw.Uniform(Rows, -4, 4, 5);
        scan.ALog[0] = scan.Skip[0] = 0;
        for (int t = 0; t < Rows; t++)
            scan.Projections[2 * t] = scan.Projections[2 * t + 1] = 1;
        Activations.Softplus(raw, scan.Steps);
        scan.Forward();
        double x = 0;
        var expected = new double[Rows];
        for (int t = 0; t < Rows; t++)
            expected[t] = x += KernelOracle.Sigmoid(raw[t]) * (scan.U[t] - x);
        scan.Output.Should().BeNear(expected, Tolerance.Forward, "y");
    }

    [Fact]
    public void ChannelsScannedByThemselves_HaveTheBitsOfAll()
    {
        foreach (var discretization in Enum.GetValues<InputDiscretization>())
        {
            Run all = Run.Random(37, 6, 75, discretization), parts = Run.Random(37, 6, 75, discretization);
            float[] upstream = Draw.Uniform(all.Output.Length, 9);
            all.Forward();
            all.Backward(upstream);
            parts.Forward(32, 5);
            parts.Forward(0, 32);
            parts.Backward(upstream);
            parts.Output.Should().BeBitwise(all.Output);
            parts.State.Should().BeBitwise(all.State);
            parts.RateGradient.Should().BeBitwise(all.RateGradient, "the states before chunks are the same");
        }
    }

    [Fact]
    public void PiecesLinked_EqualTheWhole()
    {
        const int Rows = 100, Cut = 37;
        foreach (var discretization in Enum.GetValues<InputDiscretization>())
        {
            var whole = Run.Random(6, 4, Rows, discretization);
            float[] upstream = Draw.Uniform(whole.Output.Length, 9);
            whole.Forward();
            whole.Backward(upstream);
            Run first = whole.Part(0, Cut), second = whole.Part(Cut, Rows), other = whole.Part(Cut, Rows);
            first.Forward();
            second.Forward(first.State);
            second.State.Should().BeNear(whole.State.ToDouble(), Tolerance.Forward, "state");
            float[] behind = Draw.Uniform(second.State.Length, 10), begin = new float[behind.Length], linked = new float[behind.Length],
                sum = StepSum(second);
            second.Begin(upstream[(6 * Cut)..], begin);
            SelectiveScan.Carry(second.Rates, sum, 0, 4, begin, behind, linked);
            SelectiveScan.Carry(second.Rates, sum, 4, 2, begin, behind, linked);
            other.Forward(first.State);
            other.Backward(upstream[(6 * Cut)..], behind);
            linked.Should().BeNear(other.Carry.ToDouble(), Tolerance.Forward, "gradient of the state between");
            second.Backward(upstream[(6 * Cut)..]);
            first.Backward(upstream[..(6 * Cut)], second.Carry);
            ((float[])[.. first.InputGradient, .. second.InputGradient])
                .Should().BeNear(whole.InputGradient.ToDouble(), Tolerance.Forward, "input");
            first.RateGradient.Zip(second.RateGradient, (a, b) => a + b)
                .Should().BeNear(whole.RateGradient.ToDouble(), Tolerance.Gradient, "rates");
        }
    }

    private static float[] StepSum(Run run)
    {
        var sum = new float[run.Skip.Length];
        RowKernels.AddRowSum(run.Steps, sum);
        return sum;
    }

    private static float[] Column(float[] rows, int column, int width) => [.. rows.Where((_, i) => i % width == column)];

    // (N, D) to (D, N).
    private static float[] Transposed(float[] values, int channels)
        => [.. Enumerable.Range(0, channels).SelectMany(d => Column(values, d, channels))];

    private static Dictionary<string, double[]> Reference(string entry)
        => GradientOrder.Zip(["A_log", "u", "d", "B", "C", "Dskip", "z", "d_bias"]).ToDictionary(pair => pair.First,
            pair => ReferenceValues.At($"{entry}/{pair.Second}"));

    private static double[][] Raw(Dictionary<string, double[]> p)
        => [.. p["Raw"].Chunk(2).Select(row => row.Zip(p["Bias"], (d, bias) => d + bias).ToArray())];

    private static (double[][] Outputs, double[][] States) Oracle(Dictionary<string, double[]> p, InputDiscretization discretization)
    {
        double[][] delta = [.. Raw(p).Select(row => Array.ConvertAll(row, KernelOracle.Softplus))];
        return SelectiveCores.Scan(p["ALog"], p["Skip"], [.. p["U"].Chunk(2)], delta, [.. p["B"].Chunk(2)], [.. p["C"].Chunk(2)],
            discretization);
    }

    private static double[] Gated(Dictionary<string, double[]> p, double[][] y)
        => [.. y.Flat().Zip(p["Gate"], (value, z) => value * z * KernelOracle.Sigmoid(z))];

    /// <summary>A scan with its operands and results.</summary>
    private sealed class Run(int channels, int states, int rows, InputDiscretization discretization)
    {
        private readonly float[] _boundaries = new float[SelectiveScan.Chunks(rows) * states * channels];

        public int Rows => rows;

        public float[] ALog { get; init; } = new float[channels * states];

        public float[] Skip { get; init; } = new float[channels];

        public float[] U { get; init; } = new float[rows * channels];

        public float[] Steps { get; init; } = new float[rows * channels];

        public float[] Projections { get; init; } = new float[rows * 2 * states];

        public float[] Output { get; } = new float[rows * channels];

        public float[] State { get; } = new float[states * channels];

        public float[] Carry { get; } = new float[states * channels];

        public float[] RateGradient { get; } = new float[states * channels];

        public float[] SkipGradient { get; } = new float[channels];

        public float[] InputGradient { get; } = new float[rows * channels];

        public float[] StepGradient { get; } = new float[rows * channels];

        public float[] ProjectionGradient { get; } = new float[rows * 2 * states];

        public float[] Rates
            => [.. Enumerable.Range(0, states * channels).Select(i => -MathF.Exp(ALog[i % channels * states + i / channels]))];

        private SelectiveSequence Sequence => new()
        {
            Rates = Rates, Skip = Skip, Input = U, Steps = Steps, Projections = Projections,
            IsHeld = discretization == InputDiscretization.ZeroOrderHold,
        };

        public static Run Random(int channels, int states, int rows, InputDiscretization discretization)
            => new(channels, states, rows, discretization)
        {
            ALog = Draw.Uniform(channels * states, -1, 2, 11), Skip = Draw.Uniform(channels, 12), U = Draw.Uniform(rows * channels, 13),
            Steps = Draw.Uniform(rows * channels, 0.001, 1, 14), Projections = Draw.Uniform(rows * 2 * states, 15),
        };

        public Run Channel(int d) => new(1, states, rows, discretization)
        {
            ALog = ALog[(d * states)..((d + 1) * states)], Skip = [Skip[d]], U = Column(U, d, channels),
            Steps = Column(Steps, d, channels), Projections = Projections,
        };

        public Run Part(int first, int end) => new(channels, states, end - first, discretization)
        {
            ALog = ALog, Skip = Skip, U = U[(first * channels)..(end * channels)], Steps = Steps[(first * channels)..(end * channels)],
            Projections = Projections[(first * 2 * states)..(end * 2 * states)],
        };

        public void Forward(float[]? before = null)
        {
            before?.CopyTo(State, 0);
            Forward(0, channels);
        }

        public void Forward(int channel, int count)
            => SelectiveScan.Forward(Sequence, channel, count, State, _boundaries, Output, new float[SelectiveScan.ForwardWork]);

        public void Begin(float[] upstream, float[] carry) => SelectiveScan.Begin(Sequence, upstream, carry);

        public void Backward(float[] upstream, float[]? behind = null)
        {
            behind?.CopyTo(Carry, 0);
            var gradients = new SelectiveGradients
            {
                Rates = RateGradient, Skip = SkipGradient, Input = InputGradient, Steps = StepGradient, Projections = ProjectionGradient,
            };
            SelectiveScan.Backward(Sequence, _boundaries, upstream, Carry, gradients, new float[SelectiveScan.BackwardWork(states)]);
        }

        public (double[][] Outputs, double[][] States) Oracle()
        {
            double[][] bc = [.. Projections.ToDouble().Chunk(2 * states)];
            return SelectiveCores.Scan(
                ALog.ToDouble(), Skip.ToDouble(), [.. U.ToDouble().Chunk(channels)], [.. Steps.ToDouble().Chunk(channels)],
                [.. bc.Select(row => row[..states])],
                [.. bc.Select(row => row[states..])], discretization);
        }
    }
}
