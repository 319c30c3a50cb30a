using Microsoft.ML.StateSpace.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Models;

/// <summary>
/// The parameters of a model on a device. All values lie in one flat tensor, which the optimiser updates at once. For each parameter there
/// is a tensor that shares its part of that memory, is a leaf of the autograd graph, and is what the layers use.
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
            long[] shape = [.. parameter.Shape.Select(extent => (long)extent)];
            var leaf = Values.narrow(0, parameter.Offset, parameter.Length).view(shape).detach();
            leaf.requires_grad = parameter.Group != ParameterGroup.Fixed;
            _leaves.Add(parameter.Name, leaf.DetachFromDisposeScope());
        }
    }

    /// <summary>All values, in the order of the <see cref="ParameterSet"/>.</summary>
    public Tensor Values { get; }

    public Tensor this[Parameter parameter] => _leaves[parameter.Name];

    /// <summary>
    /// The gradient of all values in the order of <see cref="Values"/>. The gradients of the leaves are set to zero for the next backward
    /// pass.
    /// </summary>
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
