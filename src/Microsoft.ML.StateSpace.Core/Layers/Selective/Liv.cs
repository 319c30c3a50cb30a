using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A diagonal state space whose coefficients vary with the input:
/// <c>x_t = exp(Delta_t lambda) x_{t-1} + f(Delta_t, lambda) (b_t * (B u_t))</c>, <c>y_t = Re(C (c_t * x_t))</c>. Here
/// <c>lambda = -exp(Mu) + i exp(Theta)</c>, <c>Delta_t = softplus(StepProj u_t + StepBias)</c>, b_t = InputProj u_t + InputBias and c_t =
/// OutputProj u_t + OutputBias, all with N states; f is <c>(exp(Delta lambda) - 1) / lambda</c> or Delta. The softplus may be a softmax
/// over the states.
/// The products of b_t with B and of C with c_t are low-rank forms of matrices that vary with the input. Where time steps come with
/// intervals, each Delta_t is multiplied by the interval of its row.
/// Shapes: (rows, H) to (rows, H); parameters Mu, Theta, StepBias (N), StepProj (N, H), InputBias, OutputBias (2, N), InputProj,
/// OutputProj, B (2, N, H), C (H, 2, N).
/// Cost: 18 N H flops a row forward, and a complex exponential a state. Kept: projections, Delta and the states.
/// </summary>
internal sealed partial class Liv : RecurrentLayer
{
    private const double SmallWeight = 0.02;

    /// <summary>
    /// Bound of the logarithms Mu and Theta. Beyond it, exp has no inverse in float; below its negative, no state lives for a step.
    /// </summary>
    public const double LargestLog = 60;

    private readonly Slot _bias;
    // The matrices that the input is multiplied with, and where their products lie in a row of projections.
    private readonly (Parameter Matrix, int At)[] _projections;

    public bool IsHeld { get; }

    /// <summary>Whether every row has an interval, which multiplies its step size.</summary>
    public bool HasIntervals { get; }

    public int States { get; }

    public Parameter Mu { get; }

    public Parameter Theta { get; }

    public Parameter StepProj { get; }

    public Parameter StepBias { get; }

    public Parameter InputProj { get; }

    public Parameter InputBias { get; }

    public Parameter OutputProj { get; }

    public Parameter OutputBias { get; }

    public Parameter B { get; }

    public Parameter C { get; }

    /// <summary>lambda, (2, N).</summary>
    public Slot Poles { get; }

    /// <summary>(Re C, -Im C), (H, 2N).</summary>
    public Slot ReadOutMatrix { get; }

