using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>Puts the instructions of a program, and those of its way back, in order, and notes when each buffer is in use.</summary>
/// <param name="program">The program.</param>
/// <param name="use">What the pass is for.</param>
/// <param name="level">How many instructions, the cheapest first, are computed again when their gradients need it.</param>
internal sealed class ScheduleBuilder(LayerProgram program, ArenaUse use, int level)
{
    private readonly List<ScheduledStep> _steps = [];
    private readonly List<ScheduledBuffer> _buffers = [];
    private readonly int[] _kept = Nothing(program.Instructions.Length);
    private readonly int[] _values = Nothing(program.Values.Length); // the buffer that holds a value now
    private readonly int[] _gradients = Nothing(program.Values.Length);

    public Schedule Build()
    {
        var groups = Groups();
        _values[program.Input.Index] = NewBuffer(program.Input, 0);
        foreach (var group in groups)
            AddForward(group);
        int forward = _steps.Count;
        int[] values = (int[])_values.Clone();
        if (use is ArenaUse.Train or ArenaUse.Study)
            AddBackward(groups);
        Touch(values[program.Output.Index], _steps.Count);
        if (use == ArenaUse.Study)
        {
            foreach (var buffer in _buffers)
                (buffer.Begin, buffer.End) = (0, _steps.Count);
        }
        return new(use, level, [.. _steps], forward, [.. _buffers], values, _gradients);
    }

    // Neighbouring scans of which none reads what another makes go through their phases together, so that their pieces meet once.
    private List<Instruction[]> Groups()
    {
        var groups = new List<Instruction[]>();
        foreach (var instruction in program.Instructions)
        {
            if (groups.Count > 0 && instruction is ScanInstruction && groups[^1] is [ScanInstruction, ..] last
                && !Makes(last, instruction.First))
                groups[^1] = [.. last, instruction];
            else
                groups.Add([instruction]);
        }
        return groups;
    }

    private void AddForward(Instruction[] group)
    {
        int begin = _steps.Count;
        var templates = new ScheduledStep[group.Length];
        for (int i = 0; i < group.Length; i++)
            templates[i] = ForwardOf(group[i], begin);
        for (int phase = 0, last = Phases(group); phase < last; phase++)
        {
            foreach (var step in templates)
            {
                if (phase < step.Instruction.Phases)
                    _steps.Add(step with { Phase = phase });
            }
            foreach (var step in templates)
            {
                if (phase + 1 < step.Instruction.Phases)
                    _steps.Add(step with { Work = Work.CarryForward, Phase = phase });
            }
        }
        TouchAll(templates);
    }

    private ScheduledStep ForwardOf(Instruction instruction, int begin)
    {
        int first = _values[instruction.First.Index], second = instruction.Second is { } other ? _values[other.Index] : -1;
        bool isInPlace = instruction.IsInPlace && use != ArenaUse.Study;
        int output = isInPlace ? first : NewBuffer(instruction.Output, begin);
        if (isInPlace)
            _values[instruction.First.Index] = -1;
        _values[instruction.Output.Index] = output;
        _kept[instruction.Index] = use == ArenaUse.Step ? -1 : NewBuffer(BufferKind.Kept, instruction, begin);
        return new(instruction, Work.Forward, 0)
        {
            First = first, Second = second, Output = output, Kept = _kept[instruction.Index],
            Scratch = use == ArenaUse.Step ? -1 : NewBuffer(BufferKind.Scratch, instruction, begin),
        };
    }

    private void AddBackward(List<Instruction[]> groups)
    {
        _gradients[program.Output.Index] = NewBuffer(program.Output, _steps.Count);
        foreach (var instruction in program.ComputedAgain(level))
            _values[instruction.Output.Index] = _kept[instruction.Index] = -1;
        for (int i = groups.Count - 1; i >= 0; i--)
            AddBackward(groups[i]);
    }

