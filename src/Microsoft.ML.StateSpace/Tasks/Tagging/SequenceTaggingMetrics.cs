using System.Globalization;
using System.Text;

namespace Microsoft.ML.StateSpace;

/// <summary>Says how well predicted tags agree with the true ones, over all labelled time steps of all rows together.</summary>
public sealed class SequenceTaggingMetrics
{
    private readonly long[,] _counts;

    /// <param name="names">The tags.</param>
    /// <param name="counts">Time steps of each true tag that got each tag.</param>
    /// <param name="missing">Time steps of each true tag that got none.</param>
    /// <param name="unknown">Time steps whose tag the model does not know.</param>
    internal SequenceTaggingMetrics(string[] names, long[,] counts, long[] missing, long unknown)
    {
        _counts = counts;
        Missing = missing.Sum();
        long Sum(Func<int, long> count) => Enumerable.Range(0, names.Length).Sum(count);
        Tags = [.. names.Select((name, tag) => new SequenceTagMetrics(
            name, Sum(other => counts[tag, other]) + missing[tag], Sum(other => counts[other, tag]), counts[tag, tag]))];
        Count = Tags.Sum(tag => tag.Actual) + unknown;
        MicroAccuracy = Tags.Sum(tag => tag.Correct) / (double)Count;
        double Mean(Func<SequenceTagMetrics, double> of) => Tags.Where(tag => tag.Actual > 0).Select(of).DefaultIfEmpty(0).Average();
        (MacroAccuracy, MacroF1) = (Mean(tag => tag.Recall), Mean(tag => tag.F1Score));
    }

    /// <summary>Number of labelled time steps.</summary>
    public long Count { get; }

    /// <summary>Number of labelled time steps without a prediction, because of missing values; they count as wrong.</summary>
    public long Missing { get; }

    /// <summary>The share of labelled time steps whose tag is right.</summary>
    public double MicroAccuracy { get; }

    /// <summary>The mean of the recalls of all tags that occur.</summary>
    public double MacroAccuracy { get; }

    /// <summary>The mean of the F1 scores of all tags that occur.</summary>
    public double MacroF1 { get; }

    /// <summary>The metrics of each tag, in the order of the keys.</summary>
    public IReadOnlyList<SequenceTagMetrics> Tags { get; }

    /// <summary>The number of time steps of a true tag that got a tag, both as their index in <see cref="Tags"/>.</summary>
    public long Confusion(int actual, int predicted) => _counts[actual, predicted];

    /// <summary>The confusion counts as a table: a row for each true tag, a column for each predicted one.</summary>
    public string ConfusionTable
    {
        get
        {
            string[] names = [.. Tags.Select(tag => tag.Name)];
            int width = Math.Max(names.Max(name => name.Length), 7) + 1;
            var table = new StringBuilder("true \\ predicted".PadRight(width + 8));
            table.AppendLine(string.Concat(names.Select(name => name.PadLeft(width))));
            for (int tag = 0; tag < names.Length; tag++)
            {
                table.Append(names[tag].PadRight(width + 8));
                for (int other = 0; other < names.Length; other++)
                    table.Append(_counts[tag, other].ToString(CultureInfo.InvariantCulture).PadLeft(width));
                table.AppendLine();
            }
            return table.ToString();
        }
    }
}

/// <summary>The metrics of one tag.</summary>
/// <param name="Name">The tag.</param>
/// <param name="Actual">Time steps that have the tag.</param>
/// <param name="Predicted">Labelled time steps that got the tag.</param>
/// <param name="Correct">Time steps that have the tag and got it.</param>
public sealed record SequenceTagMetrics(string Name, long Actual, long Predicted, long Correct)
{
    /// <summary>The share of the time steps that got the tag which have it; 0 where none got it.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Correct / Predicted;

    /// <summary>The share of the time steps that have the tag which got it; 0 where none has it.</summary>
    public double Recall => Actual == 0 ? 0 : (double)Correct / Actual;

    /// <summary>The harmonic mean of precision and recall.</summary>
    public double F1Score => Actual + Predicted == 0 ? 0 : 2.0 * Correct / (Actual + Predicted);
}
