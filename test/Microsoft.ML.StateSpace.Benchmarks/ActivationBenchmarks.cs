using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Benchmarks;

/// <summary>Do the own elementwise kernels earn their place beside MathF and TensorPrimitives?</summary>
public class ActivationBenchmarks
{
    private float[] _x = [], _dy = [], _y = [], _dx = [];

    [Params(100, 65536)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _x = Check.Random(Length, 1);
        _dy = Check.Random(Length, 2);
        _y = new float[Length];
        _dx = new float[Length];
        NaiveGelu();
        float[] naive = [.. _y];
        Gelu();
        Check.Close(naive, _y, 1e-6);
    }

    [Benchmark(Baseline = true)]
    public void NaiveGelu()
    {
        for (int i = 0; i < _x.Length; i++)
            _y[i] = 0.5f * _x[i] * (1 + MathF.Tanh(0.7978845608f * (_x[i] + 0.044715f * _x[i] * _x[i] * _x[i])));
    }

    [Benchmark]
    public void Gelu() => Activations.Gelu(_x, _y);

    [Benchmark]
    public void GeluBackward() => Activations.GeluBackward(_x, _dy, _dx);

    [Benchmark]
    public void Sigmoid() => Activations.Sigmoid(_x, _y);

    [Benchmark]
    public void TensorPrimitivesSigmoid() => TensorPrimitives.Sigmoid<float>(_x, _y);
}
