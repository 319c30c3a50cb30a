using System.Text.Json;
using Microsoft.ML.StateSpace.Onnx.Proto;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>Makes the ONNX model of a step of a pipeline: its model, and what the step does around it.</summary>
internal static class TransformerExport
{
    public static ModelProto Create(SequenceTransformer transformer, OnnxExportOptions? options)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        options ??= new OnnxExportOptions();
        var metadata = new Dictionary<string, string> { ["columns"] = JsonSerializer.Serialize(Columns(transformer, options.Form)) };
        if (Classes(transformer) is { } classes)
            metadata["classes"] = JsonSerializer.Serialize(classes);
        return ModelExport.Create(transformer.Model, options, metadata, AroundOf(transformer));
    }

    /// <summary>What a step does around its model.</summary>
    public static Surroundings AroundOf(SequenceTransformer transformer)
    {
        var kind = transformer switch
        {
            BinarySequenceClassificationTransformer => AnswerKind.YesOrNo,
            SequenceClassificationTransformer or SequenceTaggingTransformer => AnswerKind.Classes,
            _ => AnswerKind.Score,
        };
        var initial = transformer.Scorer.Initial;
        return new Surroundings(
            kind, transformer.Input.WarmUp, initial is null ? null : new FirstOutputs(initial.Errors, initial.Steps));
    }

    private static string[]? Classes(SequenceTransformer transformer)
        => transformer is BinarySequenceClassificationTransformer ? [bool.FalseString, bool.TrueString] : transformer.Labels?.Texts;

    // The columns by the names of inputs and outputs.
    private static SortedDictionary<string, string> Columns(SequenceTransformer transformer, OnnxForm form)
    {
        var columns = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var input = transformer.Input;
        string values = input.Vocabulary > 0 ? "tokens" : "features";
        columns.Add(values, input.Name);
        if (input.SecondName is { } second && form == OnnxForm.Sequences)
            columns.Add($"second_{values}", second);
        if (input.IntervalColumnName is { } intervals)
            columns.Add("intervals", intervals);
        if (transformer.Scorer.Initial is { } initial)
            columns.Add("measured", initial.ColumnName);
        foreach (var (output, column) in Answers(transformer))
            columns.Add(output, column);
        return columns;
    }

    private static IEnumerable<(string Output, string Column)> Answers(SequenceTransformer transformer) => transformer switch
    {
        SequenceClassificationTransformer { Options: var options } =>
            [("score", options.ScoreColumnName), ("predicted_label", options.PredictedLabelColumnName)],
        SequenceTaggingTransformer { Options: var options } =>
            [("score", options.ScoreColumnName), ("predicted_label", options.PredictedLabelColumnName)],
        BinarySequenceClassificationTransformer { Options: var options } =>
        [
            ("score", options.ScoreColumnName), ("probability", options.ProbabilityColumnName),
            ("predicted_label", options.PredictedLabelColumnName),
        ],
        SequenceRegressionTransformer { Options: var options } => [("score", options.ScoreColumnName)],
        SequenceToSequenceTransformer { Options: var options } => [("score", options.OutputColumnName)],
        _ => [],
    };
}
