using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Face;

/// <summary>The columns that a step reads, as the inputs of its exported model.</summary>
internal sealed class FaceInputs(SequenceTransformer step, IDataView rows)
{
    public float[][] Sequences { get; } = Read(rows, step.Input.Name, step.Input.Vocabulary > 0);

    public float[][]? Intervals { get; } = step.Input.IntervalColumnName is { } name ? Read(rows, name, isKey: false) : null;

    public float[][]? Measured { get; } = step.Scorer.Initial is { } initial ? Read(rows, initial.ColumnName, isKey: false) : null;

    /// <summary>All rows as one batch.</summary>
    public Dictionary<string, OrtValue> OfSequences()
    {
        var inputs = new OnnxInputs(step.Model.Options, Sequences.Length);
        inputs.AddSequences("", Sequences, Intervals);
        if (step.Input.SecondName is { } second)
            inputs.AddSequences("second_", Read(rows, second, step.Input.Vocabulary > 0), null);
        if (Measured is not null)
        {
            int outputs = step.Model.Options.Outputs, told = step.Scorer.Initial!.Steps;
            var measured = new float[Sequences.Length * told * outputs];
            Array.Fill(measured, float.NaN);
            for (int i = 0; i < Sequences.Length; i++)
                Measured[i].AsSpan(0, Math.Min(told * outputs, Measured[i].Length)).CopyTo(measured.AsSpan(i * told * outputs));
            inputs.Values.Add("measured", OrtValue.CreateTensorValueFromMemory(measured, [Sequences.Length, told, outputs]));
        }
        return inputs.Values;
    }

    private static float[][] Read(IDataView rows, string column, bool isKey)
        => isKey
            ? [.. rows.GetColumn<uint[]>(column).Select(keys => Array.ConvertAll(keys, key => (float)key))]
            : [.. rows.GetColumn<float[]>(column)];
}
