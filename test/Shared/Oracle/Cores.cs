using System.Numerics;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>LRU and S5 as diagonal systems, from their parameters.</summary>
internal static class Cores
{
    public static double[][] Lru(OracleParameters p, double[][] x, LruNormalization normalization,
        LruOutputForm form = LruOutputForm.RealPart, SystemForm system = SystemForm.Post)
        => (LruSystem(p, normalization, form) with { IsPre = system == SystemForm.Pre }).Recurrence(x);

    public static double[][] S5(
        OracleParameters p, double[][] x, Discretization discretization, SystemForm system = SystemForm.Post)
        => (S5System(p, discretization) with { IsPre = system == SystemForm.Pre }).Recurrence(x);

    /// <summary>
    /// S5 with the system sampled anew at each time step, with the interval of that step: the one that leads to it, or against time away
    /// from it. In pre form an output sees the state that was carried over that interval, with the input of the step before.
    /// </summary>
    public static double[][] IrregularS5(
        OracleParameters p, double[][] x, Discretization discretization, double[] intervals, SystemForm form = SystemForm.Post)
    {
        DiagonalSystem SystemOf(double interval) => S5System(p, discretization, interval);
        var before = Array.ConvertAll(intervals, SystemOf);
        var behind = intervals.Skip(1).Append(1).Select(SystemOf).ToArray();
        double[][] y = (S5System(p, discretization) with { C = [] }).Recurrence(x);
        Add(before, 0, Enumerable.Range(0, x.Length));
        if (p.Has("CReverse"))
            Add(behind, 1, Enumerable.Range(0, x.Length).Reverse());
        return y;

        void Add(DiagonalSystem[] systems, int direction, IEnumerable<int> order)
        {
            var state = new Complex[p["LambdaIm"].Length];
            double[] held = new double[x[0].Length]; // in pre form, the input of the step before
            foreach (int t in order)
            {
                var system = systems[t];
                double[] input = form == SystemForm.Pre ? held : x[t];
                for (int n = 0; n < state.Length; n++)
                    state[n] = system.Lambda[n] * state[n] + input.Select((u, h) => system.B[n, h] * u).Aggregate((a, b) => a + b);
                held = x[t];
                for (int h = 0; h < y[t].Length; h++)
                    y[t][h] += state.Select((z, n) => (system.C[direction][h, n] * z).Real).Sum();
            }
        }
    }

    /// <summary>
    /// <c>lambda = exp(-exp(nu) + i exp(theta))</c>, B scaled by gamma, <c>y = Re(C x) + D u</c> or <c>2 Re(C x) + D u</c> (Orvieto et al.
    /// 2023, section 3).
    /// </summary>
    public static DiagonalSystem LruSystem(OracleParameters p, LruNormalization normalization, LruOutputForm form = LruOutputForm.RealPart)
    {
        int states = p["NuLog"].Length;
        var lambda = new Complex[states];
        var factor = new Complex[states];
        for (int n = 0; n < states; n++)
        {
            double nu = Math.Exp(p["NuLog"][n]), modulus = Math.Exp(-nu);
            lambda[n] = Complex.FromPolarCoordinates(modulus, Math.Exp(p["ThetaLog"][n]));
            factor[n] = normalization switch
            {
                LruNormalization.Trainable => Math.Exp(p["GammaLog"][n]),
                LruNormalization.TiedL2 => Math.Sqrt(1 - modulus * modulus),
                _ => 1 - modulus,
            };
        }
        return System(p, lambda, factor, readOut: form == LruOutputForm.RealPart ? 1 : 2);
    }

    /// <summary>
    /// <c>lb = exp(z), f = (lb - 1) / Lambda</c>, or <c>lb = (1 + z/2) / (1 - z/2), f = s / (1 - z/2)</c>; <c>y = 2 Re(C x) + D u</c>
    /// (Smith et al. 2023, sections 2 and 3).
    /// </summary>
    public static DiagonalSystem S5System(OracleParameters p, Discretization discretization, double interval = 1)
    {
        int states = p["LambdaIm"].Length;
        var pole = new Complex[states];
        var factor = new Complex[states];
        for (int n = 0; n < states; n++)
            (pole[n], factor[n]) = S5Pole(p, n, discretization, interval);
        return System(p, pole, factor, readOut: 2);
    }

    private static (Complex Pole, Complex Factor) S5Pole(OracleParameters p, int n, Discretization discretization, double interval)
    {
        var lambda = new Complex(p.Has("LambdaRe") ? Math.Min(p["LambdaRe"][n], -1e-4) : -Math.Exp(p["LambdaReLog"][n]), p["LambdaIm"][n]);
        double step = interval * Math.Exp(p["LogStep"][p["LogStep"].Length == 1 ? 0 : n]);
        Complex z = lambda * step;
        return discretization == Discretization.ZeroOrderHold
            ? (Complex.Exp(z), (Complex.Exp(z) - 1) / lambda)
            : ((1 + z / 2) / (1 - z / 2), step / (1 - z / 2));
    }

    // B is stored (2, N, inputs), C (outputs, 2, N): a real and an imaginary plane. D is a matrix, or its diagonal, or absent.
    private static DiagonalSystem System(OracleParameters p, Complex[] lambda, Complex[] factor, double readOut)
    {
        int states = lambda.Length, size = p["B"].Length / (2 * states), outputs = p["C"].Length / (2 * states);
        var b = new Complex[states, size];
        for (int n = 0; n < states; n++)
            for (int h = 0; h < size; h++)
                b[n, h] = factor[n] * new Complex(p["B"][n * size + h], p["B"][(states + n) * size + h]);
        string[] directions = p.Has("CReverse") ? ["C", "CReverse"] : ["C"];
        var d = new double[outputs, size];
        for (int h = 0; h < outputs && p.Has("D"); h++)
            for (int i = 0; i < size; i++)
                d[h, i] = p["D"].Length == outputs * size ? p["D"][h * size + i] : h == i ? p["D"][h] : 0;
        return new DiagonalSystem(lambda, b, [.. directions.Select(ReadOut)], d);

        Complex[,] ReadOut(string name)
        {
            var c = new Complex[outputs, states];
            for (int h = 0; h < outputs; h++)
                for (int n = 0; n < states; n++)
                    c[h, n] = readOut * new Complex(p[name][h * 2 * states + n], p[name][h * 2 * states + states + n]);
            return c;
        }
    }
}
