using System.Globalization;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>A record of a plant, its part to learn from, and the parts to simulate.</summary>
/// <param name="Name">The name on the command line and in the table.</param>
/// <param name="Folder">The folder of the data set.</param>
/// <param name="File">Its file: lines of numbers, a column a signal.</param>
/// <param name="Split">What is made of the columns.</param>
internal sealed record Plant(string Name, string Folder, string File, Func<double[][], PlantData> Split)
{
    /// <summary>
    /// The records and their splits, as the publishers have them; DaISy has none, so there the first half is learnt from and the second
    /// simulated: alone, and in one run with the first, behind which the start no longer matters.
    /// </summary>
    public static IReadOnlyList<Plant> All { get; } =
    [
        // Estimation record and test record; the first 5 samples are there to find the state.
        new("cascadedtanks", "cascadedtanks", "dataBenchmark.csv", columns => new PlantData(
            new Recording([columns[0]], [columns[2]]), [new TestPart("", new Recording([columns[1]], [columns[3]]), Skip: 5)], Told: 5)),
        new("silverbox", "silverbox", "SNLS80mV.csv", Silverbox),
        Daisy("CD_player_arm", inputs: 2, outputs: 2, time: false),
        Daisy("glassfurnace", inputs: 3, outputs: 6),
        Daisy("exchanger", inputs: 1, outputs: 1),
        Daisy("heating_system", inputs: 1, outputs: 1),
        Daisy("cstr", inputs: 1, outputs: 2),
    ];

    public string Path => SharedData.Path(Folder, File);

    public PlantData Read() => Split(Columns(Path));

    /// <summary>The columns of a file of numbers that are parted by commas or blanks; a header in quotes is left out.</summary>
    public static double[][] Columns(string path)
    {
        double[][] rows = [.. System.IO.File.ReadLines(path).Where(line => line.Trim() is not ("" or ['"', ..])).Select(line
            => line.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
                .Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
        int columns = rows.Min(row => row.Length);
        return [.. Enumerable.Range(0, columns).Select(column => Array.ConvertAll(rows, row => row[column]))];
    }

    private static Plant Daisy(string name, int inputs, int outputs, bool time = true)
        => new(name, "daisy", name + ".dat", columns =>
        {
            double[][] signals = time ? columns[1..] : columns;
            var whole = new Recording(signals[..inputs], signals[inputs..(inputs + outputs)]);
            int half = whole.Steps / 2;
            return new PlantData(
                whole[..half],
                [new TestPart("", whole[half..], Skip: 0), new TestPart("run on", whole, Skip: half) { RunsOn = true }],
                Told: Arx.MostOrder);
        });

    // The split of the package nonlinear_benchmarks. The first 50 samples of each part to simulate are there to find the state.
    private static PlantData Silverbox(double[][] columns)
    {
        var whole = new Recording([columns[0]], [columns[1]]);
        var multisine = whole[40_650..127_400];
        int learnt = 3 * multisine.Steps / 4;
        return new PlantData(multisine[..learnt],
        [
            new TestPart("multisine", multisine[learnt..], Skip: 50),
            new TestPart("arrow", whole[100..40_575], Skip: 50),
            new TestPart("arrow, its first 32,000 samples", whole[100..32_100], Skip: 50),
        ],
        Told: 50);
    }
}
