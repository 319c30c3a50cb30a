using System.Runtime.InteropServices;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// Chooses how many operations of a training pass are computed again: as few as the budget allows, the cheapest first
/// (<see cref="Recomputation"/>). What is chosen changes no bit of the results.
/// </summary>
internal sealed class BudgetChoice(LayerProgram program)
{
    private readonly Dictionary<Schedule, MemoryPlan> _plans = [];
    private readonly List<Extent> _last = [];
    private Schedule? _choice;
    private (ArenaUse Use, long Budget) _for;

    /// <summary>The order of work of one pass.</summary>
    public Schedule For(ArenaUse use, in Extent extent, long budget)
        => use == ArenaUse.Score ? program.ScheduleFor(use) : For(use, [extent], budget);

    /// <summary>The order of work of passes side by side, which share the budget.</summary>
    /// <param name="use">What they are for.</param>
    /// <param name="extents">What goes through each.</param>
    /// <param name="budget">Floats for all of them.</param>
    public Schedule For(ArenaUse use, ReadOnlySpan<Extent> extents, long budget)
    {
        if (_choice is not null && _for == (use, budget) && extents.SequenceEqual(CollectionsMarshal.AsSpan(_last)))
            return _choice;
        _last.Clear();
        foreach (var extent in extents)
            _last.Add(extent);
        _for = (use, budget);
        int fewest = 0, most = Length(use, 0, extents) <= budget ? 0 : program.Levels;
        while (fewest < most)
        {
            int middle = (fewest + most) / 2;
            if (Length(use, middle, extents) <= budget)
                most = middle;
            else
                fewest = middle + 1;
        }
        return _choice = program.ScheduleFor(use, most);
    }

    private long Length(ArenaUse use, int level, ReadOnlySpan<Extent> extents)
    {
        var schedule = program.ScheduleFor(use, level);
        if (!_plans.TryGetValue(schedule, out var plan))
            _plans[schedule] = plan = new MemoryPlan(schedule);
        long sum = 0;
        foreach (var extent in extents)
            sum += plan.Fit(extent).Length;
        return sum;
    }
}
