using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// N scalar systems whose coefficients depend on the input: <c>q_t = W_in u_t</c>, <c>z_{t+1} = a_t z_t + b_t q_t</c>,
/// <c>r_t = c_t z_t + d_t q_t</c>, <c>y_t = gamma W_out r_t</c>. At every step <c>[a, b; c, d]</c> is a contraction, namely the scalar
/// dilation of the four tanh of <c>G u_t + g</c> (<see cref="DilationGates"/>). W_in and W_out are contractions too
/// (<see cref="BoundedLinear"/>).
/// Since <c>z_{t+1}^2 + r_t^2 &lt;= z_t^2 + q_t^2</c>, the gain is at most gamma, whatever values the coefficients take. The same bound
/// does not follow for differences of inputs.
/// Source: the scalar case of Davis, Kahan, Weinberger 1982. It takes the place of the normalised 2x2 cells of the public L2RU code.
/// Shapes: (rows, H) to (rows, H); parameters In.Weight (N, H), Out.Weight (H, N), Gates.Weight (4N, H), Gates.Bias (4N).
/// Cost: 12 N H flops a row. Kept: q, r, the states, and the free numbers and coefficients of the gates.
/// </summary>
internal sealed class L2RuSelective : ScanLayer
{
    private readonly int _states;

    public BoundedLinear In { get; }

    public BoundedLinear Out { get; }

    public Linear Gates { get; }

    public Parameter Bias { get; }

    public L2RuSelective(ParameterLayout layout, L2RuOptions options, int size, int states, double gain)
    {
        InputSize = OutputSize = size;
        _states = states;
        In = layout.Scope("In", () => new BoundedLinear(layout, size, states, 1));
        Out = layout.Scope("Out", () => new BoundedLinear(layout, states, size, gain));
        Gates = layout.Scope("Gates", () => new Linear(layout, size, 4 * states, bias: false));
        Bias = layout.Add("Gates.Bias", [4 * states], ParameterGroup.StateSpace, InitialBias(options, states));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int StateSize => _states;

    // The state that enters a piece depends on all gates of the piece before it.
    public override bool CanBeCut => false;

    public override int Carries => 0;

    // q, r, the states, the free numbers and the coefficients of the gates.
    public override long KeptSize(long rows, long sequences) => (11 * rows + sequences) * _states;

    // The gradients of q, of r and of the gates. A step needs q, r, the free numbers and the coefficients of the gates.
    public override long ScratchSize(long rows, long sequences) => Math.Max(6 * rows, 10) * _states;

    // a lies on the ring of initial eigenvalues. b, c and d are arbitrary.
    private static Initializer InitialBias(L2RuOptions options, int states) => (values, random) =>
    {
        double low = options.RadiusMinimum * options.RadiusMinimum, high = options.RadiusMaximum * options.RadiusMaximum;
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(i < states
                ? Math.Atanh(Math.Min(Math.Sqrt(low + random.NextDouble() * (high - low)), 1 - 1e-6))
                : Initialize.Gaussian(random));
    };

    public override void Prepare(in Weights weights)
    {
        In.Prepare(weights);
        Out.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        In.PrepareBackward(weights, gradients);
        Out.PrepareBackward(weights, gradients);
    }

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = pass.Rows;
        Span<float> q = kept.Take(rows * _states), r = kept.Take(rows * _states), z = kept.Take((rows + pass.Sequences) * _states);
        Span<float> free = kept.Take(4 * rows * _states), gates = kept.Take(4 * rows * _states);
        In.Forward(pass, input, q, default);
        Gates.Forward(pass, input, free, default);
        RowKernels.AddBias(free, Bias.Of(pass.Weights.Values));
        DilationGates.Forward(free, gates, _states);
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start;
            var own = z.Slice((start + s) * _states, (length + 1) * _states);
            if (pass.Continues)
                pass.State.CopyTo(own);
            else
                own[.._states].Clear();
            DilationScan.Forward(
                gates[(4 * start * _states)..], q.Slice(start * _states, length * _states), own, r[(start * _states)..], _states);
            if (!pass.State.IsEmpty)
                own[^_states..].CopyTo(pass.State);
        }
        Out.Forward(pass, r, output, default);
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows;
        ReadOnlySpan<float> q = kept.Take(rows * _states), r = kept.Take(rows * _states), z = kept.Take((rows + pass.Sequences) * _states);
        ReadOnlySpan<float> free = kept.Take(4 * rows * _states), gates = kept.Take(4 * rows * _states);
        var scratch = pass.Scratch;
        Span<float> dq = scratch.Take(rows * _states), dr = scratch.Take(rows * _states), dgates = scratch.Take(4 * rows * _states);
        // y = gamma W_out r
        dr.Clear();
        Out.Backward(pass, r, default, outputGradient, dr, gradients);
        // z_{t+1} = a z_t + b q_t, r_t = c z_t + d q_t
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start;
            DilationScan.Backward(
                gates[(4 * start * _states)..], q.Slice(start * _states, length * _states), z[((start + s) * _states)..],
                dr[(start * _states)..], dq[(start * _states)..], dgates[(4 * start * _states)..], _states);
        }
        DilationGates.Backward(free, dgates, _states);
        RowKernels.AddRowSum(dgates, Bias.Of(gradients.Values));
        Gates.Backward(pass, input, default, dgates, inputGradient, gradients);
        // q = W_in u
        In.Backward(pass, input, default, dq, inputGradient, gradients);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        Span<float> q = scratch.Take(_states), r = scratch.Take(_states), free = scratch.Take(4 * _states),
            gates = scratch.Take(4 * _states);
        In.Step(pass, input, q, default);
        Gates.Step(pass, input, free, default);
        System.Numerics.Tensors.TensorPrimitives.Add(free, Bias.Of(pass.Weights.Values), free);
        DilationGates.Forward(free, gates, _states);
        Update(gates, q, state, r);
        Out.Step(pass, r, output, default);
    }

    public override long StepEachScratchSize(int streams) => 10L * streams * _states;

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int length = states.Count * _states;
        var scratch = pass.Scratch;
        Span<float> q = scratch.Take(length), r = scratch.Take(length), free = scratch.Take(4 * length), gates = scratch.Take(4 * length);
        In.Forward(pass, input, q, default);
        Gates.Forward(pass, input, free, default);
        RowKernels.AddBias(free, Bias.Of(pass.Weights.Values));
        DilationGates.Forward(free, gates, _states);
        for (int i = 0; i < states.Count; i++)
            Update(gates.Slice(4 * i * _states, 4 * _states), q.Slice(i * _states, _states), states.Of(i, _states), r[(i * _states)..]);
        Out.Forward(pass, r, output, default);
    }

    // The output is computed before the update: first r = c z + d q, then z = a z + b q.
    private void Update(ReadOnlySpan<float> gates, ReadOnlySpan<float> q, Span<float> state, Span<float> r)
    {
        for (int n = 0; n < _states; n++)
        {
            r[n] = gates[2 * _states + n] * state[n] + gates[3 * _states + n] * q[n];
            state[n] = gates[n] * state[n] + gates[_states + n] * q[n];
        }
    }

    public override void ClearEdges(int carry, int rows, Span<float> kept) => throw Uncut();

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch) => throw Uncut();

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => throw Uncut();

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => throw Uncut();

    private static InvalidOperationException Uncut() => new("A selective recurrence is not cut into pieces.");
}
