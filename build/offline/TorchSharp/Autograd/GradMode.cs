// Stands for TorchSharp's AutoGradMode: whether this thread records what it computes, until disposed.
namespace TorchSharp;

internal sealed class GradMode : IDisposable
{
    private readonly int _before = Native.ot_grad_enabled();

    internal GradMode(bool enabled) => Native.ot_set_grad_enabled(enabled ? 1 : 0);

    public void Dispose() => Native.ot_set_grad_enabled(_before);
}
