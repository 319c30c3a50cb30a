namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Values of a column that keep their type: keys, text, and labels of any kind.</summary>
internal sealed class ValueSteps<T>(DataViewRow row, DataViewSchema.Column column) : StepColumn<T>(1, Missings.Of<T>())
{
    private readonly ValueGetter<T> _read = row.GetGetter<T>(column);

    public override void Read(int slot) => _read(ref Values[slot]);

    public override bool AreSame(int slot, int other) => GroupComparer<T>.Instance.Equals(Values[slot], Values[other]);

    public override string Text(int slot) => Texts.Of(Values[slot]);

    public override Delegate Last(StepRange range) => (ValueGetter<T>)((ref T value)
        => value = range.Known == range.Count ? Values[range.Start + range.Count - 1] : Missing);
}
