using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>Windows of a long table against a plain loop over the table's cursor that reads the same columns.</summary>
internal static class WindowRows
{
    private const int Rounds = 7, Group = 1000;

    private static readonly WindowOptions Options = new()
    {
        GroupColumnName = "Group", OrderColumnName = "Time", FeatureColumnNames = ["A", "B", "C", "D"], Length = 50, Stride = 10,
    };

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "ToWindows, length 50, stride 10, 4 channels, groups of 1,000 rows", "table", "rows", "plain loop s", "ToWindows s",
            "times the loop", "memory taken MB");
        var ml = new MLContext(1);
        var made = new MadeTable(10_000_000, Group);
        Row(table, ml, "made as it is read, of text, dates and Single; next to no time of its own", made, 10_000_000);
        Row(table, ml, "the same in memory, by mlContext.Data.Cache", ml.Data.Cache(made), 10_000_000);
        string file = Path.GetTempFileName();
        try
        {
            const int Lines = 1_000_000;
            File.WriteAllLines(file, Enumerable.Range(0, Lines).Select(Line));
            TextLoader.Column[] columns =
            [
                new("Group", DataKind.String, 0), new("Time", DataKind.Single, 1), new("A", DataKind.Single, 2),
                new("B", DataKind.Single, 3), new("C", DataKind.Single, 4), new("D", DataKind.Single, 5),
            ];
            Row(table, ml, "a file of comma-separated values", ml.Data.LoadFromTextFile(file, columns, ','), Lines);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Row(Table report, MLContext ml, string name, IDataView table, int rows)
    {
        Loop(table); // a cache fills when it is first read
        double before = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
        int expected = rows / Group * ((Group - Options.Length) / Options.Stride + 1);
        double memory = double.NaN;
        int count = Cut(ml, table, halfway: () => memory = GC.GetTotalMemory(forceFullCollection: true) / 1e6 - before);
        if (count != expected)
            throw new InvalidOperationException($"{count} windows were made of '{name}', and {expected} were expected.");
        Turns.Warm(() => Cut(ml, table));
        Turns.Warm(() => Loop(table));
        double[] medians = Turns.Medians(
            Rounds, () => Turns.Milliseconds(() => Loop(table)) / 1000, () => Turns.Milliseconds(() => Cut(ml, table)) / 1000);
        report.Row(
            name, rows.ToString("N0", CultureInfo.InvariantCulture), Compare.Table.Number(medians[0]),
            Compare.Table.Number(medians[1]), Compare.Table.Number(medians[1] / medians[0]),
            Compare.Table.Number(memory));
    }

    private static int Cut(MLContext ml, IDataView table, Action? halfway = null)
    {
        var view = ml.Data.ToWindows(table, Options);
        using var cursor = view.GetRowCursor([view.Schema["Features"]]);
        var read = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> window = default;
        int count = 0;
        while (cursor.MoveNext())
        {
            read(ref window);
            if (++count == 40_000)
                halfway?.Invoke();
        }
        return count;
    }

    private static void Loop(IDataView table)
    {
        if (table.Schema["Time"].Type is DateTimeDataViewType)
            Loop<DateTime>(table);
        else
            Loop<float>(table);
    }

    private static void Loop<TTime>(IDataView table)
    {
        using var cursor = table.GetRowCursor(table.Schema);
        var readGroup = cursor.GetGetter<ReadOnlyMemory<char>>(table.Schema["Group"]);
        var readTime = cursor.GetGetter<TTime>(table.Schema["Time"]);
        ValueGetter<float>[] readChannels = [.. Options.FeatureColumnNames.Select(name => cursor.GetGetter<float>(table.Schema[name]))];
        ReadOnlyMemory<char> group = default;
        TTime time = default!;
        float channel = 0;
        while (cursor.MoveNext())
        {
            readGroup(ref group);
            readTime(ref time);
            foreach (var read in readChannels)
                read(ref channel);
        }
    }

    private static string Line(int row)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"machine {row / Group},{row % Group},{row % 17 * 0.5f},{row % 13},{row % 11 * 0.25f},{row % 7}");
}
