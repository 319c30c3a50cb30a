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
    public ArenaPlan Plan(int rows, int sequences, bool training)
        => new(rows, sequences, Options.Inputs, Width, _blocks.Length, _blocks[0].KeptSize(rows, sequences), _blocks[0].ScratchSize(rows, sequences), training);

    /// <param name="pass">The pass; its scratch is not used, the arena has its own.</param>
    /// <param name="plan">The arena's plan.</param>
    /// <param name="input">(rows, inputs).</param>
    /// <param name="output">(output rows, outputs); assigned.</param>
    /// <param name="arena">Memory of the plan's length; what Backward needs stays in it.</param>
    public void Forward(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> input, Span<float> output, Span<float> arena)
    {
        var inner = pass.With(plan.Scratch.Of(arena));
        var encoded = plan.Input.Of(arena);
        if (Input is null)
            input.CopyTo(encoded);
        else
            Input.Forward(pass.Weights.Values, input, encoded);
        _encoder.Forward(inner, encoded, plan.Stream(0).Of(arena), default);
        for (int i = 0; i < _blocks.Length; i++)
            _blocks[i].Forward(inner, plan.Stream(i).Of(arena), plan.Stream(i + 1).Of(arena), plan.Kept(i).Of(arena));
        var last = plan.Stream(_blocks.Length).Of(arena);
        if (IsPooled)
        {
            Pool.Forward(Options.Architecture.Pooling, inner, last, plan.Pooled.Of(arena));
            last = plan.Pooled.Of(arena);
        }
        _decoder.Forward(inner, last, output, default);
    }

    /// <summary>Adds to the gradients what Forward, on the same arena, owes to <paramref name="outputGradient"/>.</summary>
    public void Backward(in Pass pass, in ArenaPlan plan, ReadOnlySpan<float> outputGradient, Span<float> arena, in Gradients gradients)
    {
        var inner = pass.With(plan.Scratch.Of(arena));
        Span<float> above = plan.Gradient(0).Of(arena), below = plan.Gradient(1).Of(arena);
        above.Clear();
        var last = plan.Stream(_blocks.Length).Of(arena);
        if (IsPooled)
        {
            var pooledGradient = plan.PooledGradient.Of(arena);
            pooledGradient.Clear();
            _decoder.Backward(inner, plan.Pooled.Of(arena), default, outputGradient, pooledGradient, gradients);
            Pool.Backward(Options.Architecture.Pooling, inner, last, pooledGradient, above);
        }
        else
        {
            _decoder.Backward(inner, last, default, outputGradient, above, gradients);
        }
        for (int i = _blocks.Length - 1; i >= 0; i--)
        {
            below.Clear();
            _blocks[i].Backward(inner, plan.Stream(i).Of(arena), plan.Kept(i).Of(arena), above, below, gradients);
            var swap = above;
            above = below;
            below = swap;
        }
        _encoder.Backward(inner, plan.Input.Of(arena), default, above, default, gradients);
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
        Layer core = Layout.Scope<Layer>("Core", () => architecture switch
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
