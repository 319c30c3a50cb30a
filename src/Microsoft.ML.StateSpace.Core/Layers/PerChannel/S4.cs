using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// For every channel h: <c>x' = A x + B u</c>, <c>y = 2 Re(C x) + D u</c> with <c>A = Lambda - P P^*</c>, sampled by the bilinear map with
/// a step size s = exp(LogStep). There are N complex states. Their conjugate partners are not stored, but take part in
/// <c>P^* x = 2 Re sum_n conj(P_n) x_n</c>.
/// Source: Gu, Goel, Re, "Efficiently Modeling Long Sequences with Structured State Spaces", ICLR 2022, arXiv:2111.00396, sections 3.2, C.2
/// and C.3.
/// With <c>a = 2 / s</c>, <c>G = 1 / (a - Lambda)</c>, <c>w = 1 / (1 + P^* G P)</c> the sampled system is again diagonal plus a matrix of
/// rank one: <c>x_t = F x_{t-1} - H Re(R x_{t-1}) + b u_t</c>, where <c>F = 2 a G - 1</c>, <c>H = G P</c>, <c>R = 4 a w conj(P) G</c>,
/// <c>b = 2 G B - w (P^* 2 G B) H</c>. A step costs O(N).
/// Shapes: (rows, H) to (rows, H); parameters LambdaReLog, LambdaIm (H, N), P, B, C (H, 2, N), LogStep, D (H). Cost: see
/// <see cref="ChannelCore"/>, and 10 N flops a row and channel to carry the states over a chunk (<see cref="RankOneCarry"/>).
/// Departs from the paper in two points. C is trained, not C (1 - A^L). The kernel, where there is one, is the response to an impulse,
/// because the paper's generating function needs A^L, which costs more.
/// </summary>
internal sealed partial class S4 : ChannelCore
{
    public Parameter LambdaReLog { get; }

    public Parameter LambdaIm { get; }

    public Parameter P { get; }

    public Parameter B { get; }

    public Parameter LogStep { get; }

    public Parameter[] C { get; }

    private readonly Slot _f, _h, _r, _input;
    private readonly Slot[] _readOuts;