    private void AddBackward(Instruction[] group)
    {
        foreach (var instruction in group)
        {
            if (_kept[instruction.Index] < 0)
                AddForwardAgain(instruction);
            if (instruction.Reads(0))
                Have(instruction.First);
            if (instruction.Second is { } second && instruction.Reads(1))
                Have(second);
        }
        int begin = _steps.Count;
        var templates = new ScheduledStep[group.Length];
        for (int i = 0; i < group.Length; i++)
            templates[i] = BackwardOf(group[i], begin);
        for (int phase = Phases(group) - 1; phase >= 0; phase--)
        {
            // The clearing of gradients belongs to the first part of the work, which is the last phase.
            foreach (var step in templates)
            {
                if (phase == step.Instruction.Phases - 1)
                    _steps.Add(step with { Phase = phase });
                else if (phase < step.Instruction.Phases)
                    _steps.Add(step with { Phase = phase, ClearsFirst = false, ClearsSecond = false });
            }
            foreach (var step in templates)
            {
                if (phase > 0 && phase < step.Instruction.Phases)
                    _steps.Add(step with { Work = Work.CarryBackward, Phase = phase - 1 });
            }
        }
        TouchAll(templates);
    }

    private ScheduledStep BackwardOf(Instruction instruction, int begin)
    {
        int output = _gradients[instruction.Output.Index];
        bool isInPlace = instruction.IsInPlace && use != ArenaUse.Study;
        if (isInPlace)
            _gradients[instruction.First.Index] = output;
        var (first, clearsFirst) = GradientOf(instruction, 0, instruction.First, begin);
        var (second, clearsSecond) = instruction.Second is { } other ? GradientOf(instruction, 1, other, begin) : (-1, false);
        return new(instruction, Work.Backward, 0)
        {
            First = instruction.Reads(0) ? _values[instruction.First.Index] : -1,
            Second = instruction.Second is { } read && instruction.Reads(1) ? _values[read.Index] : -1,
            Kept = _kept[instruction.Index], Scratch = NewBuffer(BufferKind.Scratch, instruction, begin),
            OutputGradient = output, FirstGradient = first, SecondGradient = second,
            ClearsFirst = clearsFirst && !instruction.IsInPlace, ClearsSecond = clearsSecond,
        };
    }

    private (int Buffer, bool Clears) GradientOf(Instruction instruction, int place, ValueId value, int begin)
    {
        if (value == program.Input && !program.HasInputGradient)
            return (-1, false);
        ref int buffer = ref _gradients[value.Index];
        bool isNew = buffer < 0;
        if (isNew)
            buffer = NewBuffer(value, begin);
        return (buffer, isNew && !instruction.Assigns(place));
    }

    // Computes an instruction again, with what it reads, where that is gone.
    private void AddForwardAgain(Instruction instruction)
    {
        Have(instruction.First);
        if (instruction.Second is { } second)
            Have(second);
        AddForward([instruction]);
    }

    private void Have(ValueId value)
    {
        if (_values[value.Index] < 0)
            AddForwardAgain(Array.Find(program.Instructions, made => made.Output == value)!);
    }

    private int NewBuffer(ValueId value, int begin)
        => NewBuffer(new ScheduledBuffer(BufferKind.Value, program.Values[value.Index], null, begin));

    private int NewBuffer(BufferKind kind, Instruction instruction, int begin)
        => NewBuffer(new ScheduledBuffer(kind, null, instruction, begin));

    private int NewBuffer(ScheduledBuffer buffer)
    {
        _buffers.Add(buffer);
        return _buffers.Count - 1;
    }

    // All that these steps use is in use until the last step so far.
    private void TouchAll(ScheduledStep[] steps)
    {
        foreach (var step in steps)
        {
            int last = _steps.Count - 1;
            Touch(step.First, last);
            Touch(step.Second, last);
            Touch(step.Output, last);
            Touch(step.Kept, last);
            Touch(step.Scratch, last);
            Touch(step.FirstGradient, last);
            Touch(step.SecondGradient, last);
            Touch(step.OutputGradient, last);
        }
    }

    private void Touch(int buffer, int step)
    {
        if (buffer >= 0)
            _buffers[buffer].End = Math.Max(_buffers[buffer].End, step);
    }

    private static bool Makes(Instruction[] group, ValueId value)
    {
        foreach (var instruction in group)
        {
            if (instruction.Output == value)
                return true;
        }
        return false;
    }

    private static int Phases(Instruction[] group)
    {
        int most = 0;
        foreach (var instruction in group)
            most = Math.Max(most, instruction.Phases);
        return most;
    }

    private static int[] Nothing(int length)
    {
        var none = new int[length];
        for (int i = 0; i < length; i++)
            none[i] = -1;
        return none;
    }
}
