using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The memory that one thread uses to pass some sequences, or a piece of one, through a network. It grows to the largest pass so far and is
/// then used again.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="windowRows">Time steps of the windows in which <see cref="Score"/> takes long sequences, a multiple of 64.</param>
/// <param name="largestWhole">Floats of an arena above which windows need only have nearly the values of the whole.</param>
internal sealed class Workspace(
    SequenceNetwork model, int windowRows = Workspace.WindowRows, long largestWhole = Workspace.LargestWhole) : ScoringMemory
{
    /// <summary>The usual length of a window: its activations stay in the caches, and more would only take more memory.</summary>
    public const int WindowRows = 1024;

    /// <summary>
    /// Floats of an arena above which a sequence is scored in windows even if these have the values of the whole only up to rounding.
    /// </summary>
    public const long LargestWhole = 100 << 20;

    private float[] _arena = [];
    private float[] _input = [];
    private float[] _output = [];
    private float[] _outputGradient = [];
    private float[] _targets = [];
    private int[] _classes = [];
    private float[] _intervals = [];
    private float[] _intervalsBehind = [];
    private float[] _state = [];
    private float[] _pooled = [];
    private int[] _lengths = [];
    private int[] _starts = [0];
    private bool _isPiece;
    private int _firstSequence;
    private ArenaUse _use;

    /// <summary>Ends a pass between two branches, with an output that is not to be used.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>What layers add up as they run backward, where somebody asks.</summary>
    public IPassSums? Sums { get; set; }

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Sequences + 1);

    /// <summary>Sequences of the pass, where a pair is two.</summary>
    public int Sequences { get; private set; }

    public int Rows => _starts[Sequences];

    public ArenaPlan Plan => model.Plan(Rows, Sequences, _use);

    public Span<float> Arena => _arena;

    /// <summary>(rows, width of the input stage), packed.</summary>
    public Span<float> Input => _input.AsSpan(0, Rows * model.InputStage.Width);

    /// <summary>(output rows, outputs).</summary>
    public Span<float> Output => _output.AsSpan(0, OutputLength);

    /// <summary>(output rows, outputs).</summary>
    public Span<float> OutputGradient => _outputGradient.AsSpan(0, OutputLength);

    /// <summary>The targets of the output rows: classes, or standardised values.</summary>
    public TargetRows Targets => new(_classes.AsSpan(0, ClassesLength), _targets.AsSpan(0, ValuesLength));

    private int IntervalsLength => model.Options.HasIntervals ? Rows : 0;

    private int OutputRows => model.Head.Rows(Rows, Sequences / model.SequencesPerExample);

    private int OutputLength => MemoryCheck.AnswerLength(OutputRows, model.Options.Outputs);

    private int ClassesLength => OutputRows * model.Head.Targets.ClassWidth;

    private int ValuesLength => OutputRows * model.Head.Targets.ValueWidth;

    public override long Floats => (long)_arena.Length + _input.Length + _output.Length + _outputGradient.Length + _targets.Length
        + _intervals.Length + _intervalsBehind.Length + _state.Length + _pooled.Length;

    /// <inheritdoc/>
    public override void Score(Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> output)
    {
        int rows = values.Length / model.Options.Inputs, step = TakesWindows(rows) ? windowRows : rows;
        var state = FreshState();
        for (int start = 0; start < rows; start += step)
        {
            PackWindow(weights, values, intervals, start, Math.Min(step, rows - start), state);
            if (step == rows)
                Forward(weights);
            else
                model.ForwardWindow(Pass(weights, 0), Plan, start, Input, Output, _arena, state);
            Output.CopyTo(model.Head.IsPooled ? output : output[(start * model.Options.Outputs)..]);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Where one of them is taken window by window, both are, and only their pooled vectors are kept.</remarks>
    public override void ScorePair(Weights weights, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
    {
        int inputs = model.Options.Inputs, firstRows = first.Length / inputs, secondRows = second.Length / inputs;
        if (TakesWindows(firstRows) || TakesWindows(secondRows))
        {
            Grow(ref _pooled, 2 * model.PooledWidth);
            PoolWindows(weights, first, _pooled.AsSpan(0, model.PooledWidth));
            PoolWindows(weights, second, _pooled.AsSpan(model.PooledWidth, model.PooledWidth));
            Reset([1, 1], 0, ArenaUse.Score, isPiece: false);
            _pooled.AsSpan(0, 2 * model.PooledWidth).CopyTo(Plan.Pooled.Of(Arena));
            model.Decode(Pass(weights, 0), Plan, Output, _arena);
        }
        else
        {
            Reset([firstRows, secondRows], 0, ArenaUse.Score, isPiece: false);
            PackInput(weights.Values, first, 0, InputOf(0));
            PackInput(weights.Values, second, 0, InputOf(1));
            Forward(weights);
        }
        Output.CopyTo(output);
    }

    /// <summary>Whether <see cref="Score"/> takes a sequence of that many steps window by window.</summary>
    public bool TakesWindows(int rows)
        => rows > windowRows && model.IsCausal
            && (model.HasExactWindows || model.Plan(rows, 1, ArenaUse.Score).Length > largestWhole);

    /// <summary>Packs the valid rows of the batch's sequences from <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    public void Pack(ReadOnlySpan<float> values, SequenceBatch batch, int first, int count, ArenaUse use)
    {
        if (model.Options.HasPairs)
            PackPairs(values, batch, first, count, use);
        else
            PackSequences(values, batch, first, count, use);
        for (int i = 0; use != ArenaUse.Score && i < count; i++)
        {
            int row = model.Head.Rows(_starts[i], i);
            PackTargets(row, batch.ValidClasses(first + i), batch.ValidTargets(first + i));
        }
        StandardizeTargets(values);
    }

    /// <summary>Takes <paramref name="rows"/> time steps of a sequence from <paramref name="start"/> on.</summary>
    public void PackPiece(ReadOnlySpan<float> values, SequenceBatch batch, int sequence, int start, int rows, ArenaUse use)
    {
        Reset([rows], sequence, use, isPiece: true);
        PackInput(values, batch.Valid(sequence), start, Input);
        PackIntervals(0, batch.ValidIntervals(sequence), start, rows);
        // The target of a pooled sequence is that of each of its pieces; only one of them decodes it.
        var (from, count) = model.Head.IsPooled ? (0, 1) : (start, rows);
        var layout = model.Head.Targets;
        PackTargets(
            0, batch.ValidClasses(sequence).Slice(from * layout.ClassWidth, count * layout.ClassWidth),
            batch.ValidTargets(sequence).Slice(from * layout.ValueWidth, count * layout.ValueWidth));
        StandardizeTargets(values);
    }

    /// <summary>Runs the model; its answer is then in <see cref="Output"/>.</summary>
    public void Forward(Weights weights, ulong dropoutKey = 0) => model.Forward(Pass(weights, dropoutKey), Plan, Input, Output, _arena);

    /// <summary>Adds to the gradients, from <see cref="OutputGradient"/>; behind <see cref="Forward"/> with the same arguments.</summary>
    public void Backward(Weights weights, in Gradients gradients, ulong dropoutKey)
        => model.Backward(Pass(weights, dropoutKey), Plan, OutputGradient, _arena, gradients);

    public Pass Pass(Weights weights, ulong dropoutKey) => new()
    {
        Weights = weights, Starts = Starts, Scratch = default, DropoutKey = dropoutKey, FirstSequence = _firstSequence, IsPiece = _isPiece,
        Cancellation = Cancellation, Sums = Sums,
        Intervals = _intervals.AsSpan(0, IntervalsLength), IntervalsBehind = _intervalsBehind.AsSpan(0, IntervalsLength),
    };

    private void Reset(ReadOnlySpan<int> lengths, int firstSequence, ArenaUse use, bool isPiece)
    {
        (_firstSequence, _use, _isPiece, Sequences) = (firstSequence, use, isPiece, lengths.Length);
        Grow(ref _starts, Sequences + 1);
        for (int i = 0; i < Sequences; i++)
            _starts[i + 1] = _starts[i] + lengths[i];
        Grow(ref _input, Rows * model.InputStage.Width);
        Grow(ref _output, OutputLength);
        long length = Plan.Length;
        if (length > _arena.Length)
            MemoryCheck.Fits(length, Rows, use, model);
        Grow(ref _arena, (int)length);
        Grow(ref _intervals, IntervalsLength);
        Grow(ref _intervalsBehind, IntervalsLength);
        if (use == ArenaUse.Score)
            return;
        Grow(ref _outputGradient, OutputLength);
        Grow(ref _targets, ValuesLength);
        Grow(ref _classes, ClassesLength);
    }

    private void PackSequences(ReadOnlySpan<float> values, SequenceBatch batch, int first, int count, ArenaUse use)
    {
        Reset(batch.Lengths.Slice(first, count), first, use, isPiece: false);
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
            _lengths[s] = batch.OfPair(2 * first + s).Length / model.Options.Inputs;
        Reset(_lengths.AsSpan(0, 2 * count), 2 * first, use, isPiece: false);
        for (int s = 0; s < Sequences; s++)
            PackInput(values, batch.OfPair(2 * first + s), 0, InputOf(s));
    }

    // The pooled vector of a sequence, in windows if it is a long one.
    private void PoolWindows(Weights weights, ReadOnlySpan<float> values, Span<float> pooled)
    {
        int rows = values.Length / model.Options.Inputs, step = TakesWindows(rows) ? windowRows : rows;
        var state = FreshState();
        for (int start = 0; start < rows; start += step)
        {
            PackWindow(weights, values, [], start, Math.Min(step, rows - start), state);
            model.ForwardWindow(Pass(weights, 0), Plan, start, Input, [], _arena, state);
        }
        Plan.Pooled.Of(Arena).CopyTo(pooled);
    }

    // The state before the first window of a sequence.
    private Span<float> FreshState()
    {
        Grow(ref _state, model.StateSize);
        var state = _state.AsSpan(0, model.StateSize);
        state.Clear();
        return state;
    }

    // Takes some rows of a sequence, with the state that those before them left.
    private void PackWindow(
        Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, int start, int rows, Span<float> state)
    {
        Reset([rows], 0, ArenaUse.Score, isPiece: false);
        model.InputStage.Pack(weights.Values, values, start, Input, state[..model.InputStage.StateSize]);
        PackIntervals(0, intervals, start, rows);
    }

    private Span<float> InputOf(int sequence)
    {
        int width = model.InputStage.Width;
        return Input[(_starts[sequence] * width)..(_starts[sequence + 1] * width)];
    }

    // Rows of a sequence, with what is known of those before them.
    private void PackInput(ReadOnlySpan<float> values, ReadOnlySpan<float> sequence, int start, Span<float> rows)
    {
        var stage = model.InputStage;
        Grow(ref _state, stage.StateSize);
        var state = _state.AsSpan(0, stage.StateSize);
        stage.Begin(sequence[..(start * model.Options.Inputs)], state);
        stage.Pack(values, sequence, start, rows, state);
    }

    private void PackTargets(int row, ReadOnlySpan<int> classes, ReadOnlySpan<float> values)
    {
        classes.CopyTo(_classes.AsSpan(row * model.Head.Targets.ClassWidth));
        values.CopyTo(_targets.AsSpan(row * model.Head.Targets.ValueWidth));
    }

    // Rows from..(from + rows) of a sequence, to row `to` on.
    private void PackIntervals(int to, ReadOnlySpan<float> intervals, int from, int rows)
    {
        if (!model.Options.HasIntervals)
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
        model.Head.Output?.Forward(values, targets, targets);
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[length];
    }
}
