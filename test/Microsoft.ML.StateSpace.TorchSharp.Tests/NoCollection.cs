using System.Runtime;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>
/// Keeps the garbage collector from running until it is disposed, or until 64 MB have been allocated. TorchSharp's operators hand the
/// native code a temporary <c>Scalar</c> that nothing keeps alive (<c>Tensor.add(target, 1)</c>, TorchSharp pull request 1434). If another
/// thread, such as that of a test's report, sets off a collection at that moment, the finalizer frees the scalar while it is read. A loop
/// of thousands of small operations meets that now and then.
/// </summary>
internal sealed class NoCollection : IDisposable
{
    private const long Budget = 64 << 20;

    public NoCollection()
    {
        if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
            GC.TryStartNoGCRegion(Budget);
    }

    public void Dispose()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            GC.EndNoGCRegion();
    }
}