    public Liv(ParameterLayout layout, LivOptions options, int size, int states, bool hasIntervals = false)
    {
        HasIntervals = hasIntervals;
        InputSize = OutputSize = size;
        IsHeld = options.InputDiscretization == InputDiscretization.ZeroOrderHold;
        HasShares = options.StepForm == LivStepForm.Softmax;
        States = states;
        Poles = layout.AddPrepared(2 * states);
        _bias = layout.AddPrepared(ProjectionSize);
        ReadOutMatrix = layout.AddPrepared(2 * states * size);
        // The layer starts as an S5 that varies a little with the input: with HiPPO-LegS, and y = 2 Re(C x). It uses the other member of
        // each conjugate pair of modes, so B and C are conjugated too.
        var hippo = new Lazy<(Complex[] Values, Complex[,] Vectors)>(() => Hippo.LegSHalf(2 * states, layout.Cancellation));
        Mu = layout.Add("Mu", [states], ParameterGroup.StateSpace, Initialize.Constant((float)Math.Log(0.5)));
        Theta = layout.Add("Theta", [states], ParameterGroup.StateSpace, (span, _) =>
        {
            for (int n = 0; n < span.Length; n++)
                span[n] = (float)Math.Log(-hippo.Value.Values[n].Imaginary);
        });
        StepProj = layout.Add("StepProj", [states, size], ParameterGroup.Decayed, Initialize.Normal(SmallWeight));
        StepBias = layout.Add(
            "StepBias", [states], ParameterGroup.StateSpace,
            Initialize.SoftplusSteps(options.StepSizes, options.StepSizeMinimum, options.StepSizeMaximum));
        InputProj = layout.Add("InputProj", [2, states, size], ParameterGroup.Decayed, Initialize.Normal(SmallWeight));
        InputBias = layout.Add("InputBias", [2, states], ParameterGroup.Plain, One);
        OutputProj = layout.Add("OutputProj", [2, states, size], ParameterGroup.Decayed, Initialize.Normal(SmallWeight));
        OutputBias = layout.Add("OutputBias", [2, states], ParameterGroup.Plain, One);
        B = layout.Add(
            "B", [2, states, size], ParameterGroup.StateSpace, Conjugate(S5Initialize.InputMatrix(hippo, size), states * size, 1));
        C = layout.Add(
            "C", [size, 2, states], ParameterGroup.Decayed,
            Conjugate(S5Initialize.OutputMatrix(S5OutputInitialization.TruncatedStandardNormal, hippo, size), states, 2));
        _projections = [(StepProj, 0), (InputProj, GainAt), (OutputProj, OutputGainAt), (B, InputAt)];
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    // The recurrence computes in double. Three floats a number hold it exactly, so a stream and a window go on as the whole sequence does.
    public override int StateSize => LivScan.ExactFloats * RowSize;

    // Floats of the states of a row.
    private int RowSize => 2 * States;

    // The argument of Delta, b, c and B u.
    private int ProjectionSize => 7 * States;

    private int GainAt => States;

    private int OutputGainAt => 3 * States;

    private int InputAt => 5 * States;

    // For a piece: the state before it, or the gradient of the state after it.
    private Slot Outer => new(0, RowSize);

    // For a piece: the state after it, computed from a zero state; or the gradient of the state before it, computed from a zero gradient of
    // the state after it.
    private Slot Inner => Outer.Next(RowSize);

    private Slot StepSum => Inner.Next(States);

    private long EdgeSize => StepSum.Offset + StepSum.Length;

    // The edge, the projections, Delta, the states.
    public override long KeptSize(long rows, long sequences) => EdgeSize + rows * (ProjectionSize + 3 * States);

    // The edge; c x, or the gradients of c x and of x; the gradients of the projections and of Delta; two states. A step needs less.
    public override long ScratchSize(long rows, long sequences)
        => EdgeSize + rows * (2 * RowSize + ProjectionSize + States) + 2 * StateSize;

    public override void Prepare(in Weights weights)
    {
        ReadOnlySpan<float> mu = Mu.Of(weights.Values), theta = Theta.Of(weights.Values);
        Span<float> poles = Poles.Of(weights.Prepared), bias = _bias.Of(weights.Prepared);
        for (int n = 0; n < States; n++)
        {
            poles[n] = -Exp(mu[n]);
            poles[States + n] = Exp(theta[n]);
        }
        bias.Clear();
        StepBias.Of(weights.Values).CopyTo(bias);
        InputBias.Of(weights.Values).CopyTo(bias[GainAt..]);
        OutputBias.Of(weights.Values).CopyTo(bias[OutputGainAt..]);
        ReadOut.Prepare(C.Of(weights.Values), ReadOutMatrix.Of(weights.Prepared), States, 1);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        ReadOnlySpan<float> poles = Poles.Of(weights.Prepared), dPoles = Poles.Of(gradients.Prepared),
            dBias = _bias.Of(gradients.Prepared);
        Span<float> dMu = Mu.Of(gradients.Values), dTheta = Theta.Of(gradients.Values);
        // lambda = -exp(Mu) + i exp(Theta)
        for (int n = 0; n < States; n++)
        {
            dMu[n] += dPoles[n] * poles[n];
            dTheta[n] += dPoles[States + n] * poles[States + n];
        }
        Add(dBias[..States], StepBias.Of(gradients.Values));
        Add(dBias.Slice(GainAt, RowSize), InputBias.Of(gradients.Values));
        Add(dBias.Slice(OutputGainAt, RowSize), OutputBias.Of(gradients.Values));
        ReadOut.PrepareBackward(ReadOutMatrix.Of(gradients.Prepared), C.Of(gradients.Values), States, 1);

        static void Add(ReadOnlySpan<float> gradient, Span<float> sum) => System.Numerics.Tensors.TensorPrimitives.Add(sum, gradient, sum);
    }

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        int rows = pass.Rows, width = ProjectionSize;
        var edge = kept.Take(EdgeSize);
        Span<float> projections = kept.Take(rows * width), steps = kept.Take(rows * States);
        Project(pass, input, projections, steps);
        if (!pass.IsPiece)
            return;
        Outer.Of(edge).Clear();
        Scan(pass, steps, projections).Forward(Outer.Of(edge), default, Inner.Of(edge));
        StepSum.Of(edge).Clear();
        RowKernels.AddRowSum(steps, StepSum.Of(edge));
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => Carry(weights, kept, keptBehind, conjugate: false, reverse);

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = pass.Rows, width = ProjectionSize;
        var edge = kept.Take(EdgeSize);
        Span<float> projections = kept.Take(rows * width), steps = kept.Take(rows * States), states = kept.Take(rows * RowSize);
        var scratch = pass.Scratch;
        scratch.Take(EdgeSize);
        Span<float> scaled = scratch.Take(rows * RowSize), before = scratch.Take(StateSize), end = scratch.Take(StateSize);
        before.Clear();
        if (pass.IsPiece)
            Outer.Of(edge).CopyTo(before);
        else if (pass.Continues)
            pass.State.CopyTo(before);
        for (int s = 0; s < pass.Sequences; s++)
        {
            int first = pass.Starts[s], last = pass.Starts[s + 1];
            Scan(pass, steps[(first * States)..(last * States)], projections[(first * width)..(last * width)])
                .Forward(before, states[(first * RowSize)..(last * RowSize)], end);
        }
        if (!pass.State.IsEmpty)
            end.CopyTo(pass.State);
        Answer(pass, projections, states, scaled, output);
    }

