using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Windows of a long table of ten million rows, beside a plain loop over the same cursor that reads the same columns and makes nothing of
/// them; and the peak memory of a process that does so with tables of different size.
/// </summary>
internal static class TableRows
{
    private const int Rounds = 5, RowsOfMachine = 10_000, Machines = 1_000;
    private static readonly (int Length, int Stride)[] Cases = [(50, 50), (50, 10), (50, 1), (1000, 100)];

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "`ToWindows` over 10,000,000 rows (1,000 groups, 4 columns and a label)", "window", "plain loop s", "ToWindows s", "ratio",
            "windows", "peak MiB", "peak MiB, a tenth of the rows");
        foreach (var (length, stride) in Cases)
        {
            long windows = Walk(Windows(Machines, length, stride));
            double[] seconds = Turns.Medians(
                Rounds, () => Turns.Milliseconds(Loop) / 1000,
                () => Turns.Milliseconds(() => Walk(Windows(Machines, length, stride))) / 1000);
            double[] peaks =
            [
                .. new[] { Machines, Machines / 10 }.Select(count => Child.Run("windows", $"{count}", $"{length}", $"{stride}")[0]),
            ];
            table.Row(
            [
                $"{length}, stride {stride}", .. seconds.Select(Table.Number), Table.Number(seconds[1] / seconds[0]), $"{windows}",
                .. peaks.Select(Table.Number),
            ]);
        }
    }

    public static double[] Own(int machines, int length, int stride)
    {
        Walk(Windows(machines, length, stride));
        return [Child.PeakMemory()];
    }

    private static IDataView Windows(int machines, int length, int stride)
        => new MLContext().Data.ToWindows(
            new GeneratedTable(machines, RowsOfMachine), length, "Machine",
            [.. Enumerable.Range(0, GeneratedTable.Sensors).Select(i => $"Sensor{i}")], "Label", stride);

    private static long Walk(IDataView windows)
    {
        using var cursor = windows.GetRowCursor([windows.Schema["Features"], windows.Schema["Label"]]);
        var features = cursor.GetGetter<VBuffer<float>>(windows.Schema["Features"]);
        var label = cursor.GetGetter<float>(windows.Schema["Label"]);
        VBuffer<float> values = default;
        float target = 0;
        long count = 0;
        while (cursor.MoveNext())
        {
            features(ref values);
            label(ref target);
            count++;
        }
        return count;
    }

    private static void Loop()
    {
        var table = new GeneratedTable(Machines, RowsOfMachine);
        using var cursor = table.GetRowCursor(table.Schema);
        var machine = cursor.GetGetter<long>(table.Schema[0]);
        ValueGetter<float>[] getters = [.. table.Schema.Skip(1).Select(column => cursor.GetGetter<float>(column))];
        long name = 0;
        float value = 0;
        while (cursor.MoveNext())
        {
            machine(ref name);
            foreach (var getter in getters)
                getter(ref value);
        }
    }
}
