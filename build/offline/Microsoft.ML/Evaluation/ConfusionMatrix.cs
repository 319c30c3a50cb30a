// Mirrors Microsoft.ML.Data.ConfusionMatrix (package Microsoft.ML, assembly Microsoft.ML.Data).
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

public sealed class ConfusionMatrix
{
    private readonly string[] _names;
    private readonly bool _isBinary;

    /// <summary>Counts go by the true class first. A binary matrix has the positive class first.</summary>
    internal ConfusionMatrix(double[][] counts, string[] names, bool isBinary)
    {
        Counts = counts;
        _names = names;
        _isBinary = isBinary;
        NumberOfClasses = counts.Length;
        PerClassPrecision = [.. counts.Select((row, i) => Share(row[i], counts.Sum(r => r[i])))];
        PerClassRecall = [.. counts.Select((row, i) => Share(row[i], row.Sum()))];
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses { get; }

    // The predicted class comes first here, but second in Counts.
    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        Check(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        Check(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    public string GetFormattedConfusionTable()
    {
        // Cells are 5 wide, 8 for two classes. Names that do not fit are listed beside their number, and only the numbers head the columns.
        int width = NumberOfClasses == 2 ? 8 : 5;
        int longest = _names.Max(n => n.Length), digits = (NumberOfClasses - 1).ToString(CultureInfo.InvariantCulture).Length;
        bool numbered = longest > width;
        int side = numbered ? Math.Max(9, digits + 2 + longest) : 9;
        var text = new StringBuilder();
        if (_isBinary)
        {
            double positive = Counts[0].Sum(), negative = Counts[1].Sum();
            Line($"TEST POSITIVE RATIO:\t{positive / (positive + negative):F4} ({positive:F1}/({positive:F1}+{negative:F1}))");
        }
        else
            Line($"");
        Line($"Confusion table");
        string rule = $"{new string(' ', side)} ||{new string('=', NumberOfClasses * (width + 3))}";
        Line($"{rule}");
        Line($"{"PREDICTED".PadRight(side)} ||{Cells(i => $" {(numbered ? Number(i) : _names[i]).PadLeft(width)} |")} Recall");
        Line($"{"TRUTH".PadRight(side)} ||{rule[(side + 3)..]}");
        for (int truth = 0; truth < NumberOfClasses; truth++)
        {
            string name = numbered ? $"{Number(truth).PadLeft(digits)}. {_names[truth].PadLeft(longest)}" : _names[truth];
            string cells = Cells(i => $" {Counts[truth][i].ToString("N0", CultureInfo.InvariantCulture).PadLeft(width)} |");
            Line($"{name.PadLeft(side)} ||{cells} {PerClassRecall[truth]:F4}");
        }
        Line($"{rule}");
        Line($"{"Precision".PadRight(side)} ||{Cells(i => PerClassPrecision[i].ToString("F4", CultureInfo.InvariantCulture).PadLeft(width + 1) + " |")}");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        string Cells(Func<int, string> cell) => string.Concat(Enumerable.Range(0, NumberOfClasses).Select(cell));
        static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    private void Check(int index, string name)
    {
        if ((uint)index >= (uint)NumberOfClasses)
            throw new ArgumentOutOfRangeException(name, "Invalid index. Should be non-negative, less than the number of classes.");
    }
}
