using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OnnxExport;

/// <summary>Runs the file of the whole pipeline, whose inputs and outputs are columns.</summary>
internal static class PipelineRun
{
    public static string[] Answer(InferenceSession session, Vibration[] series)
    {
        float[] values = [.. series.SelectMany(one => one.Features)];
        using var features = OrtValue.CreateTensorValueFromMemory(values, [series.Length, Vibration.Steps]);
        // The pipeline maps labels, so there must be such a column; what is in it does not matter here.
        string[] none = [.. series.Select(_ => "")];
        using var labels = OrtValue.CreateFromStringTensor(new DenseTensor<string>(none, [series.Length, 1]));
        using var options = new RunOptions();
        using var results = session.Run(options, ["Features", "Machine"], [features, labels], ["PredictedLabel.output"]);
        return results[0].GetStringTensorAsArray();
    }
}
