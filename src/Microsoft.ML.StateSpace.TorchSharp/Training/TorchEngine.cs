using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Training;

/// <summary>
/// A model in training on TorchSharp. Autograd makes the gradient, and all tensors are on one device. Those that a step makes are freed
/// when it ends.
/// </summary>
internal sealed class TorchEngine : ISequenceEngine
{
    private readonly TorchModel _model;
    private readonly TorchParameters _parameters;
    private readonly TorchAdamW _optimizer;
    private readonly TorchLoss _loss;
    private readonly Device _device;
    private readonly TorchSharpPrecision _precision;
    private readonly CancellationToken _cancellation;
    private readonly TensorFloat32Setting? _setting;
    private readonly SequenceBatch? _apart; // the sequences of a batch of pairs

    public TorchEngine(
        SequenceNetwork model, ParameterSet parameters, TrainingOptions options, Device device,
        TorchSharpPrecision precision = TorchSharpPrecision.Float32)
    {
        (_device, _precision, _cancellation) = (device, precision, options.Cancellation);
        if (device.type == DeviceType.CUDA)
            _setting = new TensorFloat32Setting(isAllowed: precision == TorchSharpPrecision.TensorFloat32);
        _model = new TorchModel(model, parameters);
        _parameters = new TorchParameters(parameters, device);
        _optimizer = new TorchAdamW(parameters.Parameters, options, device);
        _loss = new TorchLoss(model, options);
        if (model.Options.HasPairs)
            _apart = new SequenceBatch(model.Options.Inputs, model.Head.Targets);
    }

    /// <summary>
    /// Runs the backward pass of a loss, and returns when it is done. A test lets another thread run it, as libtorch does on a GPU.
    /// </summary>
    internal Action<Tensor> RunBackward { get; init; } = loss => loss.backward();

    public double TrainBatch(SequenceBatch batch, double learningRate, ulong dropoutKey)
    {
        using var scope = NewDisposeScope();
        using var gradients = new BackwardTensors();
        _cancellation.ThrowIfCancellationRequested();
        var loss = Loss(batch, dropoutKey);
        _cancellation.ThrowIfCancellationRequested();
        RunBackward(loss);
        _cancellation.ThrowIfCancellationRequested();
        _optimizer.Step(_parameters.Values, _parameters.TakeGradient(), learningRate);
        return loss.item<float>();
    }

    /// <summary>The mean loss of a batch, and its gradient in the order of the parameters.</summary>
    public double Gradient(SequenceBatch batch, ulong dropoutKey, Span<float> gradient)
    {
        using var scope = NewDisposeScope();
        using var gradients = new BackwardTensors();
        var loss = Loss(batch, dropoutKey);
        RunBackward(loss);
        _parameters.TakeGradient().cpu().data<float>().CopyTo(gradient);
        return loss.item<float>();
    }

    public void Predict(SequenceBatch batch, Span<float> outputs)
    {
        _cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Outputs(batch, dropoutKey: 0).Outputs.cpu().contiguous().data<float>().CopyTo(outputs);
    }

    public void Export(ParameterSet destination)
    {
        using var scope = NewDisposeScope();
        _parameters.Values.cpu().data<float>().CopyTo(destination.Values);
    }

    public void Save(EngineState state)
    {
        using var scope = NewDisposeScope();
        _parameters.Values.cpu().data<float>().CopyTo(state.Values);
        _optimizer.Save(state);
    }

    public void Load(EngineState state)
    {
        using var scope = NewDisposeScope();
        _parameters.Values.copy_(tensor(state.Values, device: _device));
        _optimizer.Load(state);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
        _setting?.Dispose();
    }

    private Tensor Loss(SequenceBatch batch, ulong dropoutKey)
    {
        var (pass, outputs) = Outputs(batch, dropoutKey);
        return _loss.Of(pass, batch, outputs);
    }

    private (TorchPass Pass, Tensor Outputs) Outputs(SequenceBatch batch, ulong dropoutKey)
    {
        _apart?.FillApart(batch);
        var sequences = _apart ?? batch;
        var pass = new TorchPass(_parameters, sequences, dropoutKey, _device, _precision);
        return (pass, _model.Forward(pass, sequences));
    }
}
