using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Torch.Training;
using Microsoft.ML.StateSpace.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>The law of this engine: whatever the managed engine computes, TorchSharp computes too.</summary>
public sealed class ParityTests
{
    private static readonly TrainingOptions Training = new() { Seed = 1, LabelSmoothing = 0.1, LearningRate = 1e-2, Threads = 2 };

    public static TheoryData<string> Names => ModelCases.Names;

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void ForwardAndGradient_AreThoseOfTheManagedEngine(string name)
    {
        var (model, parameters, batch) = Create(ModelCases.Options(name));
        using var managed = new CpuEngine(model, parameters, Training);
        using var torch = new TorchEngine(model, parameters, Training, CPU);
        float[] expected = new float[OutputLength(model, batch)], actual = new float[expected.Length];
        managed.Predict(batch, expected);
        torch.Predict(batch, actual);
        ClearPadding(model, batch, expected);
        ClearPadding(model, batch, actual);
        actual.Should().BeNear(ToDouble(expected), Tolerance.Engines, "output");

        double loss = managed.TrainBatch(batch, 1e-2, dropoutKey: 77);
        var gradient = new float[parameters.Values.Length];
        torch.Gradient(batch, dropoutKey: 77, gradient).Should().BeApproximately(loss, Tolerance.Engines * Math.Abs(loss));
        foreach (var parameter in parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
            parameter.Of(gradient)
                .Should().BeNear(ToDouble(parameter.Of(managed.Gradient)), Tolerance.Engines, $"gradient of {parameter.Name}");
    }

    [TorchTheory]
    [MemberData(nameof(Names))]
    public void FiftySteps_LoseWhatTheManagedEngineLoses(string name)
    {
        var (model, parameters, batch) = Create(ModelCases.Options(name));
        using var managed = new CpuEngine(model, parameters, Training);
        using var torch = new TorchEngine(model, parameters, Training, CPU);
        for (int step = 1; step <= 50; step++)
        {
            double expected = managed.TrainBatch(batch, 1e-3, (ulong)step);
            torch.TrainBatch(batch, 1e-3, (ulong)step)
                .Should().BeApproximately(expected, Tolerance.EngineLosses * Math.Max(1, Math.Abs(expected)));
        }
    }

    internal static (SequenceModel Model, ParameterSet Parameters, SequenceBatch Batch) Create(SequenceModelOptions options)
    {
        var data = ModelCases.Data(options, 37, 1, 70, 16, 52);
        var (model, parameters) = ModelCases.Create(options, data);
        return (model, parameters, ModelCases.Batch(data));
    }

    internal static int OutputLength(SequenceModel model, SequenceBatch batch)
        => (model.IsPooled ? 1 : batch.Length) * batch.Count * model.Options.Outputs;

    private static void ClearPadding(SequenceModel model, SequenceBatch batch, float[] outputs)
    {
        int row = model.Options.Outputs;
        for (int i = 0; i < batch.Count && !model.IsPooled; i++)
            outputs.AsSpan((i * batch.Length + batch.Lengths[i]) * row, (batch.Length - batch.Lengths[i]) * row).Clear();
    }

    private static double[] ToDouble(ReadOnlySpan<float> values) => [.. values.ToArray().Select(value => (double)value)];
}
