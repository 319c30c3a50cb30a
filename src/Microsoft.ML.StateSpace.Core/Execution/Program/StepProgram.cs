using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// A program that makes single time steps, of one stream or of some. A row a stream goes through it, so sizes and offsets are those of one
/// stream times their number, and scratch lies behind all values.
/// </summary>
internal sealed class StepProgram
{
    private readonly LayerProgram _program;
    private readonly Schedule _schedule;
    private readonly MemoryPlan _plan;
    private readonly long _scratchOfOne;

    public StepProgram(LayerProgram program)
    {
        _program = program;
        _schedule = new ScheduleBuilder(program, ArenaUse.Step, level: 0).Build();
        _plan = new MemoryPlan(_schedule).Fit(new Extent(1, 1));
        _scratchOfOne = ScratchSizeOf(1);
    }

    /// <summary>Floats of scratch that a step of one stream needs.</summary>
    public long SizeOfOne => _plan.Length + _scratchOfOne;

    /// <summary>Floats of scratch that a step of so many streams needs.</summary>
    public long Size(int streams) => streams * _plan.Length + ScratchSizeOf(streams);

    /// <summary>Where the input is to be put, (streams, width), in the scratch of the step.</summary>
    public Span<float> Input(Span<float> scratch, int streams) => Buffer(scratch, _schedule.Values[_program.Input.Index], streams);

    /// <summary>One time step of one stream, from <see cref="Input"/> on.</summary>
    /// <param name="pass">A pass over one row, with <see cref="SizeOfOne"/> floats of scratch.</param>
    /// <param name="output">(width of the output); assigned.</param>
    /// <param name="state">The state of the program; zeros before the first step.</param>
    public void Run(in Pass pass, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch[(int)_plan.Length..];
        foreach (var step in _schedule.Steps)
        {
            var instruction = step.Instruction;
            int groups = instruction.Groups;
            if (step.IsMeeting || step.Phase > 0)
                continue;
            var frame = FrameOf(step, pass, scratch, state.Slice(instruction.StateStart, groups * instruction.StateSize), 1);
            for (int group = 0; group < groups; group++)
                instruction.Step(groups == 1 ? frame : frame.OfGroup(group, groups));
        }
        Answer(pass, 1).CopyTo(output);
    }

    /// <summary>One time step of each of some streams, from <see cref="Input"/> on.</summary>
    /// <param name="pass">A pass over a row a stream, with <see cref="Size"/> floats of scratch.</param>
    /// <param name="before">Steps each stream made before.</param>
    /// <param name="output">(streams, width of the output); assigned.</param>
    /// <param name="states">The states, from that of the program on.</param>
    public void RunEach(in Pass pass, ReadOnlySpan<long> before, Span<float> output, in StreamStates states)
    {
        int streams = states.Count;
        var scratch = pass.Scratch[(int)(streams * _plan.Length)..];
        foreach (var step in _schedule.Steps)
        {
            var instruction = step.Instruction;
            int groups = instruction.Groups;
            if (step.IsMeeting || step.Phase > 0)
                continue;
            var frame = FrameOf(step, pass, scratch, default, streams);
            for (int group = 0; group < groups; group++)
                instruction.StepEach(
                    groups == 1 ? frame : frame.OfGroup(group, groups), before,
                    states.Behind(instruction.StateStart + group * instruction.StateSize));
        }
        Answer(pass, streams).CopyTo(output);
    }

    private Span<float> Answer(in Pass pass, int streams)
        => Buffer(pass.Scratch, _schedule.Values[_program.Output.Index], streams);

    private Frame FrameOf(ScheduledStep step, in Pass pass, Span<float> scratch, Span<float> state, int streams) => new()
    {
        Pass = pass.With(scratch, state), First = Buffer(pass.Scratch, step.First, streams),
        Second = Buffer(pass.Scratch, step.Second, streams), Output = Buffer(pass.Scratch, step.Output, streams), Kept = default,
    };

    private Span<float> Buffer(Span<float> scratch, int buffer, int streams)
    {
        var slot = _plan.Slot(buffer);
        return new Slot(slot.Offset * streams, slot.Length * streams).Of(scratch);
    }

    private long ScratchSizeOf(int streams)
    {
        long largest = 0;
        foreach (var instruction in _program.Instructions)
            largest = Math.Max(largest, instruction.Groups * instruction.StepScratchSize(streams));
        return largest;
    }
}
