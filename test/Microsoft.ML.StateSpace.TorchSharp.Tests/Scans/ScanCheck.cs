using Microsoft.ML.StateSpace.Testing;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests.Scans;

/// <summary>A scan in float against a loop over time in double, whose gradients are those of autograd.</summary>
internal static class ScanCheck
{
    public static void Agrees(Func<Tensor[], Tensor> scan, Func<Tensor[], Tensor> loop, string what, params Tensor[] arguments)
    {
        using var collection = new NoCollection();
        using var scope = NewDisposeScope();
        var expected = Run(loop, [.. arguments.Select(a => a.to(a.is_complex() ? ScalarType.ComplexFloat64 : ScalarType.Float64))]);
        var actual = Run(scan, arguments);
        for (int i = 0; i < expected.Length; i++)
            actual[i].Should().BeNear(expected[i], i == 0 ? Tolerance.Forward : Tolerance.Gradient,
                i == 0 ? $"{what}: output" : $"{what}: gradient of argument {i}");
    }

    /// <summary>Uniform values on the CPU.</summary>
    public static Tensor Uniform(double low, double high, int seed, params long[] shape)
    {
        long count = shape.Aggregate(1L, (product, extent) => product * extent);
        return tensor(Draw.Uniform((int)count, low, high, seed), shape);
    }

    // The output, and the gradients of a weighted sum of it.
    private static double[][] Run(Func<Tensor[], Tensor> function, Tensor[] arguments)
    {
        Tensor[] leaves = [.. arguments.Select(a => a.detach().requires_grad_())];
        var output = Real(function(leaves));
        (output * Uniform(-1, 1, 99, output.shape).to(output.dtype)).sum().backward();
        return [Values(output), .. leaves.Select(leaf => Values(Real(leaf.grad!)))];
    }

    private static Tensor Real(Tensor values) => values.is_complex() ? values.view_as_real() : values;

    private static double[] Values(Tensor values) => values.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
