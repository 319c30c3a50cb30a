using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch;

/// <summary>Calls that must mean the same member in every version of TorchSharp.</summary>
internal static class Tensors
{
    /// <summary>
    /// Puts tensors behind one another: <c>cat</c> of a list. That of a span, which C# prefers for <c>[a, b]</c>, came with 0.106.
    /// </summary>
    public static Tensor Join(IList<Tensor> parts, long dimension) => cat(parts, dimension);
}
