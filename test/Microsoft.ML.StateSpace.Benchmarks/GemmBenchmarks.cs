using BenchmarkDotNet.Attributes;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Benchmarks;

/// <summary>How fast are the three products of a linear layer, forward and for both gradients, compared with three plain loops?</summary>
public class GemmBenchmarks
{
    private int _rows, _inputs, _outputs;
    private float[] _input = [], _weights = [], _output = [], _weightGradient = [], _inputGradient = [];

    /// <summary>Rows (batch x length), inputs, outputs.</summary>
    [Params("16384x64x64", "16384x64x128", "8192x512x256", "4096x64x10", "1x64x64")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        int[] sizes = Array.ConvertAll(Shape.Split('x'), int.Parse);
        (_rows, _inputs, _outputs) = (sizes[0], sizes[1], sizes[2]);
        _input = Check.Random(_rows * _inputs, 1);
        _weights = Check.Random(_outputs * _inputs, 2);
        _output = new float[_rows * _outputs];
        _weightGradient = new float[_weights.Length];
        _inputGradient = new float[_input.Length];
        Naive();
        float[] naive = [.. _output];
        Forward();
        Check.Close(naive, _output, 1e-3);
    }

    [Benchmark(Baseline = true)]
    public void Naive()
    {
        for (int i = 0; i < _rows; i++)
        {
            for (int j = 0; j < _outputs; j++)
            {
                float sum = 0;
                for (int p = 0; p < _inputs; p++)
                    sum += _input[i * _inputs + p] * _weights[j * _inputs + p];
                _output[i * _outputs + j] = sum;
            }
        }
    }

    [Benchmark]
    public void Forward()
        => Gemm.Multiply(_rows, _outputs, _inputs, _input, _inputs, false, _weights, _inputs, true, _output, _outputs, accumulate: false);

    [Benchmark]
    public void InputGradient() => Gemm.Multiply(
        _rows, _inputs, _outputs, _output, _outputs, false, _weights, _inputs, false, _inputGradient, _inputs, accumulate: false);

    [Benchmark]
    public void WeightGradient() => Gemm.Multiply(
        _outputs, _inputs, _rows, _output, _outputs, true, _input, _inputs, false, _weightGradient, _inputs, accumulate: false);
}
