using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The features per time step of a bank, and their read-out, straight from their recurrences.</summary>
internal static class StepBankOracle
{
    /// <summary>
    /// <c>x_t = lambda x_{t-1} + B u_t</c>, of which the real part is the answer; before the first row a share of the steady state of a row
    /// that is held. With intervals the parameters are zeta and W, and u is held over the interval dt in
    /// <c>dx/dt = zeta (x + W u)</c>, whose solution is <c>x_t = exp(zeta dt) (x_{t-1} + W u_t) - W u_t</c>. The first of the answers is
    /// that to the state before.
    /// </summary>
    private static double[][] Filters(OracleParameters p, double[][] u, double[]? intervals, double share, double[] held)
    {
        double[] poles = p["Poles"], matrix = p["InputMatrix"];
        int count = poles.Length / 2, inputs = matrix.Length / poles.Length;
        Complex Pole(int n) => new(poles[n], poles[count + n]);
        Complex Driven(int n, double[] row)
        {
            var sum = Complex.Zero;
            for (int c = 0; c < inputs; c++)
                sum += new Complex(matrix[n * inputs + c], matrix[(count + n) * inputs + c]) * row[c];
            return sum;
        }
        Complex Steady(int n) => intervals is null ? Driven(n, held) / (1 - Pole(n)) : -Driven(n, held);
        Complex[] state = [.. Enumerable.Range(0, count).Select(n => share * Steady(n))];
        double[] before = Array.ConvertAll(state, value => value.Real);
        return [before, .. u.Select((row, t) =>
        {
            for (int n = 0; n < count; n++)
                state[n] = intervals is null ? Pole(n) * state[n] + Driven(n, row)
                    : Complex.Exp(Pole(n) * intervals[t]) * (state[n] + Driven(n, row)) - Driven(n, row);
            return Array.ConvertAll(state, value => value.Real);
        })];
    }

    /// <summary>Inputs, filters of them, mixtures of both, filters of the mixtures; from the end they run on reversed rows.</summary>
    public static double[][] Features(OracleParameters p, double[][] u, double[]? intervals)
    {
        double share = p["Start"][0];
        double[]? back = intervals is null ? null : [1, .. intervals[1..].Reverse()];
        double[][] Ahead(string name, double[][] rows, double[] held)
            => p.Has($"{name}.Poles") ? Filters(p.Scope(name), rows, intervals, share, held) : Empty(rows);
        double[][] Back(string name, double[][] rows, double[] held)
        {
            if (!p.Has($"{name}.Poles"))
                return Empty(rows);
            double[][] answers = Filters(p.Scope(name), [.. rows.Reverse()], back, share, held);
            return [answers[0], .. answers[1..].Reverse()];
        }
        double[][] ahead = Ahead("Inputs", u, u[0]), behind = Back("InputsFromEnd", u, u[^1]);
        double[][] linear = Join(u, Join(ahead[1..], behind[1..]));
        if (!p.Has("MixtureWeight"))
            return linear;
        double[] Mixed(double[] row)
            => [.. Rows.Multiply(p["MixtureWeight"], row).Zip(p["MixtureBias"], (sum, bias) => Math.Tanh(sum + bias))];
        // A row that is held for ever has the same steady state from both ends.
        double[] Held(double[] row) => Mixed([.. row, .. Ahead("Inputs", [row], row)[0], .. Back("InputsFromEnd", [row], row)[0]]);
        double[][] mixtures = Array.ConvertAll(linear, Mixed);
        double[][] mixedAhead = Ahead("Mixed", mixtures, Held(u[0])), mixedBehind = Back("MixedFromEnd", mixtures, Held(u[^1]));
        return Join(Join(linear, mixtures), Join(mixedAhead[1..], mixedBehind[1..]));
    }

    /// <summary>The read-out of all banks.</summary>
    public static double[][] Answers(OracleParameters p, double[][] u, int banks, double[]? intervals = null)
    {
        double[][] features = Features(p.Scope("Banks.0"), u, intervals);
        for (int i = 1; i < banks; i++)
            features = Join(features, Features(p.Scope($"Banks.{i}"), u, intervals));
        double[][] answers
            = [.. features.Select(row => Rows.Multiply(p["ReadOut"], row).Zip(p["Bias"], (sum, bias) => sum + bias).ToArray())];
        if (!p.Has("Share"))
            return answers;
        double[] share = p["Share"];
        double[][] feedback = Feedback(p.Scope("Feedback"), p.Scope("Banks.0")["Start"][0], u);
        return [.. answers.Zip(feedback, (row, more) => row.Select((y, j) => y + share[j] * more[j]).ToArray())];
    }

    /// <summary>
    /// <c>y_t = c + sum of B_i u_{t-i} + sum of D_j phi(u_{t-j}, y_{t-j})</c>, y held within the bound in phi. Before the first row, a
    /// share of that row was there for ever, and for half as many steps as there are lags its answers have acted back.
    /// </summary>
    private static double[][] Feedback(OracleParameters p, double start, double[][] u)
    {
        double[] weights = p["Weights"], bias = p["Bias"];
        double bound = p["Bound"][0];
        int inputs = u[0].Length, outputs = bias.Length, terms = 2 * inputs + inputs * outputs + 2 * outputs;
        int columns = weights.Length / outputs;
        int termLags = columns / (2 * inputs + terms), lags = 2 * termLags;
        double[][] all = [.. Enumerable.Repeat(Array.ConvertAll(u[0], value => start * value), lags + termLags), .. u];
        var answers = new double[all.Length][];
        var phi = new double[all.Length][];
        for (int t = lags; t < all.Length; t++)
        {
            answers[t] = [.. Enumerable.Range(0, outputs).Select(row =>
            {
                double sum = bias[row];
                for (int i = 0; i < lags; i++)
                    for (int c = 0; c < inputs; c++)
                        sum += weights[row * columns + i * inputs + c] * all[t - i][c];
                for (int j = 1; j <= termLags; j++)
                    for (int f = 0; f < terms && phi[t - j] is not null; f++)
                        sum += weights[row * columns + lags * inputs + (j - 1) * terms + f] * phi[t - j][f];
                return sum;
            })];
            double[] y = Array.ConvertAll(answers[t], value => Math.Clamp(value, -bound, bound));
            phi[t] =
            [
                .. all[t].Select(v => v * v), .. all[t].Select(v => v * v * v), .. all[t].SelectMany(v => y.Select(w => v * w)),
                .. y.Select(w => w * w), .. y.Select(w => w * w * w),
            ];
        }
        return answers[(lags + termLags)..];
    }

    private static double[][] Join(double[][] left, double[][] right) => [.. left.Zip(right, (a, b) => a.Concat(b).ToArray())];

    private static double[][] Empty(double[][] rows) => [[], .. rows.Select(_ => Array.Empty<double>())];
}
