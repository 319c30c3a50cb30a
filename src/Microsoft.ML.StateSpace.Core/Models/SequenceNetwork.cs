using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The network: standardise, encode, branches, pool where the answer is for the sequence, decode. Its input is the packed valid rows
/// (rows, inputs); its output the logits or standardised outputs (output rows, outputs), which its <see cref="Head"/> turns into answers.
/// Stateless: parameters and memory are handed in.
/// </summary>
internal sealed partial class SequenceNetwork : SequenceModel
{
    private readonly ResidualBranch[] _branches;

    /// <param name="options">The model; every size of its architecture must be set.</param>
    /// <param name="declared">Sees each parameter when it is declared, and may end the construction with an exception.</param>
    public SequenceNetwork(SequenceModelOptions options, Action<Parameter>? declared = null)
        : this(options, new ParameterLayout(declared))
    {
    }

    /// <summary>A network whose parameters stand in a layout that may hold others too, in the scope in which it is now.</summary>
    /// <param name="options">The model; every size of its architecture must be set.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="tap">What stands in the place of each core, from the core and its name; <see langword="null"/> means the core.</param>
    public SequenceNetwork(SequenceModelOptions options, ParameterLayout layout, Func<ScanLayer, string, ScanLayer>? tap = null)
        : base(options, layout)
    {
        var architecture = Architecture = (NetworkOptions)options.Architecture;
        Width = Required(architecture.ModelSize, nameof(architecture.ModelSize));
        InputStage = new InputStage(Layout, options);
        Encoder = Layout.Scope("Encoder", CreateEncoder);
        var scaffolding = new Scaffolding(Layout, architecture, Width, options.HasIntervals, tap);
        _branches = scaffolding.CreateBranches(Required(architecture.Layers, nameof(architecture.Layers)));
        Cores = scaffolding.Cores;
        if (IsPooled && PoolingKind == Pooling.MeanAndShare)
            Shares = Layout.Scope("Pool", () => new SharePool(Layout, Width));
        SequencesPerExample = options.HasPairs ? 2 : 1;
        Decoder = Layout.Scope("Decoder", CreateDecoder);
        if (architecture.LogitsSoftCap is double cap)
            Decoder = new SoftCap(Decoder, cap);
        Head = new Head(Layout, options.Task, options.Outputs);
        StateSize = InputStage.StateSize + _branches.Sum(branch => branch.StateSize)
            + (Head.IsPooled ? Pool.StateSize(PoolingKind, Width) + (Shares?.StateSize ?? 0) : 0);
    }

    /// <summary>The options of the network.</summary>
    public NetworkOptions Architecture { get; }

    /// <summary>What the encoder reads of the inputs.</summary>
    public InputStage InputStage { get; }

    /// <summary>Standardises the inputs; <see langword="null"/> where they are tokens.</summary>
    public Standardize? Input => InputStage.Standardize;

    /// <summary>What the answers are, and what makes them of the decoder's rows.</summary>
    public Head Head { get; }

    /// <summary>H.</summary>
    public int Width { get; }

    /// <summary>Sequences of an example: 1, or 2 where examples are pairs.</summary>
    public int SequencesPerExample { get; }

    /// <summary>How rows are pooled; the mean, where options of an untrained model leave it open.</summary>
    public Pooling PoolingKind => Architecture.Pooling ?? Pooling.Mean;

    /// <summary>Pools shares above thresholds, where these stand beside the mean.</summary>
    public SharePool? Shares { get; }

    /// <summary>Values of the vector that rows are pooled to.</summary>
    public int PooledWidth => Pool.Width(PoolingKind, Width);

    /// <summary>The state-space cores, in order.</summary>
    public IReadOnlyList<ScanLayer> Cores { get; }

    public Layer Encoder { get; }

    public Layer Decoder { get; }

    public override int StateSize { get; }

    public override void Prepare(in Weights weights)
    {
        Encoder.Prepare(weights);
        Decoder.Prepare(weights);
        foreach (var branch in _branches)
            branch.Prepare(weights);
    }

