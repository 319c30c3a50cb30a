using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// For every channel h: <c>x' = A x + B u</c>, <c>y = 2 Re(C x) + D u</c> with <c>A = Lambda - P P^*</c>, sampled with a step size s = exp(LogStep) by the
/// bilinear map; N complex states, whose conjugate partners, not stored, take part in <c>P^* x = 2 Re sum_n conj(P_n) x_n</c>.
/// Source: Gu, Goel, Re, "Efficiently Modeling Long Sequences with Structured State Spaces", ICLR 2022, arXiv:2111.00396, sections 3.2, C.2 and C.3.
/// With <c>a = 2 / s</c>, <c>G = 1 / (a - Lambda)</c>, <c>w = 1 / (1 + P^* G P)</c> the sampled system is again diagonal but for a rank of one:
/// <c>x_t = F x_{t-1} - H Re(R x_{t-1}) + b u_t</c>, <c>F = 2 a G - 1</c>, <c>H = G P</c>, <c>R = 4 a w conj(P) G</c>, <c>b = 2 G B - w (P^* 2 G B) H</c>: O(N)
/// a step.
/// Shapes: (rows, H) to (rows, H); parameters LambdaReLog, LambdaIm (H, N), P, B, C (H, 2, N), LogStep, D (H). Cost: 40 N flops a step, channel and pass for
/// the impulse response, then see
/// <see cref="ConvolutionCore"/>. Departs from the paper in that C, not C (1 - A^L), is trained, and that the response is that recurrence, with channels in the
/// lanes: the generating function needs A^L, which costs as much. A sequence cannot be cut: the convolution needs all of it.
/// </summary>
internal sealed class S4 : ConvolutionCore
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
        : base(layout, size, states, bidirectional, sobolevExponent: null)
    {
        // Only a new model needs the eigenvectors: one that is loaded has its parameters.
        var start = new Lazy<(Complex[] Poles, Complex[] Inputs, Complex[] RankOnes)>(() => S4DInitialize.LegS(states));
        LambdaReLog = layout.Add("LambdaReLog", [size, states], ParameterGroup.StateSpace, Initialize.Constant((float)Math.Log(0.5)));
        LambdaIm = layout.Add("LambdaIm", [size, states], ParameterGroup.StateSpace, (values, _) =>
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)start.Value.Poles[i % states].Imaginary;
        });
        P = layout.Add("P", [size, 2, states], ParameterGroup.StateSpace, Each(() => start.Value.RankOnes));
        B = layout.Add("B", [size, 2, states], ParameterGroup.StateSpace, Each(() => start.Value.Inputs));
        LogStep = layout.Add("LogStep", [size], ParameterGroup.StateSpace, Initialize.LogUniform(options.StepSizeMinimum ?? 0.001, options.StepSizeMaximum ?? 0.1));
        C = [.. Enumerable.Range(0, Directions).Select(d => layout.Add(d == 0 ? "C" : "CReverse", [size, 2, states], ParameterGroup.Decayed,
            Initialize.Normal(Math.Sqrt(0.5))))];
        (_f, _h, _r, _input) = (layout.AddPrepared(Width), layout.AddPrepared(Width), layout.AddPrepared(Width), layout.AddPrepared(Width));
        _readOuts = [.. C.Select(_ => layout.AddPrepared(Width))];

        Initializer Each(Func<Complex[]> vector) => (values, _) =>
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(i / states % 2 == 0 ? vector()[i % states].Real : vector()[i % states].Imaginary);
        };
    }

    public override bool CanBeCut => false;

    public override int KeptSize(int rows, int sequences) => 0;

    public override int ScratchSize(int rows, int sequences) => ConvolutionScratchSize(rows);

    protected override int ResponseScratchSize(int length) => RankOneResponse.StatesSize(States, length) + RankOneResponse.ChunkSize(States);

    public override void Prepare(in Weights weights)
    {
        var values = weights.Values;
        for (int h = 0; h < InputSize; h++)
        {
            var common = Common(values, h);
            for (int n = 0; n < States; n++)
            {
                Complex g = common.Resolvent(n), p = At(P.Of(values), h, n);
                Put(_f, weights.Prepared, h, n, 2 * common.A * g - 1);
                Put(_h, weights.Prepared, h, n, g * p);
                Put(_r, weights.Prepared, h, n, 4 * common.A * common.W * Complex.Conjugate(p) * g);
                Put(_input, weights.Prepared, h, n, 2 * g * At(B.Of(values), h, n) - common.W * common.Coupling * g * p);
                for (int d = 0; d < Directions; d++)
                    Put(_readOuts[d], weights.Prepared, h, n, 2 * At(C[d].Of(values), h, n));
            }
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

                                   Complex dg = 2 * Complex.Conjugate(b) * dinput + 4 * dcoupling * p * Complex.Conjugate(b) + 4 * a * w * p * dr + Complex.Conjugate(p) * dh + 2 * a * df
                    + 2 * dkappa * (p * Complex.Conjugate(p)).Real;
                Complex dp = 4 * dcoupling * g * b + 4 * a * w * g * Complex.Conjugate(dr) + Complex.Conjugate(g) * dh + 4 * dkappa * g.Real * p;
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

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
    }

    public override void ForwardLink(in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse) => throw NotCut();

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept) => ConvolutionForward(pass, input, output);

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
    }

    public override void BackwardLink(in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore,
        bool reverse) => throw NotCut();

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
        => ConvolutionBackward(pass, input, outputGradient, inputGradient, gradients);

    public override void ClearEdges(int rows, Span<float> kept) => throw NotCut();

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var prepared = pass.Weights.Prepared;
        RankOneResponse.Step(
            States, Width / 2, _f.Of(prepared), _h.Of(prepared), _r.Of(prepared), _input.Of(prepared), _readOuts[0].Of(prepared),
            FeedThrough.Of(pass.Weights.Values), input, state, output);
    }

    protected override void Responses(int group, int length, in Weights weights, Span<float> scratch, Span<float> responses)
    {
        int channels = ChunkLayout.Channels(group, InputSize);
        ReadOnlySpan<float> prepared = weights.Prepared;
        RankOneResponse.Forward(
            channels, States, Width / 2, Of(_f, prepared, group), Of(_h, prepared, group), Of(_r, prepared, group), Of(_input, prepared, group),
            Of(_readOuts[0], prepared, group),
            Directions == 2 ? Of(_readOuts[1], prepared, group) : default, length, scratch[..RankOneResponse.StatesSize(States, length)], responses);
        for (int i = 0; i < channels; i++)
            responses[i] += FeedThrough.Of(weights.Values)[group * ChunkLayout.Group + i];
    }

    protected override void ResponsesBackward(int group, int length, in Weights weights, Span<float> scratch, ReadOnlySpan<float> responseGradients,
        in Gradients gradients)
    {
        int channels = ChunkLayout.Channels(group, InputSize);
        ReadOnlySpan<float> prepared = weights.Prepared;
        var states = scratch.Take(RankOneResponse.StatesSize(States, length));
        var sums = gradients.Prepared;
        RankOneResponse.Backward(
            channels, States, Width / 2, Of(_f, prepared, group), Of(_h, prepared, group), Of(_r, prepared, group), Of(_input, prepared, group),
            Of(_readOuts[0], prepared, group),
            Directions == 2 ? Of(_readOuts[1], prepared, group) : default, length, states, scratch[..RankOneResponse.ChunkSize(States)], responseGradients,
            Of(_f, sums, group), Of(_h, sums, group), Of(_r, sums, group), Of(_input, sums, group), Of(_readOuts[0], sums, group),
            Directions == 2 ? Of(_readOuts[1], sums, group) : default);
        for (int i = 0; i < channels; i++)
            FeedThrough.Of(gradients.Values)[group * ChunkLayout.Group + i] += responseGradients[i];
    }

    private ReadOnlySpan<float> Of(Slot slot, ReadOnlySpan<float> prepared, int group) => slot.Of(prepared)[(group * States * ChunkLayout.Group)..];

    private Span<float> Of(Slot slot, Span<float> prepared, int group) => slot.Of(prepared)[(group * States * ChunkLayout.Group)..];

    private void Put(Slot slot, Span<float> prepared, int channel, int state, Complex value)
    {
        int at = PlaceOf(channel, state);
        (slot.Of(prepared)[at], slot.Of(prepared)[Width / 2 + at]) = ((float)value.Real, (float)value.Imaginary);
    }

    // a, w and P^* 2 G B of a channel.
    private ChannelValues Common(ReadOnlySpan<float> values, int channel)
    {
        var common = new ChannelValues(
            2 / Math.Exp(LogStep.Of(values)[channel]), LambdaReLog.Of(values).Slice(channel * States, States), LambdaIm.Of(values).Slice(channel * States,
            States));
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

    private static NotSupportedException NotCut() => new("A convolution needs the whole sequence.");

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