    public S4(ParameterLayout layout, S4Options options, int size, int states, bool bidirectional)
        : base(layout, size, states, bidirectional, options.Convolves(states), sobolevExponent: null)
    {
        // Only a new model needs the eigenvectors. A loaded model already has its parameters.
        var start = new Lazy<(Complex[] Poles, Complex[] Inputs, Complex[] RankOnes)>(
            () => S4DInitialize.LegS(states, layout.Cancellation));
        LambdaReLog = layout.Add("LambdaReLog", [size, states], ParameterGroup.StateSpace, Initialize.Constant((float)Math.Log(0.5)));
        LambdaIm = layout.Add("LambdaIm", [size, states], ParameterGroup.StateSpace, (values, _) =>
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)start.Value.Poles[i % states].Imaginary;
        });
        P = layout.Add("P", [size, 2, states], ParameterGroup.StateSpace, Each(() => start.Value.RankOnes));
        B = layout.Add("B", [size, 2, states], ParameterGroup.StateSpace, Each(() => start.Value.Inputs));
        LogStep = layout.Add(
            "LogStep", [size], ParameterGroup.StateSpace,
            Initialize.LogSteps(options.StepSizes, options.StepSizeMinimum, options.StepSizeMaximum));
        C = [.. Enumerable.Range(0, Directions).Select(d => layout.Add(
            d == 0 ? "C" : "CReverse", [size, 2, states], ParameterGroup.Decayed, Initialize.Normal(Math.Sqrt(0.5))))];
        (_f, _h, _r, _input) = (layout.AddPrepared(Width), layout.AddPrepared(Width), layout.AddPrepared(Width), layout.AddPrepared(Width));
        _readOuts = [.. C.Select(_ => layout.AddPrepared(Width))];
        (_power, _read, _feed) =
            (layout.AddTable(Width), new(layout, ChunkLayout.Table(states, size)), new(layout, ChunkLayout.Table(states, size)));
        (_exact, _value) = (new double[(4 + Directions) * RankOneTables.VectorSize(states)], new double[RankOneTables.VectorSize(states)]);

        Initializer Each(Func<Complex[]> vector) => (values, _) =>
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(i / states % 2 == 0 ? vector()[i % states].Real : vector()[i % states].Imaginary);
        };
    }

    /// <summary>F of a channel's state, before it is rounded to float.</summary>
    public Complex Pole(in Weights weights, int channel, int state)
    {
        var common = Common(weights.Values, channel);
        return 2 * common.A * common.Resolvent(state) - 1;
    }

    /// <summary>A channel's state in H.</summary>
    public Complex HOf(in Weights weights, int channel, int state) => Prepared(_h, weights.Prepared, channel, state);

    /// <summary>A channel's state in R.</summary>
    public Complex ROf(in Weights weights, int channel, int state) => Prepared(_r, weights.Prepared, channel, state);

    /// <summary>A channel's state in b.</summary>
    public Complex InputOf(in Weights weights, int channel, int state) => Prepared(_input, weights.Prepared, channel, state);

    public override void Prepare(in Weights weights)
    {
        var values = weights.Values;
        PlaceTables(weights.Prepared);
        _read.Place(weights.Prepared);
        _feed.Place(weights.Prepared);
        for (int h = 0; h < InputSize; h++)
        {
            int inGroup = h % ChunkLayout.Group;
            if (inGroup == 0)
                Array.Clear(_exact);
            var common = Common(values, h);
            for (int n = 0; n < States; n++)
            {
                Complex g = common.Resolvent(n), p = At(P.Of(values), h, n);
                Put(_f, 0, 2 * common.A * g - 1, weights.Prepared, h, n);
                Put(_h, 1, g * p, weights.Prepared, h, n);
                Put(_r, 2, 4 * common.A * common.W * Complex.Conjugate(p) * g, weights.Prepared, h, n);
                Put(_input, 3, 2 * g * At(B.Of(values), h, n) - common.W * common.Coupling * g * p, weights.Prepared, h, n);
                for (int d = 0; d < Directions; d++)
                    Put(_readOuts[d], 4 + d, 2 * At(C[d].Of(values), h, n), weights.Prepared, h, n);
            }
            if (inGroup == ChunkLayout.Group - 1 || h == InputSize - 1)
                PrepareTables(h / ChunkLayout.Group, weights);
        }
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        var values = weights.Values;
        var prepared = gradients.Prepared;
        for (int h = 0; h < InputSize; h++)
        {
            var common = Common(values, h);
            double a = common.A, w = common.W, coupling = common.Coupling, da = 0, dw = 0, dproduct = 0;
            // b = 2 G B - w coupling H; R = 4 a w conj(P) G
            for (int n = 0; n < States; n++)
            {
                Complex g = common.Resolvent(n), p = At(P.Of(values), h, n), dr = Prepared(_r, prepared, h, n);
                dproduct -= (Complex.Conjugate(g * p) * Prepared(_input, prepared, h, n)).Real;
                dw += (Complex.Conjugate(4 * a * Complex.Conjugate(p) * g) * dr).Real;
                da += (Complex.Conjugate(4 * w * Complex.Conjugate(p) * g) * dr).Real;
            }
            dw += coupling * dproduct;
            double dcoupling = w * dproduct, dkappa = -w * w * dw;
            for (int n = 0; n < States; n++)
            {
                Complex g = common.Resolvent(n), p = At(P.Of(values), h, n), b = At(B.Of(values), h, n);
                Complex df = Prepared(_f, prepared, h, n), dr = Prepared(_r, prepared, h, n), dinput = Prepared(_input, prepared, h, n);
                Complex dh = Prepared(_h, prepared, h, n) - w * coupling * dinput;
                // coupling = 4 Re sum conj(P) G B; kappa = P^* G P = 2 sum |P|^2 Re G; F = 2 a G - 1; H = G P
                Complex dg = 2 * Complex.Conjugate(b) * dinput + 4 * dcoupling * p * Complex.Conjugate(b) + 4 * a * w * p * dr
                    + Complex.Conjugate(p) * dh + 2 * a * df + 2 * dkappa * (p * Complex.Conjugate(p)).Real;
                Complex dp = 4 * dcoupling * g * b + 4 * a * w * g * Complex.Conjugate(dr)
                    + Complex.Conjugate(g) * dh + 4 * dkappa * g.Real * p;
                Add(P.Of(gradients.Values), h, n, dp);
                Add(B.Of(gradients.Values), h, n, 2 * Complex.Conjugate(g) * dinput + 4 * dcoupling * p * Complex.Conjugate(g));
                da += (2 * Complex.Conjugate(g) * df).Real;
                // G = 1 / (a - Lambda)
                Complex dlambda = Complex.Conjugate(g * g) * dg;
                da -= dlambda.Real;
                LambdaReLog.Of(gradients.Values)[h * States + n] += (float)(dlambda.Real * common.Lambda(n).Real);
                LambdaIm.Of(gradients.Values)[h * States + n] += (float)dlambda.Imaginary;
                for (int d = 0; d < Directions; d++)
                    Add(C[d].Of(gradients.Values), h, n, 2 * Prepared(_readOuts[d], prepared, h, n));
            }
            // a = 2 / s
            LogStep.Of(gradients.Values)[h] -= (float)(a * da);
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var prepared = pass.Weights.Prepared;
        RankOneStep.Run(
            States, Width / 2, _f.Of(prepared), _h.Of(prepared), _r.Of(prepared), _input.Of(prepared), _readOuts[0].Of(prepared),
            FeedThrough.Of(pass.Weights.Values), input, state, output);
    }

    // x_t = F x_{t-1} - H Re(R x_{t-1}) + b u_t
    protected override void WriteState(in Weights weights, int channel, Matrix a, Matrix b)
    {
        for (int n = 0; n < States; n++)
        {
            SetDiagonal(a, n, Prepared(_f, weights.Prepared, channel, n));
            Complex h = Prepared(_h, weights.Prepared, channel, n), input = Prepared(_input, weights.Prepared, channel, n);
            (b[n, 0], b[States + n, 0]) = (input.Real, input.Imaginary);
            for (int m = 0; m < States; m++)
            {
                var r = Prepared(_r, weights.Prepared, channel, m);
                a[n, m] -= h.Real * r.Real;
                a[n, States + m] += h.Real * r.Imaginary;
                a[States + n, m] -= h.Imaginary * r.Real;
                a[States + n, States + m] += h.Imaginary * r.Imaginary;
            }
        }
    }

    public override Complex ReadOutOf(in Weights weights, int channel, int direction, int state)
        => Prepared(_readOuts[direction], weights.Prepared, channel, state);

    // a, w and the coupling P^* 2 G B of a channel.
    private ChannelValues Common(ReadOnlySpan<float> values, int channel)
    {
        var common = new ChannelValues(
            2 / Math.Exp(LogStep.Of(values)[channel]),
            LambdaReLog.Of(values).Slice(channel * States, States),
            LambdaIm.Of(values).Slice(channel * States, States));
        double kappa = 0;
        for (int n = 0; n < States; n++)
        {
            Complex g = common.Resolvent(n), p = At(P.Of(values), channel, n);
            kappa += 2 * (p * Complex.Conjugate(p)).Real * g.Real;
            common.Coupling += 4 * (Complex.Conjugate(p) * g * At(B.Of(values), channel, n)).Real;
        }
        common.W = 1 / (1 + kappa);
        return common;
    }

    private ref struct ChannelValues(double a, ReadOnlySpan<float> lambdaReLog, ReadOnlySpan<float> lambdaIm)
    {
        private readonly ReadOnlySpan<float> LambdaReLog = lambdaReLog, LambdaIm = lambdaIm;

        public double A { get; } = a;

        public double W { get; set; }

        public double Coupling { get; set; }

        public readonly Complex Lambda(int state) => new(-Math.Exp(LambdaReLog[state]), LambdaIm[state]);

        /// <summary>G.</summary>
        public readonly Complex Resolvent(int state) => 1 / (A - Lambda(state));
    }
}
