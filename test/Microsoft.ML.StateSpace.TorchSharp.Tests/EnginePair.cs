using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Torch.Training;
using TorchSharp;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>
/// A model case in both engines, from the same parameters and on the same batch, and how far the one is from the other. Differences of
/// outputs and of gradients are relative to the largest value of the tensor that they are in.
/// </summary>
internal sealed class EnginePair : IDisposable
{
    private static readonly TrainingOptions Training = new() { Seed = 1, LabelSmoothing = 0.1, LearningRate = 1e-2, Threads = 2 };

    private readonly NoCollection _collection = new();
    private readonly CpuEngine _managed;
    private readonly TorchEngine _torch;
    private readonly SequenceNetwork _model;
    private readonly ParameterSet _parameters;
    private readonly SequenceBatch _batch;

    public EnginePair(
        SequenceModelOptions options, torch.Device device, TorchSharpPrecision precision = TorchSharpPrecision.Float32,
        float? glitch = null, Func<float, float>? unit = null, Func<TrainingOptions, TrainingOptions>? training = null)
    {
        var how = training is null ? Training : training(Training);
        (_model, _parameters, _batch) = Create(options, glitch, unit, how.Washout);
        _managed = new CpuEngine(_model, _parameters, how);
        _torch = new TorchEngine(_model, _parameters, how, device, precision);
    }

    /// <summary>A difference, and the tensor in which it was found.</summary>
    public readonly record struct Difference(double Value, string Where);

    /// <summary>
    /// A model with parameters, and a batch of sequences of several lengths, where asked for with a glitch that the model's statistics do
    /// not know, or with inputs and targets of values in another unit.
    /// </summary>
    public static (SequenceNetwork Model, ParameterSet Parameters, SequenceBatch Batch) Create(
        SequenceModelOptions options, float? glitch = null, Func<float, float>? unit = null, int washout = 0)
    {
        var data = ModelCases.Data(options, 37, 1, 70, 16, 52);
        if (unit is not null)
        {
            var inUnit = new SequenceSet(data.Features, data.Targets, data.HasIntervals);
            for (int i = 0; i < data.Count; i++)
                inUnit.Add(
                    Array.ConvertAll(data.Values(i).ToArray(), x => unit(x)), Array.ConvertAll(data.TargetsOf(i).ToArray(), x => unit(x)),
                    data.Intervals(i).ToArray());
            data = inUnit;
        }
        var (model, parameters) = ModelCases.Create(options, data);
        return (model, parameters, ModelCases.Batch(glitch is float value ? ModelCases.WithGlitch(data, 7, value) : data, washout));
    }

    public static int OutputLength(SequenceNetwork model, SequenceBatch batch)
        => (model.Head.IsPooled ? 1 : batch.Length) * batch.Count * model.Options.Outputs;

    /// <summary>The difference of the outputs at valid time steps.</summary>
    public Difference Outputs()
    {
        float[] expected = new float[OutputLength(_model, _batch)], actual = new float[expected.Length];
        _managed.Predict(_batch, expected);
        _torch.Predict(_batch, actual);
        ClearPadding(expected);
        ClearPadding(actual);
        return new(Relative(expected, actual), "outputs");
    }

    /// <summary>
    /// The difference of the losses of one training step of the managed engine, relative to the loss, and the largest difference of a
    /// parameter's gradient. The managed engine has then made a step which the other has not.
    /// </summary>
    public (Difference Loss, Difference Gradient) LossAndGradient()
    {
        double expected = _managed.TrainBatch(_batch, 1e-2, dropoutKey: 77);
        var gradient = new float[_parameters.Values.Length];
        double actual = _torch.Gradient(_batch, dropoutKey: 77, gradient);
        var worst = new Difference(0, "gradients");
        foreach (var parameter in _parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed))
        {
            double difference = Relative(parameter.Of(_managed.Gradient), parameter.Of((ReadOnlySpan<float>)gradient));
            if (difference > worst.Value)
                worst = new(difference, $"gradient of {parameter.Name}");
        }
        return (new(Relative(expected, actual, Math.Abs(expected)), "loss"), worst);
    }

    /// <summary>Makes so many steps with both engines; the largest difference of their losses, relative where a loss is above 1.</summary>
    public Difference Steps(int count)
    {
        var worst = new Difference(0, "losses of steps");
        for (int step = 1; step <= count; step++)
        {
            double expected = _managed.TrainBatch(_batch, 1e-3, (ulong)step), actual = _torch.TrainBatch(_batch, 1e-3, (ulong)step);
            double difference = Relative(expected, actual, Math.Max(1, Math.Abs(expected)));
            if (difference > worst.Value)
                worst = new(difference, $"loss of step {step}");
        }
        return worst;
    }

    public void Dispose()
    {
        _managed.Dispose();
        _torch.Dispose();
        _collection.Dispose();
    }

    // A value that is no number is infinitely far from what it should be.
    private static double Relative(double expected, double actual, double scale)
    {
        double relative = Math.Abs(expected - actual) / scale;
        return double.IsNaN(relative) ? double.PositiveInfinity : relative;
    }

    private static double Relative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double scale = 0, worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected[i]));
            worst = Math.Max(worst, Math.Abs((double)expected[i] - actual[i]));
        }
        return worst == 0 ? 0 : scale > 0 && double.IsFinite(worst) ? worst / scale : double.PositiveInfinity;
    }

    private void ClearPadding(float[] outputs)
    {
        int row = _model.Options.Outputs;
        for (int i = 0; i < _batch.Count && !_model.Head.IsPooled; i++)
            outputs.AsSpan((i * _batch.Length + _batch.Lengths[i]) * row, (_batch.Length - _batch.Lengths[i]) * row).Clear();
    }
}
