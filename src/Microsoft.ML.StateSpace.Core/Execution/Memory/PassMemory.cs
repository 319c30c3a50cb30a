using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>The memory with which a program makes one pass at a time.</summary>
internal sealed class PassMemory(LayerProgram program)
{
    private readonly Dictionary<Schedule, MemoryPlan> _plans = [];
    private readonly Arena _arena = new();
    private MemoryPlan? _plan;
    private Memory<float>[]? _lent; // of each buffer, where somebody has lent memory

    /// <summary>The program.</summary>
    public LayerProgram Program => program;

    /// <summary>The order of work of the pass.</summary>
    public Schedule Schedule { get; private set; } = program.ScheduleFor(ArenaUse.Score);

    /// <summary>All of the memory.</summary>
    public Span<float> All => _arena.Span;

    /// <summary>Floats that are held.</summary>
    public long Floats => _arena.Length;

    /// <summary>Time steps of the pass.</summary>
    public int Rows => (int)(_plan?.Extent.Rows ?? 0);

    /// <summary>Plans a pass, without memory for it yet, and returns the floats that it needs.</summary>
    public long Plan(Schedule schedule, in Extent extent)
    {
        if (Schedule != schedule)
            (Schedule, _lent) = (schedule, null);
        if (!_plans.TryGetValue(schedule, out _plan))
            _plans[schedule] = _plan = new MemoryPlan(schedule);
        return _plan.Fit(extent).Length;
    }

    /// <summary>Takes the memory that was planned.</summary>
    public void Take() => _arena.Grow((int)_plan!.Length);

    /// <summary>Lets the memory go.</summary>
    public void Release() => _arena.Release();

    /// <summary>A value of the way there, (rows, width).</summary>
    public Span<float> Value(ValueId value) => Buffer(Schedule.Values[value.Index]);

    /// <summary>The gradient of a value, (rows, width).</summary>
    public Span<float> Gradient(ValueId value) => Buffer(Schedule.Gradients[value.Index]);

    /// <summary>A buffer of the schedule.</summary>
    public Span<float> Buffer(int buffer)
        => buffer >= 0 && _lent is not null && !_lent[buffer].IsEmpty ? _lent[buffer].Span : _plan!.Slot(buffer).Of(_arena.Span);

    /// <summary>
    /// Lets values of the next passes of this schedule lie in memory of the caller, so that they need not be copied; until another schedule
    /// is planned.
    /// </summary>
    /// <param name="buffer">The number of the buffer.</param>
    /// <param name="memory">Memory of its size.</param>
    public void Lend(int buffer, Memory<float> memory)
    {
        _lent ??= new Memory<float>[Schedule.Buffers.Length];
        _lent[buffer] = memory;
    }

    /// <summary>
    /// Makes some steps of the schedule; those in which pieces meet are left out. A pass that is cancelled ends between two steps, with
    /// results that are not to be used.
    /// </summary>
    /// <param name="first">The first of them.</param>
    /// <param name="end">The one behind the last.</param>
    /// <param name="pass">The pass; where it is a window its state is that of the whole program.</param>
    /// <param name="gradients">What Backward adds to.</param>
    public void Run(int first, int end, in Pass pass, in Gradients gradients = default)
    {
        var own = pass with { IsForwardOnly = Schedule.Use == ArenaUse.Score };
        for (int i = first; i < end && !pass.Cancellation.IsCancellationRequested; i++)
            Run(Schedule.Steps[i], own, gradients);
    }

    /// <summary>What the instruction of a step gets.</summary>
    public Frame FrameOf(ScheduledStep step, in Pass pass, in Gradients gradients = default) => new()
    {
        Pass = pass, First = Buffer(step.First), Second = Buffer(step.Second), Output = Buffer(step.Output), Kept = Buffer(step.Kept),
        FirstGradient = Buffer(step.FirstGradient), SecondGradient = Buffer(step.SecondGradient),
        OutputGradient = Buffer(step.OutputGradient), Gradients = gradients,
    };

    private void Run(ScheduledStep step, in Pass pass, in Gradients gradients)
    {
        if (step.IsMeeting)
            return;
        var instruction = step.Instruction;
        var state = pass.State.IsEmpty ? default : pass.State.Slice(instruction.StateStart, instruction.Groups * instruction.StateSize);
        var frame = FrameOf(step, pass.With(Buffer(step.Scratch), state), gradients);
        if (step.ClearsFirst)
            frame.FirstGradient.Clear();
        if (step.ClearsSecond)
            frame.SecondGradient.Clear();
        for (int group = 0, groups = instruction.Groups; group < groups; group++)
        {
            var own = groups == 1 ? frame : frame.OfGroup(group, groups);
            if (step.Work == Work.Forward)
                instruction.Forward(step.Phase, own);
            else
                instruction.Backward(step.Phase, own);
        }
    }
}
