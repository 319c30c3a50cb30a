using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>What an instruction gets for one pass: its values, their gradients, and memory. What it has not is empty.</summary>
internal readonly ref struct Frame
{
    /// <summary>The pass, with the instruction's own scratch memory and state.</summary>
    public required Pass Pass { get; init; }

    public required Span<float> First { get; init; }

    public required Span<float> Second { get; init; }

    public required Span<float> Output { get; init; }

    /// <summary>What Forward keeps for Backward.</summary>
    public required Span<float> Kept { get; init; }

    public Span<float> FirstGradient { get; init; }

    public Span<float> SecondGradient { get; init; }

    public Span<float> OutputGradient { get; init; }

    public Gradients Gradients { get; init; }

    /// <summary>The part of one of some groups that lie one behind the other.</summary>
    public Frame OfGroup(int group, int groups) => new()
    {
        Pass = Pass.With(Part(Pass.Scratch, group, groups), Part(Pass.State, group, groups)), First = Part(First, group, groups),
        Second = Part(Second, group, groups), Output = Part(Output, group, groups), Kept = Part(Kept, group, groups),
        FirstGradient = Part(FirstGradient, group, groups), SecondGradient = Part(SecondGradient, group, groups),
        OutputGradient = Part(OutputGradient, group, groups), Gradients = Gradients,
    };

    /// <summary>The part of one of some groups.</summary>
    public static Span<float> Part(Span<float> all, int group, int groups)
        => all.Slice(group * (all.Length / groups), all.Length / groups);
}

/// <summary>One line of a program: an operation, with the values that it reads and the one that it makes.</summary>
internal abstract class Instruction
{
    /// <summary>The value that it reads; or the first of two.</summary>
    public required ValueId First { get; init; }

    /// <summary>The second value that it reads, if there is one.</summary>
    public ValueId? Second { get; init; }

    /// <summary>The value that it makes.</summary>
    public required ValueId Output { get; init; }

    /// <summary>Whether its rows are those of each sequence in reverse order.</summary>
    public bool IsFromEnd { get; init; }

    /// <summary>
    /// Groups of channels on each of which it works by itself. They lie one behind the other, in values and in memory alike; sizes are
    /// those of one.
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>Its place in the program.</summary>
    public int Index { get; set; }

    /// <summary>Where its state begins in that of the program.</summary>
    public int StateStart { get; set; }

    /// <summary>Floats of state that a step carries.</summary>
    public virtual int StateSize => 0;

    /// <summary>Parts in which pieces of a long sequence make it, with a meeting between two.</summary>
    public virtual int Phases => 1;

    /// <summary>Whether the output takes the place of the first value.</summary>
    public virtual bool IsInPlace => false;

    /// <summary>About how many multiply-adds a row costs.</summary>
    public abstract long Cost { get; }

    public abstract long KeptSize(in Extent extent);

    public abstract long ScratchSize(in Extent extent);

    /// <summary>Floats of scratch that a step of that many streams needs.</summary>
    public abstract long StepScratchSize(int streams);

    /// <summary>Whether Backward reads the first value (0) or the second (1).</summary>
    public abstract bool Reads(int value);

    /// <summary>Whether Backward assigns the gradient of a value, where it otherwise adds to it.</summary>
    public virtual bool Assigns(int value) => false;

    public abstract void Forward(int phase, in Frame frame);

    /// <summary>Phases come from the last to the first.</summary>
    public abstract void Backward(int phase, in Frame frame);

    /// <summary>One time step of one stream, whose state is <see cref="Pass.State"/>.</summary>
    public abstract void Step(in Frame frame);

    /// <summary>One time step of each of some streams.</summary>
    /// <param name="frame">Values of a row a stream.</param>
    /// <param name="before">Steps that each stream made before.</param>
    /// <param name="states">Their states, from that of this instruction on.</param>
    public abstract void StepEach(in Frame frame, ReadOnlySpan<long> before, in StreamStates states);
}
