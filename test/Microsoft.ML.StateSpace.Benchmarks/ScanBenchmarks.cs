using BenchmarkDotNet.Attributes;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Benchmarks;

/// <summary>What does a step of the complex recurrence cost, forward and backward, compared with one state after the other?</summary>
public class ScanBenchmarks
{
    private float[] _lambda = [], _rows = [], _x = [], _gradient = [];

    [Params(1024)]
    public int Length { get; set; }

    [Params(3, 16, 64, 128)]
    public int States { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _lambda = Check.Random(2 * States, 1);
        for (int i = 0; i < _lambda.Length; i++)
            _lambda[i] *= 0.5f;
        _gradient = new float[2 * States];
        float[] v = Check.Random(Length * 2 * States, 2);
        _rows = [.. v];
        Naive();
        _x = [.. v];
        ComplexScan.Forward(_lambda, _x, reverse: false);
        Check.Close(_rows, _x, 1e-4);
        // The kernels work in place and run again and again. Zeros stay zeros, so the numbers do not grow, and they take the same time.
        Array.Clear(_rows);
    }

    [Benchmark(Baseline = true)]
    public void Naive()
    {
        int width = 2 * States;
        for (int t = 1; t < Length; t++)
        {
            for (int n = 0; n < States; n++)
            {
                float re = _rows[(t - 1) * width + n], im = _rows[(t - 1) * width + States + n];
                _rows[t * width + n] += _lambda[n] * re - _lambda[States + n] * im;
                _rows[t * width + States + n] += _lambda[n] * im + _lambda[States + n] * re;
            }
        }
    }

    [Benchmark]
    public void Forward() => ComplexScan.Forward(_lambda, _rows, reverse: false);

    [Benchmark]
    public void Backward() => ComplexScan.Backward(_lambda, _x, _rows, _gradient, reverse: false);
}
