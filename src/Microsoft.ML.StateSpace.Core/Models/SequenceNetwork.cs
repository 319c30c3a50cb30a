using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The network: standardise, encode, branches, pool where the answer is for the sequence, decode. It is a tree of layers, which is compiled
/// to a <see cref="Program"/> from the standardised rows (rows, width of the input stage) to the logits or standardised outputs (output
/// rows, outputs), which its <see cref="Head"/> turns into answers. Stateless: parameters and memory are handed in.
/// </summary>
internal sealed class SequenceNetwork : SequenceModel, INetwork
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
    public SequenceNetwork(SequenceModelOptions options, ParameterLayout layout)
        : base(options, layout)
    {
        var architecture = Architecture = (NetworkOptions)options.Architecture;
        Width = Required(architecture.ModelSize, nameof(architecture.ModelSize));
        InputStage = new InputStage(Layout, options);
        Encoder = Layout.Scope("Encoder", CreateEncoder);
        var scaffolding = new Scaffolding(Layout, architecture, Width, options.HasIntervals);
        _branches = scaffolding.CreateBranches(Required(architecture.Layers, nameof(architecture.Layers)));
        (Cores, CoreNames) = (scaffolding.Cores, scaffolding.CoreNames);
        if (IsPooled && PoolingKind == Pooling.MeanAndShare)
            Shares = Layout.Scope("Pool", () => new SharePool(Layout, Width));
        Decoder = Layout.Scope("Decoder", CreateDecoder);
        if (architecture.LogitsSoftCap is double cap)
            Decoder = new SoftCap(Decoder, cap);
        Head = new Head(Layout, options.Task, options.Outputs);
        Program = Compile();
        StateSize = InputStage.StateSize + Program.StateSize;
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

    /// <summary>How rows are pooled; the mean, where options of an untrained model leave it open.</summary>
    public Pooling PoolingKind => Architecture.Pooling ?? Pooling.Mean;

    /// <summary>Pools shares above thresholds, where these stand beside the mean.</summary>
    public SharePool? Shares { get; }

    /// <summary>Values of the vector that rows are pooled to.</summary>
    public int PooledWidth => Pool.Width(PoolingKind, Width);

    /// <summary>The state-space cores, in order.</summary>
    public IReadOnlyList<Layer> Cores { get; }

    /// <summary>What the parameters of each core are named by.</summary>
    public IReadOnlyList<string> CoreNames { get; }

    /// <summary>The operations, from the standardised rows to the answer.</summary>
    public LayerProgram Program { get; }

    public ValueId? Pooled { get; private set; }

    IInputStage INetwork.InputStage => InputStage;

    SequenceTask INetwork.Task => Options.Task;

    int INetwork.Inputs => Options.Inputs;

    int INetwork.Outputs => Options.Outputs;

    bool INetwork.HasIntervals => Options.HasIntervals;

    bool INetwork.HasPairs => Options.HasPairs;

    public Operation Encoder { get; }

    public Operation Decoder { get; }

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

    /// <inheritdoc/>
    public override bool IsCausal => Architecture.Bidirectional != true;

    /// <summary>Whether a sequence scored in windows has the bits of the whole, and not only nearly the same values.</summary>
    public bool HasExactWindows => Program.Instructions.All(made => made is not ScanInstruction { Scan.Convolves: true });

    /// <inheritdoc/>
    public override void Step(in Pass pass, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var encoded = Program.Steps.Input(pass.Scratch, 1);
        InputStage.Step(pass.Weights.Values, before, input, encoded, state.Take(InputStage.StateSize));
        Program.Steps.Run(pass with { Before = before }, output, state);
    }

    public override int StepScratchSize => checked((int)Program.Steps.SizeOfOne);

    /// <inheritdoc/>
    public override void StepEach(
        in Pass pass, ReadOnlySpan<long> before, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int inputs = Options.Inputs, width = InputStage.Width;
        var encoded = Program.Steps.Input(pass.Scratch, states.Count);
        for (int i = 0; i < states.Count; i++)
            InputStage.Step(
                pass.Weights.Values, before[i], input.Slice(i * inputs, inputs), encoded.Slice(i * width, width),
                states.Of(i, InputStage.StateSize));
        Program.Steps.RunEach(pass, before, output, states.Behind(InputStage.StateSize));
    }

    public override long StepEachScratchSize(int streams) => Program.Steps.Size(streams);

    public override ScoringMemory CreateMemory(int windowRows = ScoringWindows.WindowRows) => new ScoringWindows(this, windowRows);

    public override void Finish(ReadOnlySpan<float> values, Span<float> rows) => Head.Finish(values, rows);

    private LayerProgram Compile()
    {
        var builder = new ProgramBuilder(InputStage.Width);
        var value = builder.Add(Encoder, builder.Input);
        builder.AddStream(value);
        foreach (var branch in _branches)
            builder.AddStream(value = builder.Add(branch, value));
        if (Head.IsPooled)
            Pooled = value = builder.Pool(PoolingKind, Shares, value);
        return builder.Build(builder.Apply(Decoder, value, Head.IsPooled ? RowUnit.Example : RowUnit.Step));
    }

    private Operation CreateEncoder()
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

    private Operation CreateDecoder()
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
