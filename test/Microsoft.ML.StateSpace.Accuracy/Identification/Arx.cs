namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>
/// The linear ARX model (Ljung, System Identification, 1999, section 4.2) of each output,
/// <c>y(k) = c + sum over i in 1 .. na of a(i) y(k - i) + sum over i in 0 .. nb of b(i) u(k - i)</c>, of scaled signals: fitted by least
/// squares to the next step, used in free run, where y on the right is what it has simulated itself. The orders are chosen for each output
/// by the fit of the free run on the last quarter of the training record. A run starts from the first na outputs as they were measured,
/// which the other models are not told; before a record its inputs count as held at their first value.
/// </summary>
internal sealed class Arx : ISimulator
{
    private static readonly int[] Orders = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30];

    // Keeps columns apart that are equal, such as those of an input that does not vary; too small to be seen elsewhere.
    private const double Penalty = 1e-12;

    /// <summary>The largest order, and so the most outputs that a run is told.</summary>
    public static int MostOrder => Orders[^1];

    private readonly Scale[] _inputs;
    private readonly (Scale Scale, Equation Equation)[] _outputs;

    private Arx(Scale[] inputs, (Scale, Equation)[] outputs) => (_inputs, _outputs) = (inputs, outputs);

    public IReadOnlyList<string> Choices => [.. _outputs.Select(output => $"na {output.Equation.A.Length}, nb {output.Equation.Nb}")];

    public static Arx Train(Recording record)
    {
        Scale[] inputScales = [.. record.Inputs.Select(Scale.Of)];
        double[][] inputs = [.. inputScales.Zip(record.Inputs, (scale, signal) => scale.Apply(signal))];
        return new Arx(inputScales, [.. record.Outputs.Select(output =>
        {
            var scale = Scale.Of(output);
            return (scale, Choose(inputs, scale.Apply(output)));
        })]);
    }

    public double[][] Simulate(Recording record) => Run(record, isFree: true);

    public double[][] Predict(Recording record) => Run(record, isFree: false);

    private double[][] Run(Recording record, bool isFree)
    {
        double[][] inputs = [.. _inputs.Zip(record.Inputs, (scale, signal) => scale.Apply(signal))];
        return [.. _outputs.Zip(record.Outputs, (output, measured)
            => output.Scale.Undo(output.Equation.Run(inputs, output.Scale.Apply(measured), isFree)))];
    }

    private static Equation Choose(double[][] inputs, double[] output)
    {
        int held = output.Length - output.Length / 4;
        int[] orders = [.. Orders.Where(order => order == 1 || order * (inputs.Length + 1) <= held / 4)];
        var part = Regression(inputs, output, held, orders[^1]);
        (double Fit, int Na, int Nb) best = (double.NegativeInfinity, orders[0], orders[0]);
        foreach (int na in orders)
            foreach (int nb in orders)
            {
                // A free run that has burst has a fit of minus infinity or none, and is not better than any.
                double fit = Fit.Of(output, Solve(part, inputs.Length, orders[^1], na, nb).Run(inputs, output), held).Percent;
                if (fit > best.Fit)
                    best = (fit, na, nb);
            }
        return Solve(Regression(inputs, output, output.Length, orders[^1]), inputs.Length, orders[^1], best.Na, best.Nb);
    }

    // The columns: y(k - 1) .. y(k - most), then all inputs at k, all at k - 1, and so on.
    private static LeastSquares Regression(double[][] inputs, double[] output, int steps, int most)
    {
        int columns = most + (most + 1) * inputs.Length;
        var regression = new LeastSquares(columns, targets: 1);
        var row = new double[columns + 1];
        for (int step = most; step < steps; step++)
        {
            for (int i = 0; i < most; i++)
                row[i] = output[step - 1 - i];
            for (int i = 0; i < (most + 1) * inputs.Length; i++)
                row[most + i] = inputs[i % inputs.Length][step - i / inputs.Length];
            row[columns] = output[step];
            regression.Add(row);
        }
        return regression;
    }

    private static Equation Solve(LeastSquares regression, int inputs, int most, int na, int nb)
    {
        int[] columns = [.. Enumerable.Range(0, na), .. Enumerable.Range(most, (nb + 1) * inputs)];
        double[] coefficients = regression.Solve(columns, Penalty).Column(0).ToArray();
        return new Equation(coefficients[..na], coefficients[na..^1], coefficients[^1], nb);
    }

    /// <param name="A">Of the outputs before, the last first.</param>
    /// <param name="B">Of the inputs, (nb + 1, inputs), those of this step first.</param>
    /// <param name="Constant">The constant.</param>
    /// <param name="Nb">The order of the inputs.</param>
    private sealed record Equation(double[] A, double[] B, double Constant, int Nb)
    {
        /// <summary>
        /// The run from a known start: as many outputs as the order asks for. Behind them it reads its own outputs, or those that were
        /// measured.
        /// </summary>
        public double[] Run(double[][] inputs, double[] measured, bool isFree = true)
        {
            var output = new double[inputs[0].Length];
            Array.Copy(measured, output, Math.Min(A.Length, output.Length));
            for (int step = A.Length; step < output.Length; step++)
            {
                double sum = Constant;
                for (int i = 0; i < A.Length; i++)
                    sum += A[i] * (isFree ? output : measured)[step - 1 - i];
                for (int i = 0; i < B.Length; i++)
                    sum += B[i] * inputs[i % inputs.Length][Math.Max(step - i / inputs.Length, 0)];
                output[step] = sum;
            }
            return output;
        }
    }
}
