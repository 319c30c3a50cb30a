using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The time since the row before, in units of the usual step. The first step of a sequence takes 1.</summary>
internal sealed class IntervalSteps(TableRows rows, RowClock clock, string timeColumn, double unit) : StepColumn<float>(1, 1)
{
    public override void Read(int slot)
    {
        double step = clock.Step;
        float interval = double.IsNaN(step) ? 1 : (float)(step / unit);
        if (!IntervalColumn.IsInterval(interval))
            throw Wrong(step);
        Values[slot] = interval;
    }

    public override bool AreSame(int slot, int other) => Values[slot].Equals(Values[other]);

    public override string Text(int slot) => Texts.Of(Values[slot]);

    public override Delegate Last(StepRange range) => throw new NotSupportedException();

    protected override void Finish(Span<float> steps) => steps[0] = 1;

    private InvalidOperationException Wrong(double step)
        => rows.Error(
            step == 0
                ? $"column '{timeColumn}' is {clock.TimeText}, as in the row before, but time steps of one group must differ in time. "
                    + "Merge rows of the same time, or drop all but one of them."
                : $"column '{timeColumn}' is {clock.TimeText}, and the time since the row before is {Texts.Of(step / unit)} of the unit "
                    + $"{Texts.Of(unit)}, which is no positive number of single precision. Order the rows by time with SortsRows, and set "
                    + "TimeUnit to the usual step.");
}
