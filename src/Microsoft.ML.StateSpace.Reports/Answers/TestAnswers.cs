using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Scoring;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Test rows with the answers of a model to them.</summary>
internal sealed class TestAnswers
{
    private TestAnswers(SequenceTransformer transformer, IDataView data)
    {
        Rows = LabelledRows.Read(transformer, data);
        Skipped = transformer.Model.Options.Task.Axis == AnswerAxis.Step ? transformer.Summary.Options.Washout : 0;
        Values = Score(transformer, Rows);
        ChannelNames = NamesOf(transformer, data);
        int outputs = transformer.Model.Options.Outputs;
        var target = transformer.FindTarget(data.Schema);
        TargetName = Page.Name(target.Name);
        OutputNames = Rows.Targets.Kind == TargetKind.Class ? ClassNamesOf(transformer, data, outputs)
            : outputs == 1 ? [TargetName]
            : target.Layout.Axis == AnswerAxis.Sequence ? [.. Tables.ChannelNames.Names(target.Column).Select(Page.Name)]
            : [.. Enumerable.Range(0, outputs).Select(i => Page.Name($"{target.Name}.{i}"))];
    }

    /// <summary>The rows, with their targets.</summary>
    public SequenceSet Rows { get; }

    /// <summary>The answer to each row, (rows) (answers, outputs).</summary>
    public float[][] Values { get; }

    /// <summary>The name of each class, or of each output.</summary>
    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>The name of each channel of the sequences.</summary>
    public IReadOnlyList<string> ChannelNames { get; }

    /// <summary>The name of the column with the targets.</summary>
    public string TargetName { get; }

    /// <summary>First time steps of each row that do not count, as in training.</summary>
    public int Skipped { get; }

    public int Outputs => OutputNames.Count;

    public static TestAnswers Of(SequenceTransformer transformer, IDataView data) => new(transformer, data);

    /// <summary>The answers that can be judged: their row, their place in it, and the class that is right.</summary>
    public IEnumerable<(int Row, int Place, int Class)> Classes()
    {
        for (int row = 0; row < Rows.Count; row++)
        {
            int count = Rows.Classes(row).Length;
            for (int place = Math.Min(Skipped, count); place < count; place++)
            {
                if (Rows.Classes(row)[place] != TargetLayout.NoClass)
                    yield return (row, place, Rows.Classes(row)[place]);
            }
        }
    }

    /// <summary>The probabilities of the classes in one answer; NaN where there is none.</summary>
    public ReadOnlySpan<float> Probabilities(int row, int place) => Values[row].AsSpan(place * Outputs, Outputs);

    /// <summary>The class that an answer names, from 0; -1 where it names none.</summary>
    public int Answered(int row, int place) => (int)ClassOutput.Likeliest(Probabilities(row, place)) - 1;

    private static float[][] Score(SequenceTransformer transformer, SequenceSet rows)
    {
        var scored = new ScoredRow[rows.Count];
        for (int i = 0; i < scored.Length; i++)
        {
            int first = rows.Split(i) * rows.Features;
            float[] values = rows.Values(i)[..first].ToArray(), second = rows.Values(i)[first..].ToArray();
            float[] intervals = rows.Intervals(i).ToArray(), measured = rows.TargetsOf(i).ToArray();
            scored[i] = new ScoredRow
            {
                ValueBuffer = values, ValueCount = values.Length, SecondBuffer = second, SecondCount = second.Length,
                IntervalBuffer = intervals, IntervalCount = intervals.Length, MeasuredBuffer = measured, MeasuredCount = measured.Length,
                Position = i,
            };
        }
        transformer.Scorer.Score(scored, scored.Length);
        return [.. scored.Select(row => row.Scores.ToArray())];
    }

    private static string[] NamesOf(SequenceTransformer transformer, IDataView data)
    {
        int channels = transformer.Input.Channels;
        var names = ImportanceMeasure.ChannelNames(transformer.Input.In(data.Schema), channels);
        return names is not null ? [.. names.Select(Page.Name)]
            : channels == 1 ? [Page.Name(transformer.Input.Name)] : [.. Enumerable.Range(0, channels).Select(i => $"channel {i}")];
    }

    private static string[] ClassNamesOf(SequenceTransformer transformer, IDataView data, int classes)
    {
        string? column = transformer switch
        {
            SequenceClassificationTransformer classifier => classifier.Options.PredictedLabelColumnName,
            SequenceTaggingTransformer tagger => tagger.Options.PredictedLabelColumnName,
            _ => null,
        };
        if (column is null)
            return ["false", "true"];
        var labels = LabelValues.Of(transformer.GetOutputSchema(data.Schema)[column]);
        return labels is not null ? [.. labels.Texts.Select(Page.Name)] : [.. Enumerable.Range(1, classes).Select(i => $"class {i}")];
    }
}
