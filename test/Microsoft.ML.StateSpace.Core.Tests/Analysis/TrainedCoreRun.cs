using Microsoft.ML.StateSpace.Core.Tests.Layers;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>Runs the core of a layer of a trained model by itself.</summary>
internal static class TrainedCoreRun
{
    /// <summary>A model that has seen data, with other parameters in every layer than were drawn.</summary>
    public static TrainedModel Create(NetworkOptions architecture)
    {
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2, Architecture = architecture,
        };
        return TrainedCases.Create(options);
    }

    /// <summary>The outputs of the layer's scan, (steps, channels), for inputs of that shape.</summary>
    public static double[,] Scan(TrainedModel model, int layer, double[,] inputs)
    {
        var network = new SequenceNetwork(model.Options);
        var core = network.Cores[layer];
        float[] values = model.Parameters.Values.ToArray(), prepared = new float[network.Layout.PreparedLength];
        network.Prepare(new Weights(values, prepared));
        int length = inputs.GetLength(0);
        float[] input = [.. inputs.Cast<double>().Select(value => (float)value)];
        float[] output = ProgramRun.Forward(core, new Weights(values, prepared), input);
        var rows = new double[length, core.OutputSize];
        for (int i = 0; i < output.Length; i++)
            rows[i / core.OutputSize, i % core.OutputSize] = output[i];
        return rows;
    }
}
