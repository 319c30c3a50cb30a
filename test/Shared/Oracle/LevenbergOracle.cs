namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>
/// Levenberg-Marquardt in double on the smallest model: one complex state, <c>x_t = lambda x_{t-1} + b u_t</c>,
/// <c>y_t = Re(c x_t) + d u_t</c>, with the parameters (Re lambda, Im lambda, Re b, Im b, Re c, Im c, d) and
/// <c>J = sum (y - y*)^2 / 2</c>.
/// </summary>
internal sealed class LevenbergOracle(double[] inputs, double[] targets)
{
    /// <summary>The errors y - y*.</summary>
    public double[] Errors(double[] theta)
    {
        var (x, errors) = ((Re: 0.0, Im: 0.0), new double[inputs.Length]);
        for (int t = 0; t < inputs.Length; t++)
        {
            x = (theta[0] * x.Re - theta[1] * x.Im + theta[2] * inputs[t], theta[0] * x.Im + theta[1] * x.Re + theta[3] * inputs[t]);
            errors[t] = theta[4] * x.Re - theta[5] * x.Im + theta[6] * inputs[t] - targets[t];
        }
        return errors;
    }

    public double Objective(double[] theta) => 0.5 * Errors(theta).Sum(e => e * e);

    /// <summary>
    /// The derivative of the errors, (T, 7), by the filters <c>v_t = lambda v_{t-1} + x_{t-1}</c> and <c>w_t = lambda w_{t-1} + u_t</c>.
    /// </summary>
    public double[][] Jacobian(double[] theta)
    {
        System.Numerics.Complex lambda = new(theta[0], theta[1]), b = new(theta[2], theta[3]), c = new(theta[4], theta[5]);
        System.Numerics.Complex x = 0, v = 0, w = 0;
        return [.. inputs.Select(u =>
        {
            v = lambda * v + x;
            w = lambda * w + u;
            x = lambda * x + b * u;
            return new[]
            {
                (c * v).Real * 1.0, -(c * v).Imaginary, (c * w).Real, -(c * w).Imaginary, x.Real, -x.Imaginary, u,
            };
        })];
    }

    /// <summary>A step: <c>(R'R + mu diag((R'R)_ii + 1e-9)) d = -R'e</c>, by Gauss's elimination.</summary>
    public double[] Step(double[] theta, double mu)
    {
        double[][] r = Jacobian(theta);
        double[] e = Errors(theta);
        int size = theta.Length;
        var rows = Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Select(j => r.Sum(row => row[i] * row[j]))
            .Append(-r.Zip(e, (row, error) => row[i] * error).Sum()).ToArray()).ToArray();
        for (int i = 0; i < size; i++)
            rows[i][i] += mu * (rows[i][i] + 1e-9);
        for (int k = 0; k < size; k++)
        {
            for (int i = 0; i < size; i++)
            {
                double factor = i == k ? 0 : rows[i][k] / rows[k][k];
                for (int j = k; j <= size && factor != 0; j++)
                    rows[i][j] -= factor * rows[k][j];
            }
        }
        return [.. rows.Select((row, i) => row[size] / row[i])];
    }
}
