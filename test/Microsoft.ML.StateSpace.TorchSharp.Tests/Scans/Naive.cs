using Microsoft.ML.StateSpace.Testing;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests.Scans;

/// <summary>
/// A scan or kernel against the plain recurrence, step by step in double: values, and gradients by autograd through all steps.
/// </summary>
internal static class Naive
{
    /// <summary>Lengths around those of chunks, odd ones, and one that many chunks make.</summary>
    public static TheoryData<int> Lengths => [1, 2, 15, 16, 17, 33, 255, 1000];

    public static void Equal(Func<Tensor[], Tensor> naive, Func<Tensor[], Tensor> scan, double tolerance, params Tensor[] inputs)
    {
        Tensor[] exact = [.. inputs.Select(x => Leaf(Double(x)))], rounded = [.. inputs.Select(x => Leaf(x))];
        Tensor expected = naive(exact), actual = scan(rounded);
        Numbers(actual).Should().BeNear(Numbers(expected), tolerance, "value");
        var weights = rand(Real(expected).shape, dtype: ScalarType.Float64, generator: new Generator(5)) - 0.5;
        (Real(expected) * weights).sum().backward();
        (Real(actual).to(ScalarType.Float64) * weights).sum().backward();
        for (int i = 0; i < inputs.Length; i++)
            Gradient(rounded[i]).Should().BeNear(Gradient(exact[i]), tolerance, $"gradient of input {i}");
    }

    /// <summary>Complex numbers of that modulus, (count), complex128, phases all around.</summary>
    public static Tensor Poles(params double[] moduli)
        => polar(tensor(moduli), tensor(moduli.Select((_, i) => 0.1 + 2.3 * i).ToArray()));

    /// <summary>Uniform in [-1, 1), float32.</summary>
    public static Tensor Uniform(int seed, params long[] shape) => tensor(Draw.Uniform((int)shape.Aggregate((a, b) => a * b), seed), shape);

    public static Tensor ComplexUniform(int seed, params long[] shape) => complex(Uniform(seed, shape), Uniform(seed + 1, shape));

    /// <summary>States (batch, length, ...) of a recurrence from zero.</summary>
    public static Tensor Run(long length, Tensor start, Func<Tensor, long, Tensor> next)
    {
        var states = new Tensor[length];
        for (int t = 0; t < length; t++)
            states[t] = start = next(start, t);
        return stack(states, 1);
    }

    private static Tensor Leaf(Tensor values) => values.detach().clone().requires_grad_();

    // An input that nothing depends on has no gradient.
    private static double[] Gradient(Tensor leaf) => Numbers(leaf.grad ?? zeros_like(leaf));

    private static Tensor Double(Tensor x) => x.to(x.is_complex() ? ScalarType.ComplexFloat64 : ScalarType.Float64);

    private static Tensor Real(Tensor x) => x.is_complex() ? x.view_as_real() : x;

    private static double[] Numbers(Tensor x)
        => Real(x.detach().resolve_conj()).to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
