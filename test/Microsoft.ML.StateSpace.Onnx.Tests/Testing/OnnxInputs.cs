using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Testing;

/// <summary>The inputs of an exported model, by their names.</summary>
internal sealed class OnnxInputs(SequenceModelOptions model, int batch)
{
    // What stands in the padding: no answer may notice it.
    private const float Junk = 1e5f;

    public Dictionary<string, OrtValue> Values { get; } = [];

    public void AddSequences(string prefix, float[][] sequences, float[][]? intervals)
    {
        int longest = sequences.Max(values => values.Length) / model.Inputs;
        Add(prefix, Padded(sequences, longest * model.Inputs), [batch, longest]);
        long[] lengths = [.. sequences.Select(values => (long)(values.Length / model.Inputs))];
        Values.Add(prefix + "lengths", OrtValue.CreateTensorValueFromMemory(lengths, [batch]));
        if (intervals is not null)
            Values.Add(prefix + "intervals", OrtValue.CreateTensorValueFromMemory(Padded(intervals, longest), [batch, longest]));
    }

    public void AddSteps(float[][] steps, float[]? intervals)
    {
        Add("", [.. steps.SelectMany(step => step)], [batch]);
        if (intervals is not null)
            Values.Add("intervals", OrtValue.CreateTensorValueFromMemory(intervals, [batch]));
    }

    public void AddState(float[] states, int size) => Values.Add("state", OrtValue.CreateTensorValueFromMemory(states, [batch, size]));

    private void Add(string prefix, float[] values, long[] shape)
    {
        if (model.Vocabulary > 0)
            Values.Add(prefix + "tokens", OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (long)value), shape));
        else
            Values.Add(prefix + "features", OrtValue.CreateTensorValueFromMemory(values, [.. shape, model.Inputs]));
    }

    private static float[] Padded(float[][] sequences, int size)
    {
        var padded = new float[sequences.Length * size];
        Array.Fill(padded, Junk);
        for (int i = 0; i < sequences.Length; i++)
            sequences[i].CopyTo(padded, i * size);
        return padded;
    }
}
