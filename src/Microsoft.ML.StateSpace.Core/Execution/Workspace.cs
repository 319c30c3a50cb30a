using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// The memory that one thread uses to pass some sequences, or a piece of one, through a network. It grows to the largest pass so far and is
/// then used again.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="budget">Floats above which operations are computed again on the way back, the cheapest first.</param>
internal sealed class Workspace(INetwork network, long budget = long.MaxValue)
{
    private readonly PassMemory _memory = new(network.Program);
    private readonly BudgetChoice? _choice = budget == long.MaxValue ? null : new(network.Program);
    private float[] _targets = [];
    private int[] _classes = [];
    private float[] _intervals = [];
    private float[] _intervalsBehind = [];
    private float[] _state = [];
    private int[] _lengths = [];
    private int[] _starts = [0];
    private bool _isPiece;
    private int _firstSequence;
    private ArenaUse _use;

    /// <summary>Ends a pass between two operations, with an output that is not to be used.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>What layers add up as they run backward, where somebody asks.</summary>
    public IPassSums? Sums { get; set; }

    /// <summary>The values of the pass.</summary>
    public PassMemory Memory => _memory;

    /// <summary>The order of its work.</summary>
    public Schedule Schedule => _memory.Schedule;

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Sequences + 1);

    /// <summary>Sequences of the pass, where a pair is two.</summary>
    public int Sequences { get; private set; }

    public int Rows => _starts[Sequences];

    /// <summary>What the program reads, (rows, width of the input stage): packed and standardised.</summary>
    public Span<float> Input => _memory.Value(network.Program.Input);

    /// <summary>(output rows, outputs).</summary>
    public Span<float> Output => _memory.Value(network.Program.Output);

    /// <summary>(output rows, outputs).</summary>
    public Span<float> OutputGradient => _memory.Gradient(network.Program.Output);

    /// <summary>The targets of the output rows: classes, or standardised values.</summary>
    public TargetRows Targets => new(_classes.AsSpan(0, ClassesLength), _targets.AsSpan(0, ValuesLength));

    /// <summary>Floats of all its memory.</summary>
    public long Floats => _memory.Floats + _targets.Length + _intervals.Length + _intervalsBehind.Length + _state.Length;

    private int IntervalsLength => network.HasIntervals ? Rows : 0;

    private int Examples => network.HasPairs ? Sequences / 2 : Sequences;

    private int OutputRows => network.Head.Rows(Rows, Examples);

    private int ClassesLength => OutputRows * network.Head.Targets.ClassWidth;

    private int ValuesLength => OutputRows * network.Head.Targets.ValueWidth;

    /// <summary>Packs the valid rows of the batch's sequences from <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    public void Pack(ReadOnlySpan<float> values, SequenceBatch batch, int first, int count, ArenaUse use)
    {
        if (network.HasPairs)
            PackPairs(values, batch, first, count, use);
        else
            PackSequences(values, batch, first, count, use);
        for (int i = 0; use != ArenaUse.Score && i < count; i++)
        {
            int row = network.Head.Rows(_starts[i], i);
            PackTargets(row, batch.ValidClasses(first + i), batch.ValidTargets(first + i));
        }
        StandardizeTargets(values);
    }

    /// <summary>Takes a piece of a sequence, for a pass in the order of a schedule.</summary>
    public void PackPiece(ReadOnlySpan<float> values, SequenceBatch batch, Piece piece, Schedule schedule)
    {
        Reset([piece.Rows], piece.Sequence, ArenaUse.Train, isPiece: true, schedule);
        PackInput(values, batch.Valid(piece.Sequence), piece.Start, Input);
        PackIntervals(0, batch.ValidIntervals(piece.Sequence), piece.Start, piece.Rows);
        // The target of a pooled sequence is that of each of its pieces; only one of them decodes it.
        var (from, count) = network.Head.IsPooled ? (0, 1) : (piece.Start, piece.Rows);
        var layout = network.Head.Targets;
        PackTargets(
            0, batch.ValidClasses(piece.Sequence).Slice(from * layout.ClassWidth, count * layout.ClassWidth),
            batch.ValidTargets(piece.Sequence).Slice(from * layout.ValueWidth, count * layout.ValueWidth));
        StandardizeTargets(values);
    }

    /// <summary>Takes two sequences, a pair.</summary>
    public void PackPair(ReadOnlySpan<float> values, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        Reset([first.Length / network.Inputs, second.Length / network.Inputs], 0, ArenaUse.Score);
        PackInput(values, first, 0, InputOf(0));
        PackInput(values, second, 0, InputOf(1));
    }

    /// <summary>Takes some rows of a sequence, with the state of the input stage behind those before them.</summary>
    public void PackRows(
        ReadOnlySpan<float> values, ReadOnlySpan<float> sequence, ReadOnlySpan<float> intervals, int start, int rows, Span<float> state,
        ArenaUse use)
    {
        Reset([rows], 0, use);
        network.InputStage.Pack(values, sequence, start, Input, state[..network.InputStage.StateSize]);
        network.InputStage.Forward(values, Input, Input);
        PackIntervals(0, intervals, start, rows);
    }

    /// <summary>Takes so many sequences of one row each, whose values are put into the memory by other means.</summary>
    public void Reset(int sequences, ArenaUse use)
    {
        Grow(ref _lengths, sequences);
        _lengths.AsSpan(0, sequences).Fill(1);
        Reset(_lengths.AsSpan(0, sequences), 0, use);
    }

    /// <summary>Runs the program; its answer is then in <see cref="Output"/>.</summary>
    public void Forward(Weights weights, ulong dropoutKey = 0) => Run(0, Schedule.Forward, weights, default, dropoutKey);

    /// <summary>Adds to the gradients, from <see cref="OutputGradient"/>; behind <see cref="Forward"/> with the same arguments.</summary>
    public void Backward(Weights weights, in Gradients gradients, ulong dropoutKey = 0)
        => Run(Schedule.Forward, Schedule.Steps.Length, weights, gradients, dropoutKey);

    /// <summary>Makes some steps of the schedule.</summary>
    public void Run(int first, int end, Weights weights, in Gradients gradients, ulong dropoutKey = 0)
        => _memory.Run(first, end, Pass(weights, dropoutKey), gradients);

    public Pass Pass(Weights weights, ulong dropoutKey) => new()
    {
        Weights = weights, Starts = Starts, Scratch = default, DropoutKey = dropoutKey, FirstSequence = _firstSequence, IsPiece = _isPiece,
        Cancellation = Cancellation, Sums = Sums,
        Intervals = _intervals.AsSpan(0, IntervalsLength), IntervalsBehind = _intervalsBehind.AsSpan(0, IntervalsLength),
    };

    /// <summary>Lets the memory of values go.</summary>
    public void Release() => _memory.Release();

    private void Reset(
        ReadOnlySpan<int> lengths, int firstSequence, ArenaUse use, bool isPiece = false, Schedule? schedule = null)
    {
        (_firstSequence, _use, _isPiece, Sequences) = (firstSequence, use, isPiece, lengths.Length);
        Grow(ref _starts, Sequences + 1);
        for (int i = 0; i < Sequences; i++)
            _starts[i + 1] = _starts[i] + lengths[i];
        MemoryCheck.AnswerLength(OutputRows, network.Outputs);
        var extent = new Extent(Rows, Sequences, Examples);
        long length = _memory.Plan(schedule ?? _choice?.For(use, extent, budget) ?? network.Program.ScheduleFor(use), extent);
        if (length > _memory.Floats)
            MemoryCheck.Fits(length, Rows, use, network);
        _memory.Take();
        Grow(ref _intervals, IntervalsLength);
        Grow(ref _intervalsBehind, IntervalsLength);
        if (use == ArenaUse.Score)
            return;
        Grow(ref _targets, ValuesLength);
        Grow(ref _classes, ClassesLength);
    }

    private void PackSequences(ReadOnlySpan<float> values, SequenceBatch batch, int first, int count, ArenaUse use)
    {
        Reset(batch.Lengths.Slice(first, count), first, use);
        for (int i = 0; i < count; i++)
        {
            PackInput(values, batch.Valid(first + i), 0, InputOf(i));
            PackIntervals(_starts[i], batch.ValidIntervals(first + i), 0, batch.Lengths[first + i]);
        }
    }

    // The two sequences of a pair are two of the pass, one after the other.
    private void PackPairs(ReadOnlySpan<float> values, SequenceBatch batch, int first, int count, ArenaUse use)
    {
        Grow(ref _lengths, 2 * count);
        for (int s = 0; s < 2 * count; s++)
            _lengths[s] = batch.OfPair(2 * first + s).Length / network.Inputs;
        Reset(_lengths.AsSpan(0, 2 * count), 2 * first, use);
        for (int s = 0; s < Sequences; s++)
            PackInput(values, batch.OfPair(2 * first + s), 0, InputOf(s));
    }

    private Span<float> InputOf(int sequence)
    {
        int width = network.InputStage.Width;
        return Input[(_starts[sequence] * width)..(_starts[sequence + 1] * width)];
    }

    // Rows of a sequence, with what is known of those before them.
    private void PackInput(ReadOnlySpan<float> values, ReadOnlySpan<float> sequence, int start, Span<float> rows)
    {
        var stage = network.InputStage;
        Grow(ref _state, stage.StateSize);
        var state = _state.AsSpan(0, stage.StateSize);
        stage.Begin(sequence[..(start * network.Inputs)], state);
        stage.Pack(values, sequence, start, rows, state);
        stage.Forward(values, rows, rows);
    }

    private void PackTargets(int row, ReadOnlySpan<int> classes, ReadOnlySpan<float> values)
    {
        classes.CopyTo(_classes.AsSpan(row * network.Head.Targets.ClassWidth));
        values.CopyTo(_targets.AsSpan(row * network.Head.Targets.ValueWidth));
    }

    // Rows from..(from + rows) of a sequence, to row `to` on.
    private void PackIntervals(int to, ReadOnlySpan<float> intervals, int from, int rows)
    {
        if (!network.HasIntervals)
            return;
        intervals.Slice(from, rows).CopyTo(_intervals.AsSpan(to));
        for (int i = 0; i < rows; i++)
            _intervalsBehind[to + i] = from + i + 1 < intervals.Length ? intervals[from + i + 1] : 1;
    }

    private void StandardizeTargets(ReadOnlySpan<float> values)
    {
        if (_use == ArenaUse.Score)
            return;
        var targets = _targets.AsSpan(0, ValuesLength);
        network.Head.Output?.Forward(values, targets, targets);
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[length];
    }
}
