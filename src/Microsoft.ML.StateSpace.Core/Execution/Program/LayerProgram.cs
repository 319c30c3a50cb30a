using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// A network as a flat list of operations, each of which reads one or two values and makes one. It is compiled once from the tree of layers
/// (<see cref="ProgramBuilder"/>), and run by way of a <see cref="Schedule"/>: for scoring, for training, or step by step.
/// </summary>
internal sealed class LayerProgram
{
    private readonly Dictionary<Layer, LayerSite> _sites;
    private readonly List<Schedule> _schedules = [];
    private Instruction[]? _cheapest; // that may be computed again, the cheapest for what it frees first
    private StepProgram? _steps;

    public LayerProgram(
        Instruction[] instructions, ProgramValue[] values, ValueId[] streams, Dictionary<Layer, LayerSite> sites, ValueId input,
        ValueId output, bool hasInputGradient)
    {
        (Instructions, Values, Streams, _sites) = (instructions, values, streams, sites);
        (Input, Output, HasInputGradient) = (input, output, hasInputGradient);
        CanBeCut = true;
        for (int i = 0; i < instructions.Length; i++)
        {
            var instruction = instructions[i];
            (instruction.Index, instruction.StateStart) = (i, StateSize);
            StateSize += instruction.Groups * instruction.StateSize;
            CanBeCut &= instruction is not ScanInstruction { Scan.CanBeCut: false };
        }
    }

    public Instruction[] Instructions { get; }

    public ProgramValue[] Values { get; }

    /// <summary>The values between branches, from that in front of the first to that behind the last.</summary>
    public ValueId[] Streams { get; }

    public ValueId Input { get; }

    public ValueId Output { get; }

    /// <summary>Whether the gradient of the input is computed.</summary>
    public bool HasInputGradient { get; }

    /// <summary>Floats of state that a stream carries from step to step.</summary>
    public int StateSize { get; }

    /// <summary>Whether a long sequence may be worked on in pieces.</summary>
    public bool CanBeCut { get; }

    /// <summary>How many operations may be computed again where memory is short.</summary>
    public int Levels => Cheapest.Length;

    /// <summary>Those that are computed again at a level.</summary>
    public ReadOnlySpan<Instruction> ComputedAgain(int level) => level == 0 ? [] : Cheapest.AsSpan(0, level);

    /// <summary>Makes single time steps.</summary>
    public StepProgram Steps => _steps ??= new StepProgram(this);

    private Instruction[] Cheapest => _cheapest ??= Recomputation.Order(this);

    /// <summary>Where a layer stands.</summary>
    public LayerSite Site(Layer layer) => _sites[layer];

    /// <summary>The order of work of a pass.</summary>
    /// <param name="use">What the pass is for.</param>
    /// <param name="level">How many operations, the cheapest first, are computed again for their gradients.</param>
    public Schedule ScheduleFor(ArenaUse use, int level = 0)
    {
        lock (_schedules)
        {
            foreach (var known in _schedules)
            {
                if (known.Use == use && known.Level == level)
                    return known;
            }
            var schedule = new ScheduleBuilder(this, use, level).Build();
            _schedules.Add(schedule);
            return schedule;
        }
    }
}
