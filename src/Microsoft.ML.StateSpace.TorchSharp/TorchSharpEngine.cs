using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Torch.Training;
using Microsoft.ML.StateSpace.Training;
using TorchSharp;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Trains on TorchSharp, with the losses, the schedule and the initial parameters of the managed engine. The application brings the native
/// library: one of the packages <c>TorchSharp-cpu</c>, <c>TorchSharp-cuda-linux</c>, <c>TorchSharp-cuda-windows</c>. See
/// <c>docs/gpu.md</c>.
/// </summary>
public sealed class TorchSharpEngine : TrainingEngine, IEngineFactory
{
    private readonly DeviceType _type;
    private readonly int _index;
    private readonly bool _fallBackToCpu;
    private readonly TorchSharpPrecision _precision;

    private TorchSharpEngine(DeviceType type, int index, bool fallBackToCpu, TorchSharpPrecision precision)
        => (_type, _index, _fallBackToCpu, _precision) = (type, index, fallBackToCpu, precision);

    /// <summary>TorchSharp on the CPU.</summary>
    public static TorchSharpEngine Cpu() => new(DeviceType.CPU, 0, false, TorchSharpPrecision.Float32);

    /// <summary>TorchSharp on an NVIDIA GPU: <c>TorchSharpEngine.Cuda(mlContext.GpuDeviceId, mlContext.FallbackToCpu)</c>.</summary>
    /// <param name="deviceId">Number of the GPU, from 0; <see langword="null"/> is the first. Default: <see langword="null"/>.</param>
    /// <param name="fallbackToCpu">Whether to train on the CPU where that GPU is not to be had. Default: <see langword="false"/>, which
    /// makes that an error.</param>
    /// <param name="precision">Of matrix products. Default: <see cref="TorchSharpPrecision.Float32"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviceId"/> is negative, or <paramref name="precision"/> is
    /// none.</exception>
    public static TorchSharpEngine Cuda(
        int? deviceId = null, bool fallbackToCpu = false, TorchSharpPrecision precision = TorchSharpPrecision.Float32)
    {
        if (!Enum.IsDefined(precision))
        {
            string names = string.Join(", ", Enum.GetNames<TorchSharpPrecision>());
            throw new ArgumentOutOfRangeException(nameof(precision), precision, $"precision must be one of {names}.");
        }
        if (deviceId is int id)
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(deviceId));
        return new(DeviceType.CUDA, deviceId ?? 0, fallbackToCpu, precision);
    }

    /// <inheritdoc/>
    public override string ToString()
        => _type == DeviceType.CPU ? "TorchSharp on cpu" : $"TorchSharp on cuda:{_index}{(_fallBackToCpu ? ", or else cpu" : "")}";

    ISequenceEngine IEngineFactory.Create(SequenceNetwork model, ParameterSet parameters, TrainingOptions options)
        => new TorchEngine(model, parameters, options, TorchDevice.Find(_type, _index, _fallBackToCpu), _precision);
}
