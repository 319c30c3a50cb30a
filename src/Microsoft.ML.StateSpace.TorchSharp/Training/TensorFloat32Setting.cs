using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Training;

/// <summary>
/// Whether libtorch may round the factors of float32 products on a GPU to the 10 bits of TensorFloat32. It has two switches, both of the
/// whole process: one for matrix products, which is off until somebody turns it on, and one for the convolutions of cuDNN, which is on. So
/// the second must be turned off where float32 is meant. What they were before comes back when this is disposed.
/// </summary>
internal sealed class TensorFloat32Setting : IDisposable
{
    private readonly bool _products = backends.cuda.matmul.allow_tf32;
    private readonly bool _convolutions = backends.cudnn.allow_tf32;

    public TensorFloat32Setting(bool isAllowed) => Set(isAllowed, isAllowed);

    public void Dispose() => Set(_products, _convolutions);

    private static void Set(bool products, bool convolutions)
    {
        backends.cuda.matmul.allow_tf32 = products;
        backends.cudnn.allow_tf32 = convolutions;
    }
}
