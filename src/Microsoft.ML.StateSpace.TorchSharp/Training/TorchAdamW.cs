using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Training;

/// <summary>
/// The AdamW of the managed engine, over the same flat buffer: every value has a factor of the learning rate and a weight decay of its own.
/// Moments are kept and gradients are clipped on the device, and nothing is read back from it, so it need not be waited for.
/// </summary>
internal sealed class TorchAdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly Tensor _rates;
    private readonly Tensor _decays;
    private readonly Tensor _first;
    private readonly Tensor _second;
    private readonly double _clip;
    private int _step;

    public TorchAdamW(IReadOnlyList<Parameter> parameters, TrainingOptions options, Device device)
    {
        int length = parameters.Sum(p => p.Length);
        float[] rates = new float[length], decays = new float[length];
        foreach (var parameter in parameters)
        {
            double rate = parameter.Group switch
            {
                ParameterGroup.StateSpace => options.StateSpaceRateFactor,
                ParameterGroup.Fixed => 0,
                _ => 1,
            };
            parameter.Of(rates.AsSpan()).Fill((float)rate);
            parameter.Of(decays.AsSpan()).Fill(parameter.Group == ParameterGroup.Decayed ? (float)options.WeightDecay : 0);
        }
        _rates = tensor(rates, device: device).DetachFromDisposeScope();
        _decays = tensor(decays, device: device).DetachFromDisposeScope();
        _first = zeros(length, device: device).DetachFromDisposeScope();
        _second = zeros(length, device: device).DetachFromDisposeScope();
        _clip = options.GradientClip;
    }

    /// <summary>One update of the flat values, from their flat gradient.</summary>
    public void Step(Tensor values, Tensor gradient, double rate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _step++;
        double correction1 = 1 - Math.Pow(Beta1, _step), correction2 = 1 - Math.Pow(Beta2, _step);
        var norm = gradient.square().sum().sqrt();
        var g = gradient * (_clip / norm.clamp_min(_clip));
        _first.mul_(Beta1).add_(g, alpha: 1 - Beta1);
        _second.mul_(Beta2).addcmul_(g, g, 1 - Beta2);
        // p -= rate (m / correction1 / (sqrt(v / correction2) + epsilon) + decay p)
        var root = (_second / correction2).sqrt_().add_(Epsilon);
        var change = (_first / correction1).div_(root).addcmul_(_decays, values, 1);
        values.addcmul_(change, _rates, -rate);
    }

    /// <summary>Copies the moments and the count of steps.</summary>
    public void Save(EngineState state)
    {
        _first.cpu().data<float>().CopyTo(state.First);
        _second.cpu().data<float>().CopyTo(state.Second);
        state.Steps = _step;
    }

    /// <summary>Goes on from these moments.</summary>
    public void Load(EngineState state)
    {
        _first.copy_(tensor(state.First, device: _first.device));
        _second.copy_(tensor(state.Second, device: _second.device));
        _step = state.Steps;
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[_rates, _decays, _first, _second])
            tensor.Dispose();
    }
}
