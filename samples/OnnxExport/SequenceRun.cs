using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace OnnxExport;

/// <summary>Runs the file of whole sequences.</summary>
internal static class SequenceRun
{
    public static Answers Score(InferenceSession session, Vibration[] series)
    {
        // Series of different length would be padded to the longest; lengths say how long each is.
        float[] values = [.. series.SelectMany(one => one.Features)];
        long[] lengths = [.. series.Select(one => (long)one.Features.Length)];
        using var features = OrtValue.CreateTensorValueFromMemory(values, [series.Length, Vibration.Steps, 1]);
        using var count = OrtValue.CreateTensorValueFromMemory(lengths, [series.Length]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["features", "lengths"], [features, count], ["score", "predicted_label"]);
        float[] scores = results[0].GetTensorDataAsSpan<float>().ToArray();
        string[] classes = JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["classes"])!;
        return new Answers([.. scores.Chunk(classes.Length)], results[1].GetTensorDataAsSpan<long>().ToArray(), classes);
    }
}