    // The arguments of Delta, b, c and B u of all rows, and Delta.
    private void Project(in Pass pass, ReadOnlySpan<float> input, Span<float> projections, Span<float> steps)
    {
        int rows = pass.Rows, size = InputSize, width = ProjectionSize;
        foreach (var (parameter, at) in _projections)
            Gemm.Multiply(
                rows, parameter.Length / size, size,
                input, size, false,
                parameter.Of(pass.Weights.Values), size, true,
                projections[at..], width, accumulate: false);
        RowKernels.AddBias(projections, _bias.Of((ReadOnlySpan<float>)pass.Weights.Prepared));
        for (int t = 0; t < rows; t++)
            projections.Slice(t * width, States).CopyTo(steps[(t * States)..]);
        MakeSteps(pass, steps);
    }

    // y = Re(C z), z = c x
    private void Answer(
        in Pass pass, ReadOnlySpan<float> projections, ReadOnlySpan<float> states, Span<float> scaled, Span<float> output)
    {
        Scale(projections, states, scaled);
        Gemm.Multiply(
            pass.Rows, OutputSize, RowSize,
            scaled, RowSize, false,
            ReadOutMatrix.Of((ReadOnlySpan<float>)pass.Weights.Prepared), RowSize, true,
            output, OutputSize, accumulate: false);
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = InputSize, width = ProjectionSize;
        kept.Take(EdgeSize);
        ReadOnlySpan<float> projections = kept.Take(rows * width), steps = kept.Take(rows * States), states = kept.Take(rows * RowSize);
        var scratch = pass.Scratch;
        var edge = scratch.Take(EdgeSize);
        Span<float> dScaled = scratch.Take(rows * RowSize), dStates = scratch.Take(rows * RowSize),
            dProjections = scratch.Take(rows * width);
        // y = Re(C z), z = c x. dStates holds z first, and then the gradients of the states.
        Scale(projections, states, dStates);
        Gemm.Multiply(
            size, RowSize, rows,
            outputGradient, size, true,
            dStates, RowSize, false,
            ReadOutMatrix.Of(gradients.Prepared), RowSize, accumulate: true);
        Gemm.Multiply(
            rows, RowSize, size,
            outputGradient, size, false,
            ReadOutMatrix.Of((ReadOnlySpan<float>)pass.Weights.Prepared), RowSize, false,
            dScaled, RowSize, accumulate: false);
        for (int t = 0; t < rows; t++)
        {
            for (int n = 0; n < States; n++)
            {
                int re = t * RowSize + n, im = re + States, c = t * width + OutputGainAt + n;
                (dProjections[c], dProjections[c + States]) = Conjugated(dScaled[re], dScaled[im], states[re], states[im]);
                (dStates[re], dStates[im]) = Conjugated(dScaled[re], dScaled[im], projections[c], projections[c + States]);
            }
        }
        if (!pass.IsPiece)
            return;
        Scan(pass, steps, projections).Begin(dStates, Inner.Of(edge));
        StepSum.Of(edge).Clear();
        RowKernels.AddRowSum(steps, StepSum.Of(edge));
    }

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => Carry(weights, scratch, scratchBefore, conjugate: true, reverse);

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = InputSize, width = ProjectionSize;
        var keptEdge = kept.Take(EdgeSize);
        ReadOnlySpan<float> projections = kept.Take(rows * width), steps = kept.Take(rows * States), states = kept.Take(rows * RowSize);
        var scratch = pass.Scratch;
        var edge = scratch.Take(EdgeSize);
        scratch.Take(rows * RowSize);
        Span<float> dStates = scratch.Take(rows * RowSize), dProjections = scratch.Take(rows * width),
            dSteps = scratch.Take(rows * States), zero = scratch.Take(RowSize);
        zero.Clear();
        for (int s = 0; s < pass.Sequences; s++)
        {
            int first = pass.Starts[s], last = pass.Starts[s + 1];
            Range ofStates = (first * RowSize)..(last * RowSize), ofSteps = (first * States)..(last * States),
                ofProjections = (first * width)..(last * width);
            Scan(pass, steps[ofSteps], projections[ofProjections]).Backward(
                pass.IsPiece ? Outer.Of(keptEdge) : zero, states[ofStates], dStates[ofStates],
                pass.IsPiece ? Outer.Of(edge) : zero, Poles.Of(gradients.Prepared), dSteps[ofSteps], dProjections[ofProjections]);
        }
        MakeStepsBackward(pass, steps, dSteps);
        for (int t = 0; t < rows; t++)
            dSteps.Slice(t * States, States).CopyTo(dProjections[(t * width)..]);
        RowKernels.AddRowSum(dProjections, _bias.Of(gradients.Prepared));
        foreach (var (parameter, at) in _projections)
        {
            int outputs = parameter.Length / size;
            Gemm.Multiply(
                outputs, size, rows,
                dProjections[at..], width, true,
                input, size, false,
                parameter.Of(gradients.Values), size, accumulate: true);
            Gemm.Multiply(
                rows, size, outputs,
                dProjections[at..], width, false,
                parameter.Of(pass.Weights.Values), size, false,
                inputGradient, size, accumulate: true);
        }
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch) => Outer.Of(keptOrScratch).Clear();

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        Span<float> projection = scratch.Take(ProjectionSize), steps = scratch.Take(States), scaled = scratch.Take(RowSize);
        ReadOnlySpan<float> bias = _bias.Of((ReadOnlySpan<float>)pass.Weights.Prepared);
        foreach (var (parameter, at) in _projections)
        {
            int outputs = parameter.Length / InputSize;
            MatrixVector.Multiply(parameter.Of(pass.Weights.Values), input, bias.Slice(at, outputs), projection.Slice(at, outputs));
        }
        projection[..States].CopyTo(steps);
        MakeSteps(pass, steps);
        Scan(pass, steps, projection).Forward(state, default, state);
        Scale(projection, state[..RowSize], scaled);
        MatrixVector.Multiply(ReadOutMatrix.Of((ReadOnlySpan<float>)pass.Weights.Prepared), scaled, default, output);
    }

    public override long StepEachScratchSize(int streams) => (long)streams * (ProjectionSize + States + 2 * RowSize);

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count, width = ProjectionSize;
        var scratch = pass.Scratch;
        Span<float> projections = scratch.Take(streams * width), steps = scratch.Take(streams * States),
            rows = scratch.Take(streams * RowSize), scaled = scratch.Take(streams * RowSize);
        Project(pass, input, projections, steps);
        for (int i = 0; i < streams; i++)
        {
            var state = states.Of(i, StateSize);
            Scan(pass, steps.Slice(i * States, States), projections.Slice(i * width, width)).Forward(state, default, state);
        }
        states.CopyTo(rows, RowSize);
        Answer(pass, projections, rows, scaled, output);
    }

    private void Carry(in Weights weights, ReadOnlySpan<float> edge, Span<float> edgeBehind, bool conjugate, bool reverse)
    {
        if (!reverse)
            LivScan.Carry(
                Poles.Of((ReadOnlySpan<float>)weights.Prepared), conjugate,
                StepSum.Of(edge), Inner.Of(edge), Outer.Of(edge), Outer.Of(edgeBehind));
    }

    private LivScan Scan(in Pass pass, ReadOnlySpan<float> steps, ReadOnlySpan<float> projections)
        => new(Poles.Of((ReadOnlySpan<float>)pass.Weights.Prepared), steps, projections, ProjectionSize, GainAt, InputAt, IsHeld);

    // z = c x
    private void Scale(ReadOnlySpan<float> projections, ReadOnlySpan<float> states, Span<float> scaled)
    {
        for (int t = 0; t < states.Length / RowSize; t++)
        {
            for (int n = 0; n < States; n++)
            {
                int re = t * RowSize + n, im = re + States, c = t * ProjectionSize + OutputGainAt + n;
                scaled[re] = projections[c] * states[re] - projections[c + States] * states[im];
                scaled[im] = projections[c] * states[im] + projections[c + States] * states[re];
            }
        }
    }

    // g conj(z)
    private static (float Re, float Im) Conjugated(float gRe, float gIm, float re, float im) => (gRe * re + gIm * im, gIm * re - gRe * im);

    private static float Exp(float log) => (float)Math.Exp(Math.Clamp(log, -LargestLog, LargestLog));

    private static void One(Span<float> planes, Random random)
    {
        planes.Clear();
        planes[..(planes.Length / 2)].Fill(1);
    }

    // Conjugates the initial values, whose real and imaginary planes of the given length alternate, and multiplies them by the factor.
    private static Initializer Conjugate(Initializer initializer, int plane, float factor) => (values, random) =>
    {
        initializer(values, random);
        for (int i = 0; i < values.Length; i++)
            values[i] *= i / plane % 2 == 0 ? factor : -factor;
    };
}
