using Apache.Arrow;
using Apache.Arrow.Ipc;
using Parquet;
using Parquet.Schema;

namespace ParquetTables;

/// <summary>
/// Simulated pumps. Wear grows from a random start; the load is a random walk; vibration follows load times wear with a delay, and is
/// noisy. Readings are about a minute apart.
/// </summary>
internal static class Pump
{
    private const int Readings = 200;

    private static readonly DataField Id = new("pump", typeof(string)), Seconds = new("seconds", typeof(double)),
        Load = new("load", typeof(double)), Vibration = new("vibration", typeof(float)), Wear = new("wear", typeof(float));

    /// <summary>Writes a table of so many pumps, ten of them a row group.</summary>
    public static async Task WriteAsync(string path, int pumps, int seed)
    {
        var random = new Random(seed);
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(Id, Seconds, Load, Vibration, Wear), file);
        foreach (int[] some in Enumerable.Range(0, pumps).Chunk(10))
        {
            var rows = some.SelectMany(pump => Run($"pump {pump}", random)).ToArray();
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(Id, rows.Select(row => row.Id).ToArray());
            await group.WriteAsync<double>(Seconds, rows.Select(row => row.Seconds).ToArray());
            await group.WriteAsync<double>(Load, rows.Select(row => row.Load).ToArray());
            await group.WriteAsync<float>(Vibration, rows.Select(row => row.Vibration).ToArray());
            await group.WriteAsync<float>(Wear, rows.Select(row => row.Wear).ToArray());
        }
    }

    /// <summary>The same table as a stream in the Arrow format, one record batch.</summary>
    public static async Task<Stream> ArrowAsync(int pumps, int seed)
    {
        var random = new Random(seed);
        Reading[] rows = [.. Enumerable.Range(0, pumps).SelectMany(pump => Run($"pump {pump}", random))];
        var batch = new RecordBatch.Builder()
            .Append("pump", false, columns => columns.String(array => array.AppendRange(rows.Select(row => row.Id))))
            .Append("seconds", false, columns => columns.Double(array => array.AppendRange(rows.Select(row => row.Seconds))))
            .Append("load", false, columns => columns.Double(array => array.AppendRange(rows.Select(row => row.Load))))
            .Append("vibration", false, columns => columns.Float(array => array.AppendRange(rows.Select(row => row.Vibration))))
            .Append("wear", false, columns => columns.Float(array => array.AppendRange(rows.Select(row => row.Wear))))
            .Build();
        var stream = new MemoryStream();
        using var writer = new ArrowStreamWriter(stream, batch.Schema, leaveOpen: true);
        await writer.WriteRecordBatchAsync(batch);
        await writer.WriteEndAsync();
        stream.Position = 0;
        return stream;
    }

    private static IEnumerable<Reading> Run(string id, Random random)
    {
        double seconds = 0;
        double wear = 0.5 * random.NextDouble(), growth = 0.003 * random.NextDouble(), load = 1, vibration = 0;
        for (int i = 0; i < Readings; i++)
        {
            load = Math.Clamp(load + 0.2 * (random.NextDouble() - 0.5), 0.5, 1.5);
            vibration += 0.3 * (load * wear - vibration);
            yield return new(id, seconds, load, (float)(vibration + 0.03 * (random.NextDouble() - 0.5)), (float)wear);
            wear += growth;
            seconds += random.Next(50, 70);
        }
    }

    private readonly record struct Reading(string Id, double Seconds, double Load, float Vibration, float Wear);
}
