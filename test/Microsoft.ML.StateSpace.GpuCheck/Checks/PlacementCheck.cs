using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using Microsoft.ML.StateSpace.Torch.Tests;
using Microsoft.ML.StateSpace.Torch.Training;
using Microsoft.ML.StateSpace.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.GpuCheck.Checks;

/// <summary>Whether tensors are where they should be, and whether a device that is not there is refused or replaced.</summary>
internal static class PlacementCheck
{
    private const double MostDifference = 0.01; // of two trainings, as in the tests of the engine

    private static readonly string[] Cases =
        ["S5, tokens", "S5, irregular", "S4D, convolution", "SSD, Mamba-2 block, two-way", "L2RU, square, sequence to sequence"];

    public static void Run(Session session)
    {
        session.Report.Title($"Placement on {session.Device}");
        foreach (string name in Cases)
            session.Check("placement", name, () => Step(session.Device, name));
        session.Check("placement", "a device that is not there", () => Refusal(session.IsCuda));
        session.Check("placement", "Trainer with TrainingOptions.Engine", () => Train(session.IsCuda));
    }

    /// <summary>Makes one step by hand and looks where its tensors are.</summary>
    private static Finding Step(Device device, string name)
    {
        var (model, parameters, batch) = EnginePair.Create(ModelCases.Options(name));
        using var scope = NewDisposeScope();
        using var gradients = new BackwardTensors();
        using var values = new TorchParameters(parameters, device);
        var pass = new TorchPass(values, batch, dropoutKey: 1, device);
        var outputs = new TorchModel(model, parameters).Forward(pass, batch);
        var loss = new TorchLoss(model, new TrainingOptions()).Of(pass, batch, outputs);
        loss.backward();
        List<(string Name, Tensor Tensor)> tensors =
        [
            ("all values", values.Values), ("lengths", pass.Lengths), ("an uploaded batch", pass.Upload([1, 2], 2)), ("outputs", outputs),
            ("loss", loss), ("gradient", values.TakeGradient()),
            .. parameters.Parameters.Select(parameter => (parameter.Name, values[parameter])),
        ];
        string[] elsewhere = [.. tensors.Where(t => !IsOn(device, t.Tensor)).Select(t => $"{t.Name} on {t.Tensor.device}")];
        string text = elsewhere.Length > 0 ? string.Join(", ", elsewhere)
            : $"{tensors.Count} tensors (parameters, batch, outputs, loss, gradient) are on {device}";
        return new Finding(elsewhere.Length == 0, text, ("tensors", tensors.Count), ("elsewhere", elsewhere.Length));
    }

    private static bool IsOn(Device device, Tensor tensor)
        => tensor.device_type == device.type && (device.type == DeviceType.CPU || tensor.device_index == device.index);

    private static Finding Refusal(bool isCuda)
    {
        int index = isCuda ? cuda.device_count() : 0;
        if (TorchDevice.Find(DeviceType.CUDA, index, fallBackToCpu: true).type != DeviceType.CPU)
            return new Finding(false, $"cuda:{index} should have been replaced by the CPU");
        try
        {
            TorchDevice.Find(DeviceType.CUDA, index, fallBackToCpu: false);
            return new Finding(false, $"cuda:{index} should have been refused");
        }
        catch (InvalidOperationException error)
        {
            string reason = error.Message[..Math.Min(60, error.Message.Length)];
            return new Finding(true, $"replaced by the CPU where that is allowed, else refused: {reason}...");
        }
    }

    private static Finding Train(bool isCuda)
    {
        var engine = isCuda ? TorchSharpEngine.Cuda() : TorchSharpEngine.Cpu();
        var managed = Trainer.Fit(SmallTask.Model, SmallTask.Training, SmallTask.Data());
        var trained = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Engine = engine }, SmallTask.Data());
        double expected = SmallTask.Score(managed, SmallTask.Data(seed: 2)).Loss;
        double actual = SmallTask.Score(trained, SmallTask.Data(seed: 2)).Loss;
        return new Finding(
            Math.Abs(expected - actual) <= MostDifference, $"{engine}: loss on new data {actual:F4}, of the managed engine {expected:F4}",
            ("loss", actual), ("managed", expected));
    }
}
