using Microsoft.ML.StateSpace.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Models;

/// <summary>
/// The parameters of a model on a device: one flat tensor, and leaves of the autograd graph that share its memory, one a parameter. So the optimiser
/// updates everything at once, and every layer finds its own.
/// </summary>
internal sealed class TorchParameters : IDisposable
{
    private readonly Dictionary<string, Tensor> _leaves = [];
    private readonly IReadOnlyList<Parameter> _parameters;

    public TorchParameters(ParameterSet parameters, Device device)
    {
        _parameters = parameters.Parameters;
        Values = tensor(parameters.Values.ToArray(), device: device).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        foreach (var parameter in _parameters)
        {
            var leaf = Values.narrow(0, parameter.Offset, parameter.Length).view([.. parameter.Shape.Select(extent => (long)extent)]).detach();
            leaf.requires_grad = parameter.Group != ParameterGroup.Fixed;
            _leaves.Add(parameter.Name, leaf.DetachFromDisposeScope());
        }
    }

    /// <summary>All values, in the order of the <see cref="ParameterSet"/>.</summary>
    public Tensor Values { get; }

    public Tensor this[Parameter parameter] => _leaves[parameter.Name];

    /// <summary>The gradient of all values, as flat as they are; the next backward pass begins anew.</summary>
    public Tensor TakeGradient()
    {
        var parts = new List<Tensor>(_parameters.Count);
        foreach (var parameter in _parameters)
        {
            var leaf = this[parameter];
            var gradient = leaf.grad;
            parts.Add(gradient is null ? zeros(parameter.Length, device: Values.device) : gradient.reshape(-1));
        }
        var flat = Tensors.Join(parts, 0);
        foreach (var leaf in _leaves.Values)
            leaf.grad?.zero_();
        return flat;
    }

    public void Dispose()
    {
        foreach (var leaf in _leaves.Values)
            leaf.Dispose();
        Values.Dispose();
    }
}