    public void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        Encoder.PrepareBackward(weights, gradients);
        Decoder.PrepareBackward(weights, gradients);
        foreach (var branch in _branches)
            branch.PrepareBackward(weights, gradients);
    }

    public int Branches => _branches.Length;

    public ResidualBranch Branch(int index) => _branches[index];

    /// <summary>Whether a long sequence may be worked on in pieces.</summary>
    public bool CanBeCut => SequencesPerExample == 1 && _branches.All(branch => branch.CanBeCut);

    /// <inheritdoc/>
    public override bool IsCausal => Architecture.Bidirectional != true;

    /// <summary>Whether a sequence scored in windows has the bits of the whole, and not only nearly the same values.</summary>
    public bool HasExactWindows => Cores.All(core => !core.Convolves);

    /// <summary>Where everything lies in the arena of a pass over that many rows.</summary>
    public ArenaPlan Plan(long rows, long sequences, ArenaUse use)
        => new(
            rows, sequences, InputStage.Width, Width, PooledWidth, _branches,
            Decoder.ScratchSize(Head.IsPooled ? sequences / SequencesPerExample : rows, sequences), use);

    /// <param name="pass">The pass; its scratch is not used, the arena has its own.</param>
    /// <param name="plan">The arena's plan.</param>
    /// <param name="input">(rows, width of the <see cref="InputStage"/>), packed.</param>
    /// <param name="output">(output rows, outputs); assigned.</param>
    /// <param name="arena">Memory of the plan's length; what Backward needs stays in it.</param>
    public void Forward(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> input, Span<float> output, Span<float> arena)
    {
        Encode(pass, plan, input, arena);
        for (int index = 0; index < Branches && !pass.Cancellation.IsCancellationRequested; index++)
            ForwardBranch(index, pass, plan, arena);
        if (Head.IsPooled)
            PoolRows(pass, plan, arena);
        Decode(pass, plan, output, arena);
    }

    /// <summary>
    /// Forward over one window of a long sequence of a causal model. Where rows are pooled, the output is that of the sequence up to the
    /// end of the window. An empty output is not computed: of a sequence of a pair there is none, and its pooled vector is in the arena.
    /// </summary>
    /// <param name="pass">A pass over the rows of the window, without a state; its scratch is not used.</param>
    /// <param name="plan">The arena's plan.</param>
    /// <param name="before">Rows there were before this window.</param>
    /// <param name="input">(rows, width of the <see cref="InputStage"/>), packed.</param>
    /// <param name="output">(output rows, outputs); assigned.</param>
    /// <param name="arena">Memory of the plan's length.</param>
    /// <param name="state">(StateSize): as the window before left it; zeros before the first.</param>
    public void ForwardWindow(
        in Pass pass, in ArenaPlan plan, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> arena, Span<float> state)
    {
        Encode(pass, plan, input, arena);
        state = state[InputStage.StateSize..]; // what is missing was filled when the window was packed
        for (int index = 0; index < Branches; index++)
            ForwardBranch(index, pass.InWindow(state.Take(_branches[index].StateSize), before > 0), plan, arena);
        if (Head.IsPooled)
            PoolStep(pass.Weights.Values, before, plan.Stream(Branches).Of(arena), plan.Pooled.Of(arena), state);
        if (!output.IsEmpty)
            Decode(pass, plan, output, arena);
    }

    /// <summary>Adds to the gradients what Forward, on the same arena, owes to <paramref name="outputGradient"/>.</summary>
    public void Backward(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> outputGradient, Span<float> arena, in Gradients gradients)
    {
        DecodeBackward(pass, plan, outputGradient, arena, gradients);
        if (Head.IsPooled)
            PoolRowsBackward(pass, plan, arena, gradients);
        for (int index = Branches - 1; index >= 0 && !pass.Cancellation.IsCancellationRequested; index--)
        {
            if (plan.MustRecompute(index))
                ForwardBranch(index, pass, plan, arena);
            for (int phase = _branches[index].Carries; phase >= 0; phase--)
                BackwardBranch(index, phase, pass, plan, arena, gradients);
        }
        EncodeBackward(pass, plan, arena, gradients);
    }

    /// <summary>From the input to the first stream.</summary>
    public void Encode(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> input, Span<float> arena)
    {
        var encoded = plan.Input.Of(arena);
        InputStage.Forward(pass.Weights.Values, input, encoded);
        Encoder.Forward(pass.With(plan.Scratch.Of(arena)), encoded, plan.Stream(0).Of(arena), default);
    }

    /// <summary>
    /// Behind the backward parts of all branches; an empty <paramref name="inputGradient"/>, of the standardised input, is not computed.
    /// </summary>
    public void EncodeBackward(
        in Pass pass, in ArenaPlan plan, Span<float> arena, in Gradients gradients, Span<float> inputGradient = default)
        => Encoder.Backward(
            pass.With(plan.Scratch.Of(arena)), plan.Input.Of(arena), default, plan.Gradient(0).Of(arena), inputGradient, gradients);

    /// <summary>One phase of a branch: <see cref="ScanLayer"/>.</summary>
    public void ForwardBranch(int index, int phase, in Pass pass, in ArenaPlan plan, Span<float> arena)
        => _branches[index].ForwardPhase(
            phase, pass.With(plan.Scratch.Of(arena)), plan.Stream(index).Of(arena), plan.Stream(index + 1).Of(arena),
            plan.Kept(index).Of(arena));

    /// <summary>One phase of a branch's gradient; the parts come from the last to the first.</summary>
    public void BackwardBranch(int index, int phase, in Pass pass, in ArenaPlan plan, Span<float> arena, in Gradients gradients)
    {
        var below = plan.Gradient(index).Of(arena);
        if (phase == _branches[index].Carries)
            below.Clear();
        _branches[index].BackwardPhase(
            phase, pass.With(plan.Scratch.Of(arena)), plan.Stream(index).Of(arena), plan.Kept(index).Of(arena),
            plan.Gradient(index + 1).Of(arena), below, gradients);
    }

    /// <summary>From the rows of the last stream to one vector a sequence.</summary>
    public void PoolRows(in Pass pass, in ArenaPlan plan, Span<float> arena)
    {
        Pool.Forward(PoolingKind, pass, plan.Stream(Branches).Of(arena), plan.Pooled.Of(arena));
        Shares?.Forward(pass, plan.Stream(Branches).Of(arena), plan.Pooled.Of(arena));
    }

    public void PoolRowsBackward(in Pass pass, in ArenaPlan plan, Span<float> arena, in Gradients gradients)
    {
        var rows = plan.Gradient(Branches).Of(arena);
        rows.Clear();
        Pool.Backward(PoolingKind, pass, plan.Stream(Branches).Of(arena), plan.PooledGradient.Of(arena), rows);
        Shares?.Backward(pass, plan.Stream(Branches).Of(arena), plan.PooledGradient.Of(arena), rows, gradients);
    }

    /// <summary>From the pooled vectors, or from the rows, to the output.</summary>
    public void Decode(in Pass pass, in ArenaPlan plan, Span<float> output, Span<float> arena)
        => Decoder.Forward(
            pass.With(plan.Scratch.Of(arena)), (Head.IsPooled ? plan.Pooled : plan.Stream(Branches)).Of(arena), output, default);

    /// <summary>Leaves the gradient of the pooled vectors, or of the rows, in the arena.</summary>
    public void DecodeBackward(
        in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> outputGradient, Span<float> arena, in Gradients gradients)
    {
        var decoded = (Head.IsPooled ? plan.Pooled : plan.Stream(Branches)).Of(arena);
        var gradient = (Head.IsPooled ? plan.PooledGradient : plan.Gradient(Branches)).Of(arena);
        gradient.Clear();
        Decoder.Backward(pass.With(plan.Scratch.Of(arena)), decoded, default, outputGradient, gradient, gradients);
    }

    private void ForwardBranch(int index, in Pass pass, in ArenaPlan plan, Span<float> arena)
    {
        for (int phase = 0; phase <= _branches[index].Carries; phase++)
            ForwardBranch(index, phase, pass, plan, arena);
    }

    public override ScoringMemory CreateMemory(int windowRows = Workspace.WindowRows) => new Workspace(this, windowRows);

    public override void Finish(ReadOnlySpan<float> values, Span<float> rows) => Head.Finish(values, rows);

    private Layer CreateEncoder()
    {
        if (Gain is null)
            return Options.Vocabulary > 0 ? new Embedding(Layout, Options.Vocabulary, Width) : new Linear(Layout, InputStage.Width, Width);
        if (Options.Vocabulary > 0)
        {
            throw new ArgumentException(
                $"{Architecture.GetType().Name} needs an input of real channels: the distance between two tokens has no meaning, "
                + "so neither has a gain. Take another core for a column of keys.");
        }
        return new BoundedLinear(Layout, InputStage.Width, Width, EncoderGain);
    }

    private Layer CreateDecoder()
    {
        if (Options.HasPairs)
        {
            Architecture.RequirePairs();
            return new PairDecoder(Layout, PooledWidth, Width, Options.Outputs);
        }
        int width = IsPooled ? PooledWidth : Width;
        double poolGain = IsPooled ? Pool.Gain(PoolingKind) : 1;
        return Gain is double gain
            ? new BoundedLinear(Layout, width, Options.Outputs, gain * (1 - RoundingShare) / EncoderGain / poolGain, CreateBudget())
            : new Linear(Layout, width, Options.Outputs);
    }

    // What the decoder of a certified model divides by, where the cores have trained gains that it is to take back.
    private GainBudget? CreateBudget()
        => Architecture.Core.CoreGainOf(Architecture) == StateSpace.CoreGain.Balanced
            ? new GainBudget([.. ConvexBranches.Where(branch => branch.GainLog is not null)])
            : null;

    private IEnumerable<ConvexBranch> ConvexBranches => _branches.Select(branch => branch.Core).OfType<ConvexBranch>();

    /// <summary>The trained factor behind a state-space core; 1 where there is none.</summary>
    public double CoreGain(int core, ReadOnlySpan<float> values)
    {
        foreach (var branch in ConvexBranches)
            if (branch.Inner == Cores[core])
                return branch.Gain(values);
        return 1;
    }

    // The largest gain of the whole network, where its core is a certified one.
    private double? Gain => Architecture.Core.GainOf(Architecture);

    // The encoder of a certified model scales its input so that the channels are as large as the inputs, because a nonlinearity has a
    // scale. The decoder divides by the same factor.
    private double EncoderGain => Math.Sqrt((double)Width / InputStage.Width);

    // The share of the gain that is kept in reserve: rounding the matrices to float cannot add more than this to the product of their
    // norms.
    private const double RoundingShare = 1e-4;

    private static int Required(int? size, string name)
        => size ?? throw new ArgumentException($"Architecture.{name} must be set before a model is built.");
}
