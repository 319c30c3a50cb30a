using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The network: standardise, encode, blocks, pool (classification), decode. Its input is the packed valid rows (rows, inputs);
/// its output the logits (sequences, classes), or standardised outputs (rows, outputs). Stateless: parameters and memory are handed in.
/// </summary>
internal sealed class SequenceModel
{
    private readonly Layer _encoder;
    private readonly Block[] _blocks;
    private readonly Linear _decoder;

    /// <param name="options">The model; every size of its architecture must be set.</param>
    public SequenceModel(SequenceModelOptions options)
    {
        Options = options;
        var architecture = options.Architecture;
        Width = Required(architecture.ModelSize, nameof(architecture.ModelSize));
        if (options.Vocabulary == 0)
            Input = Layout.Scope("Input", () => new Standardize(Layout, options.Inputs));
        _encoder = Layout.Scope<Layer>("Encoder", () => options.Vocabulary > 0 ? new Embedding(Layout, options.Vocabulary, Width) : new Linear(Layout, options.Inputs, Width));
        _blocks = [.. Enumerable.Range(0, Required(architecture.Layers, nameof(architecture.Layers))).Select(i => Layout.Scope($"Blocks.{i}", () => CreateBlock(i)))];
        _decoder = Layout.Scope("Decoder", () => new Linear(Layout, Width, options.Outputs));
        StateSize = _blocks.Sum(block => block.StateSize) + (IsPooled ? Pool.StateSize(architecture.Pooling, Width) : 0);
        if (IsPooled)
            return;
        Output = Layout.Scope("Output", () => new Standardize(Layout, options.Outputs));
    }

    public SequenceModelOptions Options { get; }

    public ParameterLayout Layout { get; } = new();

    /// <summary>Standardises the inputs; <see langword="null"/> where they are tokens.</summary>
    public Standardize? Input { get; }

    /// <summary>Brings outputs to their unit; <see langword="null"/> where they are logits.</summary>
    public Standardize? Output { get; }

    /// <summary>H.</summary>
    public int Width { get; }

    public bool IsPooled => Options.Task == SequenceTask.Classification;

    /// <summary>Floats of state that <see cref="Step"/> carries.</summary>
    public int StateSize { get; }

    /// <summary>Rows of the output.</summary>
    public int OutputRows(int rows, int sequences) => IsPooled ? sequences : rows;

    public void Prepare(in Weights weights)
    {
        foreach (var block in _blocks)
            block.Prepare(weights);
    }

