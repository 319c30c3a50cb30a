using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>Measures the importance of channels and stretches of time on the rows of a data view.</summary>
internal static class ImportanceMeasure
{
    private static readonly char[] Ends = [.. "0123456789._-[]() "];

    public static SequenceImportance Of(
        IHostEnvironment environment, SequenceTransformer transformer, IDataView data, int repeats, int stretches, int? seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(stretches);
        NetworkOf.RequireSingleSequences(transformer.Model, nameof(SequenceImportance));
        var set = LabelledRows.Read(transformer, data);
        return SequenceImportance.Of(
            transformer.Model, set, repeats, stretches, seed ?? TrainingRun.NextSeed(environment.Register(nameof(SequenceImportance))),
            ChannelNames(transformer.Input.In(data.Schema), transformer.Input.Channels), transformer.Scorer.Answer);
    }

    // Null where neither the names of channels nor those of slots tell the channels.
    internal static string[]? ChannelNames(DataViewSchema.Column column, int channels)
    {
        if (Names(column, AnnotationKinds.ChannelNames) is { } given && given.Length == channels)
            return given;
        int size = ((VectorDataViewType)column.Type).Size;
        if (size == 0 || Names(column, AnnotationKinds.SlotNames) is not { } names || names.Length != size)
            return null;
        string[] common = [.. Enumerable.Range(0, channels)
            .Select(c => Common(Enumerable.Range(0, size / channels).Select(t => names[t * channels + c])))];
        return common.Contains("") || common.Distinct().Count() < channels ? null : common;
    }

    private static string[]? Names(DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(kind, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    // What texts begin with alike; of texts that differ, without the digits and separators at its end.
    private static string Common(IEnumerable<string> texts)
    {
        string first = texts.First();
        int length = texts.Min(text => text.AsSpan().CommonPrefixLength(first));
        return texts.All(text => text == first) ? first : first[..length].TrimEnd(Ends);
    }
}
