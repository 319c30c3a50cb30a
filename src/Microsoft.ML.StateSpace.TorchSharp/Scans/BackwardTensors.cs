using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// Keeps the gradients that scans hand to autograd, and frees them with the training step. Autograd uses them after the backward pass of a
/// scan has returned, so the scan cannot free them itself. Nor can a dispose scope: scopes belong to a thread, and on a GPU libtorch runs
/// the backward pass on a thread of its own, on which no scope is open. What is left there is freed only when the garbage collector comes
/// by, which sees small objects and not the memory of the GPU behind them.
/// </summary>
internal sealed class BackwardTensors : IDisposable
{
    [ThreadStatic]
    private static BackwardTensors? _current;

    private readonly BackwardTensors? _outer = _current;
    private readonly List<Tensor> _tensors = [];

    /// <summary>From here on the scans of this thread keep their gradients here, until this is disposed.</summary>
    public BackwardTensors() => _current = this;

    /// <summary>That of the training step which this thread is in; <see langword="null"/> outside of any.</summary>
    public static BackwardTensors? Current => _current;

    /// <summary>Takes a tensor over from the dispose scope that it is in; may be called from any thread.</summary>
    public void Keep(Tensor tensor)
    {
        tensor.DetachFromDisposeScope();
        lock (_tensors)
            _tensors.Add(tensor);
    }

    /// <summary>Frees all tensors. Must be called on the thread that made this object, when the backward pass is over.</summary>
    public void Dispose()
    {
        _current = _outer;
        foreach (var tensor in _tensors)
            tensor.Dispose();
        _tensors.Clear();
    }
}
