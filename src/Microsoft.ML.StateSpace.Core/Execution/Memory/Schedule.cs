using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>Kinds of work.</summary>
internal enum Work
{
    Forward,

    /// <summary>Pieces hand on states. A whole pass has none of it to do.</summary>
    CarryForward,

    Backward,

    /// <summary>Pieces hand on gradients of states.</summary>
    CarryBackward,
}

/// <summary>
/// One step of a schedule: an instruction, or a phase of one, with the numbers of its buffers; -1 is none.
/// </summary>
internal sealed record ScheduledStep(Instruction Instruction, Work Work, int Phase)
{
    public int First { get; init; } = -1;

    public int Second { get; init; } = -1;

    public int Output { get; init; } = -1;

    public int Kept { get; init; } = -1;

    public int Scratch { get; init; } = -1;

    public int FirstGradient { get; init; } = -1;

    public int SecondGradient { get; init; } = -1;

    public int OutputGradient { get; init; } = -1;

    /// <summary>Whether the gradient of the first value must be cleared first, because nothing was added to it yet.</summary>
    public bool ClearsFirst { get; init; }

    public bool ClearsSecond { get; init; }

    /// <summary>Whether pieces meet in this step; all other steps are done to each by itself.</summary>
    public bool IsMeeting => Work is Work.CarryForward or Work.CarryBackward;
}

/// <summary>What a buffer holds.</summary>
internal enum BufferKind
{
    /// <summary>A value, or its gradient.</summary>
    Value,

    /// <summary>What an instruction keeps for its gradient.</summary>
    Kept,

    /// <summary>What an instruction needs while it runs.</summary>
    Scratch,
}

/// <summary>A buffer of a schedule: what it holds, and the first and the last step in which it is in use.</summary>
internal sealed class ScheduledBuffer(BufferKind kind, ProgramValue? value, Instruction? instruction, int begin)
{
    public int Begin { get; set; } = begin;

    public int End { get; set; } = begin;

    public bool Overlaps(ScheduledBuffer other) => Begin <= other.End && other.Begin <= End;

    public long Size(in Extent extent) => kind switch
    {
        BufferKind.Value => value!.Size(extent),
        BufferKind.Kept => instruction!.Groups * instruction.KeptSize(extent),
        _ => instruction!.Groups * instruction.ScratchSize(extent),
    };
}

/// <summary>
/// The order of work of a pass: the steps up to the answer, and, in training, those of the way back, with the life of every buffer.
/// </summary>
internal sealed class Schedule(
    ArenaUse use, int level, ScheduledStep[] steps, int forward, ScheduledBuffer[] buffers, int[] values, int[] gradients)
{
    /// <summary>What the pass is for.</summary>
    public ArenaUse Use => use;

    /// <summary>How many operations are computed again on the way back.</summary>
    public int Level => level;

    /// <summary>All steps.</summary>
    public ScheduledStep[] Steps => steps;

    /// <summary>How many of them lead to the answer.</summary>
    public int Forward => forward;

    /// <summary>All buffers.</summary>
    public ScheduledBuffer[] Buffers => buffers;

    /// <summary>Of each value, the buffer that holds it at the end of the way there.</summary>
    public int[] Values => values;

    /// <summary>Of each value, the buffer of its gradient; -1 where there is none.</summary>
    public int[] Gradients => gradients;

    /// <summary>Whether any part of the way back can be gone twice, because nothing is computed again for it.</summary>
    public bool IsRepeatable => level == 0;

    /// <summary>Number of the first step of a kind of work whose instruction makes a value; -1 where there is none.</summary>
    public int StepOf(ValueId output, Work work)
    {
        for (int i = 0; i < Steps.Length; i++)
        {
            if (Steps[i].Work == work && Steps[i].Instruction.Output == output)
                return i;
        }
        return -1;
    }

    /// <summary>Number of the step behind all those of the way there that make a value.</summary>
    public int EndOf(ValueId output)
    {
        int end = Forward;
        while (end > 0 && (Steps[end - 1].Work != Work.Forward || Steps[end - 1].Instruction.Output != output))
            end--;
        return end;
    }
}
