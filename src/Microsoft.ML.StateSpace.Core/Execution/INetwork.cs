using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>What reads the rows of a sequence for a network: fills what is missing, derives what is derived, and standardises.</summary>
internal interface IInputStage
{
    /// <summary>Values of a row that the program reads.</summary>
    int Width { get; }

    /// <summary>Floats of the state behind a row.</summary>
    int StateSize { get; }

    /// <summary>Takes the rows before those that will be packed into the state.</summary>
    void Begin(ReadOnlySpan<float> before, Span<float> state);

    /// <summary>Takes rows of a sequence, from the state before the first of them.</summary>
    void Pack(ReadOnlySpan<float> values, ReadOnlySpan<float> sequence, int start, Span<float> rows, Span<float> state);

    /// <summary>Standardises packed rows, also in place.</summary>
    void Forward(ReadOnlySpan<float> values, ReadOnlySpan<float> rows, Span<float> encoded);
}

/// <summary>A network as it is run: its program, and what stands before and behind it.</summary>
internal interface INetwork
{
    LayerProgram Program { get; }

    IInputStage InputStage { get; }

    /// <summary>What the answers are.</summary>
    Head Head { get; }

    SequenceTask Task { get; }

    ParameterLayout Layout { get; }

    /// <summary>Channels of a time step, as it is given.</summary>
    int Inputs { get; }

    /// <summary>Values of a row of the answer.</summary>
    int Outputs { get; }

    bool HasIntervals { get; }

    /// <summary>Whether an example is a pair of sequences.</summary>
    bool HasPairs { get; }

    /// <summary>Whether it reads sequences from their start alone.</summary>
    bool IsCausal { get; }

    /// <summary>Whether a sequence scored in windows has the bits of the whole, and not only nearly the same values.</summary>
    bool HasExactWindows { get; }

    /// <summary>The vector to which the rows of a sequence are pooled; <see langword="null"/> where they are not.</summary>
    ValueId? Pooled { get; }

    Pooling PoolingKind { get; }

    /// <summary>Floats of state of the input stage, and then of the program.</summary>
    int StateSize { get; }

    void Prepare(in Weights weights);

    void PrepareBackward(in Weights weights, in Gradients gradients);
}
