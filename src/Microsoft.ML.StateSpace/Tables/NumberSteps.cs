using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Some columns of numbers side by side, as Single: a slot is a time step of so many channels.</summary>
internal sealed class NumberSteps : StepColumn<float>
{
    // Scalars of Single are read straight into their place; all others through a reader.
    private readonly ValueGetter<float>[] _singles;
    private readonly int[] _places;
    private readonly (NumberReader Reader, int Place)[] _others;

    public NumberSteps(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
        : base(WidthOf(columns), float.NaN)
    {
        var singles = new List<(ValueGetter<float> Getter, int Place)>();
        var others = new List<(NumberReader, int)>();
        int place = 0;
        foreach (var column in columns)
        {
            if (column.Type.Equals(NumberDataViewType.Single))
                singles.Add((row.GetGetter<float>(column), place));
            else
                others.Add((NumberReader.Of(row, column), place));
            place += WidthOf(column);
        }
        _singles = [.. singles.Select(s => s.Getter)];
        _places = [.. singles.Select(s => s.Place)];
        _others = [.. others];
    }

    /// <summary>The values of the first slot.</summary>
    public ReadOnlySpan<float> Row => Slot(0);

    /// <summary>The number of values in a row of a column.</summary>
    public static int WidthOf(DataViewSchema.Column column) => column.Type is VectorDataViewType vector ? vector.Size : 1;

    public static int WidthOf(IEnumerable<DataViewSchema.Column> columns) => checked(columns.Sum(WidthOf));

    public override void Read(int slot)
    {
        int start = slot * Width;
        var values = Values.AsSpan(start, Width);
        var singles = _singles;
        int[] places = _places;
        for (int i = 0; i < singles.Length && i < places.Length; i++)
            singles[i](ref values[places[i]]);
        foreach (var (reader, place) in _others)
            reader.Read(Values, start + place);
    }

    public override bool AreSame(int slot, int other)
        => Slot(slot).SequenceEqual(Slot(other));

    public override string Text(int slot) => string.Join(", ", Slot(slot).ToArray().Select(Texts.Of));

    public override Delegate Last(StepRange range) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        var editor = VBufferEditor.Create(ref value, Width);
        if (range.Known == range.Count)
            Slot(range.Start + range.Count - 1).CopyTo(editor.Values);
        else
            editor.Values.Fill(Missing);
        value = editor.Commit();
    });

    private Span<float> Slot(int slot) => Values.AsSpan(slot * Width, Width);
}