    public void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        foreach (var block in _blocks)
            block.PrepareBackward(weights, gradients);
    }

    /// <summary>Where everything lies in the arena of a pass over that many rows.</summary>
    public ArenaPlan Plan(int rows, int sequences, ArenaUse use)
        => new(rows, sequences, Options.Inputs, Width, _blocks.Length, _blocks[0].KeptSize(rows, sequences), _blocks[0].ScratchSize(rows, sequences), use);

    /// <param name="pass">The pass; its scratch is not used, the arena has its own.</param>
    /// <param name="plan">The arena's plan.</param>
    /// <param name="input">(rows, inputs).</param>
    /// <param name="output">(output rows, outputs); assigned.</param>
    /// <param name="arena">Memory of the plan's length; what Backward needs stays in it.</param>
    public void Forward(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> input, Span<float> output, Span<float> arena)
    {
        for (int stage = 0; stage <= Blocks; stage++)
            ForwardStage(stage, pass, plan, input, arena);
        Decode(pass, plan, output, arena);
    }

    /// <summary>Adds to the gradients what Forward, on the same arena, owes to <paramref name="outputGradient"/>.</summary>
    public void Backward(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> outputGradient, Span<float> arena, in Gradients gradients)
    {
        DecodeBackward(pass, plan, outputGradient, arena, gradients);
        for (int stage = Blocks; stage >= 0; stage--)
        {
            LeaveStageBackward(stage, pass, plan, arena, gradients);
            if (plan.MustRecompute(stage - 1))
            {
                EnterBlock(stage - 1, pass, plan, arena);
                LeaveBlock(stage - 1, pass, plan, arena);
            }
            EnterStageBackward(stage, pass, plan, arena, gradients);
        }
    }

    /// <summary>Number of blocks. Stage i of a pass leaves block i - 1 and enters block i; pieces of a sequence are linked between two stages.</summary>
    public int Blocks => _blocks.Length;

    public Block Block(int index) => _blocks[index];

    /// <summary>One stage; the first encodes, the last pools.</summary>
    public void ForwardStage(int stage, in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> input, Span<float> arena)
    {
        var inner = pass.With(plan.Scratch.Of(arena));
        if (stage == 0)
            Encode(inner, plan, input, arena);
        else
            LeaveBlock(stage - 1, inner, plan, arena);
        if (stage < Blocks)
            EnterBlock(stage, inner, plan, arena);
        else if (IsPooled)
            Pool.Forward(Options.Architecture.Pooling, inner, plan.Stream(Blocks).Of(arena), plan.Pooled.Of(arena));
    }

    public void EnterBlock(int index, in Pass pass, in ArenaPlan plan, Span<float> arena)
        => _blocks[index].ForwardEnter(pass.With(plan.Scratch.Of(arena)), plan.Stream(index).Of(arena), plan.Kept(index).Of(arena));

    public void LeaveBlock(int index, in Pass pass, in ArenaPlan plan, Span<float> arena)
        => _blocks[index].ForwardLeave(pass.With(plan.Scratch.Of(arena)), plan.Stream(index).Of(arena), plan.Stream(index + 1).Of(arena), plan.Kept(index).Of(arena));

    /// <summary>From the pooled vectors, or from the rows, to the output.</summary>
    public void Decode(in Pass pass, in ArenaPlan plan, Span<float> output, Span<float> arena)
        => _decoder.Forward(pass, (IsPooled ? plan.Pooled : plan.Stream(Blocks)).Of(arena), output, default);

    /// <summary>Leaves the gradient of the pooled vectors, or of the rows, in the arena.</summary>
    public void DecodeBackward(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> outputGradient, Span<float> arena, in Gradients gradients)
    {
        var decoded = (IsPooled ? plan.Pooled : plan.Stream(Blocks)).Of(arena);
        var gradient = (IsPooled ? plan.PooledGradient : plan.Gradient(Blocks)).Of(arena);
        gradient.Clear();
        _decoder.Backward(pass, decoded, default, outputGradient, gradient, gradients);
    }

    /// <summary>The first half of a stage's gradient: from block <c>stage</c>'s core down to its input, or from the pooled vectors to the rows.</summary>
    public void LeaveStageBackward(int stage, in Pass pass, in ArenaPlan plan, Span<float> arena, in Gradients gradients)
    {
        if (stage < Blocks)
        {
            _blocks[stage].BackwardLeave(
                pass.With(plan.Scratch.Of(arena)), plan.Stream(stage).Of(arena), plan.Kept(stage).Of(arena), plan.Gradient(stage).Of(arena), gradients);
        }
        else if (IsPooled)
        {
            var rows = plan.Gradient(stage).Of(arena);
            rows.Clear();
            Pool.Backward(Options.Architecture.Pooling, pass, plan.Stream(stage).Of(arena), plan.PooledGradient.Of(arena), rows);
        }
    }

    /// <summary>The second half: from block <c>stage - 1</c>'s output down to its core, or through the encoder.</summary>
    public void EnterStageBackward(int stage, in Pass pass, in ArenaPlan plan, Span<float> arena, in Gradients gradients)
    {
        var inner = pass.With(plan.Scratch.Of(arena));
        if (stage == 0)
        {
            _encoder.Backward(inner, plan.Input.Of(arena), default, plan.Gradient(0).Of(arena), default, gradients);
            return;
        }
        var below = plan.Gradient(stage - 1).Of(arena);
        below.Clear();
        _blocks[stage - 1].BackwardEnter(inner, plan.Stream(stage - 1).Of(arena), plan.Kept(stage - 1).Of(arena), plan.Gradient(stage).Of(arena), below, gradients);
    }

    private void Encode(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> input, Span<float> arena)
    {
        var encoded = plan.Input.Of(arena);
        if (Input is null)
            input.CopyTo(encoded);
        else
            Input.Forward(pass.Weights.Values, input, encoded);
        _encoder.Forward(pass, encoded, plan.Stream(0).Of(arena), default);
    }

    /// <summary>
    /// One time step of a causal model: (inputs) to (outputs), in the outputs' unit; of a classifier, the logits of the sequence up to this step.
    /// </summary>
    /// <param name="pass">A pass over one row, with <see cref="StepScratchSize"/> floats of scratch.</param>
    /// <param name="before">Steps there were before this one.</param>
    /// <param name="input">(inputs).</param>
    /// <param name="output">(outputs); assigned.</param>
    /// <param name="state">(StateSize); zeros before the first step.</param>
    public void Step(in Pass pass, long before, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        var encoded = scratch.Take(Options.Inputs);
        Span<float> stream = scratch.Take(Width), next = scratch.Take(Width);
        var inner = pass.With(scratch);
        if (Input is null)
            input.CopyTo(encoded);
        else
            Input.Forward(pass.Weights.Values, input, encoded);
        _encoder.Step(inner, encoded, stream, default);
        foreach (var block in _blocks)
        {
            block.Step(inner, stream, next, state.Take(block.StateSize));
            var swap = stream;
            stream = next;
            next = swap;
        }
        if (IsPooled)
        {
            Pool.Step(Options.Architecture.Pooling, before, stream, next, state);
            stream = next;
        }
        _decoder.Step(inner, stream, output, default);
        Output?.Invert(pass.Weights.Values, output);
    }

    /// <summary>Floats of scratch that <see cref="Step"/> needs.</summary>
    public int StepScratchSize => Options.Inputs + 2 * Width + _blocks[0].ScratchSize(1, 1);

    private Block CreateBlock(int index)
    {
        var architecture = Options.Architecture;
        int states = Required(architecture.StateSize, nameof(architecture.StateSize));
        bool bidirectional = architecture.Bidirectional ?? throw new ArgumentException("Architecture.Bidirectional must be set.");
        Layer? norm = architecture.Norm switch
        {
            NormKind.LayerNorm => Layout.Scope("Norm", () => new LayerNorm(Layout, Width)),
            NormKind.RmsNorm => Layout.Scope("Norm", () => new RmsNorm(Layout, Width)),
            _ => null,
        };
        Core core = Layout.Scope<Core>("Core", () => architecture switch
        {
            S5Options s5 => new S5(Layout, s5, Width, states, bidirectional),
            LruOptions lru => new Lru(Layout, lru, Width, states, bidirectional),
            _ => throw new NotSupportedException($"There is no core for {architecture.GetType().Name}."),
        });
        var map = Layout.Scope("Map", () => new Glu(Layout, architecture.Nonlinearity, Width, architecture.Dropout ?? 0, index));
        return new Block(norm, core, map, architecture.NormPlacement);
    }

    private static int Required(int? size, string name) => size ?? throw new ArgumentException($"Architecture.{name} must be set before a model is built.");
}
