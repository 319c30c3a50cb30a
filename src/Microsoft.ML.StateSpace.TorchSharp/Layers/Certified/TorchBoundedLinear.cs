using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="BoundedLinear"/>: <c>y = gain W x</c>, where W is the contraction made of a free matrix.</summary>
internal sealed class TorchBoundedLinear(BoundedLinear linear) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var free = pass[linear.Weight].to(ScalarType.Float64);
        // The contraction is made of W or of its transpose, whichever has fewer columns, for it factors a matrix as large as the number of
        // columns.
        var w = linear.InputSize > linear.OutputSize
            ? new TorchContraction(free.transpose(0, 1)).Value.transpose(0, 1)
            : new TorchContraction(free).Value;
        var matrix = linear.Gain * w;
        foreach (var branch in linear.Budget?.Branches ?? [])
            matrix = matrix / TorchConvexBranch.Factor(pass, branch);
        return pass.Product(input, matrix.to(input.dtype), null);
    }
}
