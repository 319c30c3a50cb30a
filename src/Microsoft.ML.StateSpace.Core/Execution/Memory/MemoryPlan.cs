using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// Where the buffers of a schedule lie in one arena, for as much as goes through it in a pass. Buffers that are never in use at the same
/// time may share a place: each, from the largest to the smallest, takes the first gap between those it must not touch. Sizes are whole
/// lines of a cache. To fit anew allocates nothing.
/// </summary>
internal sealed class MemoryPlan
{
    private const int Line = 16; // floats of a cache line

    private readonly Schedule _schedule;
    private readonly int[] _order; // the largest first, at a common size
    private readonly int[] _placed; // by offset
    private readonly long[] _offsets, _sizes;

    public MemoryPlan(Schedule schedule)
    {
        _schedule = schedule;
        _order = Order(schedule.Buffers);
        (_placed, _offsets, _sizes) = (new int[_order.Length], new long[_order.Length], new long[_order.Length]);
    }

    /// <summary>Floats of the whole arena.</summary>
    public long Length { get; private set; }

    /// <summary>What the plan is for.</summary>
    public Extent Extent { get; private set; }

    /// <summary>Plans for so many rows.</summary>
    public MemoryPlan Fit(in Extent extent)
    {
        if (extent == Extent)
            return this;
        (Extent, Length) = (extent, 0);
        int count = 0;
        foreach (int buffer in _order)
        {
            long size = _sizes[buffer] = _schedule.Buffers[buffer].Size(extent), whole = (size + Line - 1) / Line * Line, offset = 0;
            _offsets[buffer] = 0;
            if (size == 0)
                continue;
            foreach (int other in _placed.AsSpan(0, count))
            {
                if (!_schedule.Buffers[other].Overlaps(_schedule.Buffers[buffer]))
                    continue;
                if (offset + whole <= _offsets[other])
                    break;
                offset = Math.Max(offset, (_offsets[other] + _sizes[other] + Line - 1) / Line * Line);
            }
            _offsets[buffer] = offset;
            Length = Math.Max(Length, offset + whole);
            Insert(buffer, count++);
        }
        return this;
    }

    /// <summary>Where a buffer lies; none is empty.</summary>
    public Slot Slot(int buffer) => buffer < 0 ? default : new(_offsets[buffer], _sizes[buffer]);

    // The largest first, and of equal ones the first; by insertion, since a sort of the framework would be compiled for it at start-up.
    private static int[] Order(ScheduledBuffer[] buffers)
    {
        var measure = new Extent(1024, 4);
        var (order, sizes) = (new int[buffers.Length], new long[buffers.Length]);
        for (int i = 0; i < buffers.Length; i++)
        {
            long size = buffers[i].Size(measure);
            int place = i;
            for (; place > 0 && sizes[place - 1] < size; place--)
                (order[place], sizes[place]) = (order[place - 1], sizes[place - 1]);
            (order[place], sizes[place]) = (i, size);
        }
        return order;
    }

    private void Insert(int buffer, int count)
    {
        int place = count;
        for (; place > 0 && _offsets[_placed[place - 1]] > _offsets[buffer]; place--)
            _placed[place] = _placed[place - 1];
        _placed[place] = buffer;
    }
}
