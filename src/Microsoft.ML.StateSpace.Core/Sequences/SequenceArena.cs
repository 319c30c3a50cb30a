using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// Memory for sequences that is taken once and used again and again. Sequences lie one behind the other; where some are let go, the others
/// close up.
/// </summary>
internal sealed class SequenceArena
{
    private readonly float[] _cells;
    private readonly ClassCells _classes;
    private readonly List<(int Length, int Split)> _steps = [];
    private int _used;

    /// <param name="shape">Sequences such as are to be held.</param>
    /// <param name="bytes">What they may take, in bytes.</param>
    public SequenceArena(SequenceSource shape, long bytes)
    {
        Capacity = bytes;
        _cells = GC.AllocateUninitializedArray<float>((int)Math.Min(bytes / sizeof(float), Array.MaxLength));
        _classes = new ClassCells(_cells);
        Content = new SequenceSet(shape.Features, shape.Targets, shape.HasIntervals)
        {
            FeaturesName = shape.FeaturesName, TargetsName = shape.TargetsName, LeftOut = shape.LeftOut, HasPairs = shape.HasPairs,
        };
    }

    /// <summary>What the sequences may take, in bytes.</summary>
    public long Capacity { get; }

    /// <summary>The sequences that are held, in the order in which they came; valid until some are let go.</summary>
    public SequenceSet Content { get; }

    /// <summary>The most bytes that an arena of that many can hold.</summary>
    public static long Room(long bytes) => Math.Min(bytes, (long)sizeof(float) * Array.MaxLength);

    /// <summary>Takes a copy of a sequence of a row; false where there is no room for it.</summary>
    public bool TryAdd(SequenceRow row, SequencePlace place)
    {
        long cells = Content.Cells(place.Length);
        if (Content.Bytes + Content.BytesOf(place.Length) > Capacity || _used + cells > _cells.Length)
            return false;
        var targets = Content.Targets;
        int first = targets.Axis == AnswerAxis.Step ? place.Start : 0, rows = targets.Rows(place.Length);
        var free = _cells.AsSpan(_used, (int)cells);
        Put(row.Values.AsSpan(place.Start * Content.Features, place.Length * Content.Features), ref free);
        if (Content.HasIntervals)
            Put(row.Intervals.AsSpan(place.Start, place.Length), ref free);
        if (targets.Kind == TargetKind.Class)
            Put(MemoryMarshal.Cast<int, float>(row.Classes.AsSpan(first, rows)), ref free);
        else
            Put(row.Targets.AsSpan(first * targets.Width, rows * targets.Width), ref free);
        Append((place.Length, row.Split));
        return true;
    }

    /// <summary>Lets go of all sequences.</summary>
    public void Clear()
    {
        Content.Clear();
        _steps.Clear();
        _used = 0;
    }

    /// <summary>Lets go of the sequences of the content that are marked.</summary>
    public void Remove(ReadOnlySpan<bool> marked)
    {
        int count = _steps.Count, from = 0, kept = 0;
        Content.Clear();
        _used = 0;
        for (int i = 0; i < count; i++)
        {
            var steps = _steps[i];
            int cells = (int)Content.Cells(steps.Length);
            if (!marked[i])
            {
                _cells.AsSpan(from, cells).CopyTo(_cells.AsSpan(_used));
                AppendContent(steps);
                _steps[kept++] = steps;
            }
            from += cells;
        }
        _steps.RemoveRange(kept, count - kept);
    }

    private void Append((int Length, int Split) steps)
    {
        _steps.Add(steps);
        AppendContent(steps);
    }

    // The cells behind those that are in use hold a sequence of that many time steps.
    private void AppendContent((int Length, int Split) of)
    {
        int length = of.Length;
        int rows = Content.Targets.Rows(length), intervals = Content.HasIntervals ? length : 0;
        var values = Take(length * Content.Features);
        var steps = Take(intervals);
        int targets = _used;
        var numbers = Take(rows * Content.Targets.Width);
        if (Content.Targets.Kind == TargetKind.Class)
            Content.Add(values, steps, _classes.Memory.Slice(targets, rows), default, of.Split);
        else
            Content.Add(values, steps, default, numbers, of.Split);
    }

    private Memory<float> Take(int count)
    {
        _used += count;
        return _cells.AsMemory(_used - count, count);
    }

    private static void Put(ReadOnlySpan<float> numbers, ref Span<float> free)
    {
        numbers.CopyTo(free);
        free = free[numbers.Length..];
    }

    /// <summary>The cells as classes: one memory serves both, because how many of each there will be nobody knows beforehand.</summary>
    private sealed class ClassCells(float[] cells) : MemoryManager<int>
    {
        public override Span<int> GetSpan() => MemoryMarshal.Cast<float, int>(cells.AsSpan());

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Classes are not pinned.");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
