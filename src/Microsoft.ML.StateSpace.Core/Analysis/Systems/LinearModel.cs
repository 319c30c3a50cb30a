namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// A linear system around an operating point: <c>x_{t+1} = A x_t + B (u_t - InputOffset)</c>,
/// <c>y_t = OutputOffset + C x_t + D (u_t - InputOffset)</c>, with x before the first step given. Poles, zeros, gain and responses are
/// those of <see cref="System"/>, in the units of the columns.
/// </summary>
/// <param name="System">(A, B, C, D), from the columns of the inputs to those of the targets, in their units.</param>
/// <param name="InputOffset">The inputs of the operating point, (inputs); of a trained model the means of its training records.</param>
/// <param name="OutputOffset">What the outputs settle to where the inputs stay there, (outputs).</param>
/// <param name="InitialState">x before the first step, (states): zero where a record begins settled at the operating point.</param>
public sealed record LinearModel(
    LinearSystem System, IReadOnlyList<double> InputOffset, IReadOnlyList<double> OutputOffset, IReadOnlyList<double> InitialState)
{
    /// <summary>The outputs for a record of inputs, both in the units of the columns.</summary>
    /// <param name="inputs">The record, (steps, inputs).</param>
    /// <returns>The outputs, (steps, outputs).</returns>
    /// <exception cref="ArgumentException">A shape, of the record or of this, does not fit the system.</exception>
    public double[,] Simulate(double[,] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.GetLength(1) != System.Inputs || InputOffset.Count != System.Inputs || OutputOffset.Count != System.Outputs)
            throw new ArgumentException(
                $"The record must be (steps, {System.Inputs}), and the offsets have a value for each of the {System.Inputs} inputs and "
                + $"{System.Outputs} outputs of the system, but the record is ({inputs.GetLength(0)}, {inputs.GetLength(1)}), and the "
                + $"offsets have {InputOffset.Count} and {OutputOffset.Count}.");
        var around = (double[,])inputs.Clone();
        Add(around, InputOffset, -1);
        var outputs = System.Simulate(around, InitialState);
        Add(outputs, OutputOffset, 1);
        return outputs;
    }

    private static void Add(double[,] rows, IReadOnlyList<double> offset, double sign)
    {
        for (int t = 0; t < rows.GetLength(0); t++)
            for (int i = 0; i < offset.Count; i++)
                rows[t, i] += sign * offset[i];
    }
}
