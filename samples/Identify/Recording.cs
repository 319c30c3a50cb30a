using System.Globalization;
using SystemIdentification;

namespace Identify;

/// <summary>A record of a process: what went in, what came out, and what a model simulated.</summary>
internal sealed class Recording
{
    /// <summary>The inputs of the first step, then those of the next, and so on.</summary>
    public float[] Input { get; set; } = [];

    public float[] Output { get; set; } = [];

    public float[] Simulated { get; set; } = [];

    public int Channels => Input.Length / Output.Length;

    public IEnumerable<float> Channel(int index) => Enumerable.Range(0, Output.Length).Select(t => Input[t * Channels + index]);

    /// <summary>Records of two cascaded water tanks.</summary>
    public static (Recording[] Training, Recording Fresh) OfTanks(int records)
    {
        var random = new Random(1);
        Recording[] all =
        [
            .. Enumerable.Range(0, records + 1).Select(_ => CascadedTanks.Run(1024, random))
                .Select(run => new Recording { Input = run.Voltage, Output = run.Level }),
        ];
        return (all[..^1], all[^1]);
    }

    /// <summary>
    /// The record in a CSV file with a header, one row a time step: the last column is the output, all others are inputs. The last 30 % are
    /// fresh.
    /// </summary>
    /// <exception cref="ArgumentException">The file is not such a file.</exception>
    public static (Recording[] Training, Recording Fresh) OfFile(string path)
    {
        if (!File.Exists(path))
            throw new ArgumentException($"There is no file '{path}'.");
        float[][] rows = [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(Row)];
        if (rows.Length < 100 || rows[0].Length < 2 || rows.Any(row => row.Length != rows[0].Length))
            throw new ArgumentException($"'{path}' must have at least 100 rows, each with the same two or more columns.");
        int split = (int)(0.7 * rows.Length);
        return ([Of(rows[..split])], Of(rows[split..]));

        float[] Row(string line, int index)
            => [.. line.Split(',').Select(cell => float.TryParse(cell, CultureInfo.InvariantCulture, out float value) ? value
                : throw new ArgumentException($"'{path}', row {index + 1}: '{cell}' is no number."))];
    }

    private static Recording Of(float[][] rows)
        => new() { Input = [.. rows.SelectMany(row => row[..^1])], Output = [.. rows.Select(row => row[^1])] };
}
