using System.Globalization;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Regression;

/// <summary>
/// The cycles that a jet engine has left (C-MAPSS FD001, Saxena et al. 2008), from the 14 sensors that vary and the number of the cycle.
/// One hundred engines that run until they fail are learnt from, in windows; of one hundred others, which stop before, the last window is
/// tested. More than 125 cycles count as 125, in training and test alike, as in the papers.
/// </summary>
internal static class Turbofan
{
    private const string Folder = "cmapss-fd001";
    private const int MostCycles = 125;

    // The number of the cycle, and 14 of the 21 sensors, of which the other seven stand still.
    private static readonly int[] Columns = [1, 6, 7, 8, 11, 12, 13, 15, 16, 17, 18, 19, 21, 24, 25];

    /// <param name="length">Cycles of a window; of an engine that has run less all are taken.</param>
    /// <param name="stride">Cycles from one window of an engine to the next.</param>
    public static ValuedSet Of(int length, int stride)
    {
        string[] files = [.. new[] { "train_FD001.txt", "test_FD001.txt", "RUL_FD001.txt" }.Select(file => SharedData.Path(Folder, file))];
        return new("cmapss-fd001", files, Columns.Length, "DCNN 12.6, BiLSTM 13.7, LSTM 16.1", () => (
            [.. Engines(files[0]).SelectMany(engine => Training(engine, length, stride))],
            [.. Engines(files[1]).Zip(Lines(files[2]), (engine, left) => Last(engine, length, (float)left[0]))]));
    }

    private static IEnumerable<Window> Training(float[][] engine, int length, int stride)
    {
        for (int start = 0; start + length <= engine.Length; start += stride)
            yield return Row(engine, start, length, engine.Length - start - length);
    }

    private static Window Last(float[][] engine, int length, float left)
        => Row(engine, Math.Max(0, engine.Length - length), Math.Min(length, engine.Length), left);

    private static Window Row(float[][] engine, int start, int length, float left)
        => new() { Features = Window.Cut(engine, start, length), Label = Math.Min(MostCycles, left) };

    // The cycles of each engine, (cycles, columns).
    private static IEnumerable<float[][]> Engines(string path)
        => Lines(path).GroupBy(cells => cells[0]).Select(engine => (float[][])
            [.. engine.Select(cells => (float[])[.. Columns.Select(column => (float)cells[column])])]);

    private static IEnumerable<double[]> Lines(string path)
        => File.ReadLines(path).Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => (double[])
            [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))]);
}
