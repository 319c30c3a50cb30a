namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>
/// Ridge regression of an output on the inputs of this step and of the steps before it: a finite impulse response,
/// <c>y(k) = c + sum over i in 0 .. n-1 of b(i) u(k - i)</c>, of scaled signals. The number of steps n and the penalty are chosen for each
/// output by its fit on the last quarter of the training record. Before a record its inputs count as held at their first value.
/// </summary>
internal sealed class RidgeOverLags : ISimulator
{
    private static readonly int[] Lags = [8, 16, 32, 64, 128, 256];
    private static readonly double[] Penalties = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];

    private readonly Scale[] _inputs;
    private readonly (Scale Scale, double[] Response, string Choice)[] _outputs;

    private RidgeOverLags(Scale[] inputs, (Scale, double[], string)[] outputs) => (_inputs, _outputs) = (inputs, outputs);

    public IReadOnlyList<string> Choices => [.. _outputs.Select(output => output.Choice)];

    public static RidgeOverLags Train(Recording record)
    {
        Scale[] inputScales = [.. record.Inputs.Select(Scale.Of)], outputScales = [.. record.Outputs.Select(Scale.Of)];
        var scaled = new Recording(
            [.. inputScales.Zip(record.Inputs, (scale, signal) => scale.Apply(signal))],
            [.. outputScales.Zip(record.Outputs, (scale, signal) => scale.Apply(signal))]);
        int held = scaled.Steps - scaled.Steps / 4, inputs = scaled.Inputs.Length;
        int[] lags = [.. Lags.Where(count => count <= Math.Max(Lags[0], held / 2))];
        var part = Regression(scaled, held, lags[^1]);
        var best = scaled.Outputs.Select(_ => (Fit: double.NegativeInfinity, Lags: 0, Penalty: 0.0)).ToArray();
        foreach (int count in lags)
            foreach (double penalty in Penalties)
            {
                var coefficients = part.Solve([.. Enumerable.Range(0, count * inputs)], penalty);
                for (int output = 0; output < best.Length; output++)
                {
                    double[] simulated = Respond(scaled.Inputs, coefficients.Column(output).ToArray());
                    double fit = Fit.Of(scaled.Outputs[output], simulated, held).Percent;
                    if (fit > best[output].Fit)
                        best[output] = (fit, count, penalty);
                }
            }
        var whole = Regression(scaled, scaled.Steps, lags[^1]);
        return new RidgeOverLags(inputScales, [.. best.Select((choice, output) => (
            outputScales[output],
            whole.Solve([.. Enumerable.Range(0, choice.Lags * inputs)], choice.Penalty).Column(output).ToArray(),
            FormattableString.Invariant($"{choice.Lags} steps, penalty {choice.Penalty}")))]);
    }

    public double[][] Simulate(Recording record)
    {
        double[][] scaled = [.. _inputs.Zip(record.Inputs, (scale, signal) => scale.Apply(signal))];
        return [.. _outputs.Select(output => output.Scale.Undo(Respond(scaled, output.Response)))];
    }

    // Column lag * inputs + input, so that the columns of fewer lags come first.
    private static LeastSquares Regression(Recording record, int steps, int lags)
    {
        int inputs = record.Inputs.Length, columns = lags * inputs;
        var regression = new LeastSquares(columns, record.Outputs.Length);
        var row = new double[columns + record.Outputs.Length];
        for (int step = 0; step < steps; step++)
        {
            for (int column = 0; column < columns; column++)
                row[column] = record.Inputs[column % inputs][Math.Max(step - column / inputs, 0)];
            for (int output = 0; output < record.Outputs.Length; output++)
                row[columns + output] = record.Outputs[output][step];
            regression.Add(row);
        }
        return regression;
    }

    // The constant stands behind the response.
    private static double[] Respond(double[][] inputs, double[] response)
    {
        var output = new double[inputs[0].Length];
        Array.Fill(output, response[^1]);
        for (int column = 0; column < response.Length - 1; column++)
        {
            double[] input = inputs[column % inputs.Length];
            int lag = column / inputs.Length;
            for (int step = 0; step < output.Length; step++)
                output[step] += response[column] * input[Math.Max(step - lag, 0)];
        }
        return output;
    }
}
