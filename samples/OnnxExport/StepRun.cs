using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace OnnxExport;

/// <summary>Runs the file of one time step: what it remembers goes in as one tensor, and comes out as another.</summary>
internal static class StepRun
{
    /// <summary>Feeds one series, value by value.</summary>
    /// <returns>The class probabilities behind the last value.</returns>
    public static float[] Score(InferenceSession session, Vibration series)
    {
        int size = int.Parse(session.ModelMetadata.CustomMetadataMap["state_size"], CultureInfo.InvariantCulture);
        float[] state = new float[size], value = new float[1], score = [];
        using var options = new RunOptions();
        foreach (float reading in series.Features)
        {
            value[0] = reading;
            using var features = OrtValue.CreateTensorValueFromMemory(value, [1, 1]);
            using var before = OrtValue.CreateTensorValueFromMemory(state, [1, size]);
            using var results = session.Run(options, ["features", "state"], [features, before], ["score", "next_state"]);
            score = results[0].GetTensorDataAsSpan<float>().ToArray();
            state = results[1].GetTensorDataAsSpan<float>().ToArray();
        }
        return score;
    }
}
