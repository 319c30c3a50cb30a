namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>Small tables, and their sequences as plain values.</summary>
internal static class Readings
{
    public static readonly MLContext Ml = new(seed: 1);

    public static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>Machines a, b, c, ... with so many rows each. The pressure is the number of the row in the table.</summary>
    public static Reading[] Of(params int[] lengths)
    {
        var rows = new List<Reading>();
        for (int g = 0; g < lengths.Length; g++)
            for (int t = 0; t < lengths[g]; t++)
                rows.Add(new Reading
                {
                    Machine = $"{(char)('a' + g)}", Time = Start.AddHours(t), Hour = t, Pressure = rows.Count, Flow = -rows.Count,
                    Valve = t % 2 == 1, Fault = g % 2 == 0 ? "none" : "leak", Load = 100 + rows.Count, Count = rows.Count,
                });
        return [.. rows];
    }

    public static IDataView View(IEnumerable<Reading> rows) => Ml.Data.LoadFromEnumerable(rows);

    public static SequenceTableOptions Options { get; } = new() { GroupColumnName = "Machine", FeatureColumnNames = ["Pressure"] };

    public static WindowOptions Windows(int length, int stride = 1) => new()
    {
        GroupColumnName = "Machine", FeatureColumnNames = ["Pressure"], Length = length, Stride = stride,
    };

    /// <summary>The column of all rows as text: vectors with commas.</summary>
    public static string[] Column(IDataView view, string name)
    {
        using var cursor = view.GetRowCursor([view.Schema[name]]);
        var read = Plain.Reader(cursor, view.Schema[name]);
        var values = new List<string>();
        while (cursor.MoveNext())
            values.Add(read());
        return [.. values];
    }
}
