using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.StateSpace.Analysis;

namespace Identify;

/// <summary>
/// The linear model that a control engineer begins with: ARX, <c>y_t = sum of a_i y_{t-i} + b_i u_{t-i}</c> over the last few steps, by
/// least squares, around the means of the records. It is one <see cref="LinearSystem"/>.
/// </summary>
internal sealed class LeastSquares
{
    private readonly double[] _inputMeans;
    private readonly double _outputMean;

    /// <summary>From inputs to the output, both without their means.</summary>
    public LinearSystem System { get; }

    public LeastSquares(IReadOnlyList<Recording> records, int order)
    {
        int inputs = records[0].Channels;
        _inputMeans = [.. Enumerable.Range(0, inputs).Select(i => records.SelectMany(r => r.Channel(i)).Average())];
        _outputMean = records.SelectMany(r => r.Output).Average();
        var rows = new List<double[]>();
        var targets = new List<double>();
        foreach (var record in records)
        {
            for (int t = order; t < record.Output.Length; t++)
            {
                rows.Add([.. Enumerable.Range(1, order).SelectMany(lag => Past(record, t - lag))]);
                targets.Add(record.Output[t] - _outputMean);
            }
        }
        var solution = Matrix<double>.Build.DenseOfRowArrays(rows).QR().Solve(Vector<double>.Build.DenseOfEnumerable(targets));
        // The observer form: the first state is the next output.
        double[,] a = new double[order, order], b = new double[order, inputs], c = new double[1, order];
        for (int lag = 0; lag < order; lag++)
        {
            a[lag, 0] = solution[lag * (inputs + 1)];
            if (lag + 1 < order)
                a[lag, lag + 1] = 1;
            for (int i = 0; i < inputs; i++)
                b[lag, i] = solution[lag * (inputs + 1) + 1 + i];
        }
        c[0, 0] = 1;
        System = new LinearSystem(a, b, c, new double[1, inputs]);
    }

    /// <summary>The output over a record, from the inputs alone.</summary>
    public float[] Simulate(Recording record)
    {
        var inputs = new double[record.Output.Length, record.Channels];
        for (int t = 0; t < record.Output.Length; t++)
            for (int i = 0; i < record.Channels; i++)
                inputs[t, i] = record.Input[t * record.Channels + i] - _inputMeans[i];
        double[,] outputs = System.Simulate(inputs);
        return [.. Enumerable.Range(0, record.Output.Length).Select(t => (float)(outputs[t, 0] + _outputMean))];
    }

    /// <summary>The largest gain of the system, with each input and the output in units of its standard deviation.</summary>
    public double StandardisedGain(IReadOnlyList<Recording> records)
    {
        double[,] b = (double[,])System.B.Clone(), c = (double[,])System.C.Clone();
        for (int i = 0; i < _inputMeans.Length; i++)
            for (int n = 0; n < System.Order; n++)
                b[n, i] *= Deviation(records.SelectMany(r => r.Channel(i)), _inputMeans[i]);
        c[0, 0] /= Deviation(records.SelectMany(r => r.Output), _outputMean);
        return GainAnalysis.HInfinityNorm(System with { B = b, C = c });
    }

    private IEnumerable<double> Past(Recording record, int t)
        => [record.Output[t] - _outputMean, .. _inputMeans.Select((mean, i) => record.Input[t * record.Channels + i] - mean)];

    private static double Deviation(IEnumerable<float> values, double mean)
        => Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
}
