// Mirrors TorchSharp.Modules.Parameter, which takes over the tensor it is made of.
namespace TorchSharp.Modules;

public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(TakeHandle(data)) => this.requires_grad = requires_grad;
}
