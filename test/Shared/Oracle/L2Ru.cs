namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary><c>x_{t+1} = A x_t + B u_t</c>, <c>y_t = C x_t + D u_t</c>, x_0 = 0.</summary>
internal sealed record PreSystem(double[,] A, double[,] B, double[,] C, double[,] D)
{
    public double[][] Run(double[][] u)
    {
        var x = new double[A.GetLength(0)];
        return [.. u.Select(row =>
        {
            double[] y = Sum(Product(C, x), Product(D, row));
            x = Sum(Product(A, x), Product(B, row));
            return y;
        })];
    }

    private static double[] Product(double[,] matrix, double[] vector) => Rows.Multiply(matrix.Flat(), vector);

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];
}

/// <summary>
/// The certified layers, from their parameters (Massai, Zakwan and Ferrari-Trecate 2025; Davis, Kahan, Weinberger 1982; Wang and
/// Manchester 2023).
/// </summary>
internal static class L2Ru
{
    /// <summary>A free matrix F to the contraction <c>U = F L^-T</c>, <c>L L^T = I + F^T F</c>, and L.</summary>
    public static (double[,] U, double[,] L) Contraction(double[,] free)
    {
        double[,] factor = Dense.Identity(free.GetLength(1)).Plus(free.T().Times(free)).Cholesky();
        return (free.Times(factor.T().Inverse()), factor);
    }

    public static PreSystem DilationSystem(OracleParameters p, double gain)
    {
        var (poles, sigma) = Poles(p);
        int order = sigma.GetLength(0), size = p["U"].Length / order;
        return Dilation(poles, sigma, Dense.Of(p["U"], size), Dense.Of(p["V"], order), Dense.Of(p["W"], size), gain);
    }

    /// <summary><c>B = gamma Sg U, C = V Sg, D = gamma (-V Lambda^T U + L_V^-1 W L_U^-T)</c>, from free U, V, W.</summary>
    public static PreSystem Dilation(double[,] poles, double[,] sigma, double[,] freeU, double[,] freeV, double[,] freeW, double gain)
    {
        var (u, factorU) = Contraction(freeU);
        var (outputs, factorV) = Contraction(freeV.T());
        double[,] v = outputs.T(), w = Contraction(freeW).U;
        double[,] d = factorV.Inverse().Times(w, factorU.T().Inverse()).Plus(v.Times(poles.T(), u), -1);
        return new(poles, sigma.Times(u).Times(gain), v.Times(sigma), d.Times(gain));
    }

    public static PreSystem NonSquareSystem(OracleParameters p, double gain)
    {
        var (poles, sigma) = Poles(p);
        int order = sigma.GetLength(0), size = p["B"].Length / order;
        double[,] b = Dense.Of(p["B"], size), ct = Dense.Of(p["C"], order).T();
        var (d, factor) = Contraction(Dense.Of(p["D"], size));
        var x = new double[2 * order, 2 * size];
        double[,] x1 = sigma.Times(b, factor.T()), x3 = poles.T().Times(b).Plus(ct.Times(d)).Times(factor.T()).Times(-1);
        for (int i = 0; i < order; i++)
            for (int h = 0; h < size; h++)
                (x[i, size + h], x[order + i, h], x[order + i, size + h]) = (x1[i, h], ct[i, h], x3[i, h]);
        double[,] power = x.T().Times(x);
        for (int k = 0; k < 4; k++)
            power = power.Times(power);
        double shrink = Math.Sqrt(gain) / (1 + Math.Pow(power.Trace(), 1.0 / 32));
        return new(poles, sigma.Times(b).Times(shrink), ct.T().Times(sigma).Times(shrink), d.Times(gain));
    }

    /// <summary>The formulas of the paper; <paramref name="epsilon"/> is added to the diagonals of Z, H11 and -R.</summary>
    public static (PreSystem System, double[,] P) SquareSystem(OracleParameters p, double gain, double epsilon)
    {
        int size = (int)Math.Round(Math.Sqrt(p["X21"].Length));
        double[,] x11 = Lower(p["X11"], size), x22 = Lower(p["X22"], size), x21 = Dense.Of(p["X21"], size), c = Dense.Of(p["C"], size),
            dt = Dense.Of(p["Dt"], size);
        var skew = new double[size, size];
        for (int i = 0, k = 0; i < size; i++)
            for (int j = 0; j < i; j++, k++)
                (skew[i, j], skew[j, i]) = (p["Skew"][k], -p["Skew"][k]);
        double[,] identity = Dense.Identity(size), small = Dense.Identity(size, epsilon);
        double[,] q = identity.Plus(skew, -1).Times(identity.Plus(skew).Inverse());
        double[,] z = x21.Times(x21.T()).Plus(x22.Times(x22.T())).Plus(dt.T().Times(dt)).Plus(small);
        double beta = gain * gain / (1 + Math.Exp(-p["Alpha"][0])) / z.SpectralNorm();
        double[,] h11 = x11.Times(x11.T()).Plus(c.T().Times(c)).Plus(small);
        double[,] h12 = x11.Times(x21.T()).Plus(c.T().Times(dt)).Times(Math.Sqrt(beta));
        double[,] v = z.Times(beta).Plus(identity, -gain * gain);
        double[,] minusR = h12.Times(v.Inverse(), h12.T()).Times(-1).Plus(small);
        double[,] factorR = minusR.Cholesky(), storage = h11.Plus(minusR), factorP = storage.Cholesky();
        double[,] a = factorP.T().Inverse().Times(q, factorR.T());
        // The last condition of the lemma, A^T P B = -H12; with epsilon = 0 this is A H12^-T V.
        double[,] b = a.T().Times(storage).Inverse().Times(h12).Times(-1);
        return (new(a, b, c, dt.Times(Math.Sqrt(beta))), storage);
    }

    public static double[][] Selective(OracleParameters p, double[][] x, double gain)
    {
        int states = p["Gates.Bias"].Length / 4, size = x[0].Length;
        var z = new double[states];
        double[][] q = Bounded(p.Scope("In"), x, size, 1);
        var r = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            double[] g = [.. Rows.Multiply(p["Gates.Weight"], x[t]).Zip(p["Gates.Bias"], (product, bias) => Math.Tanh(product + bias))];
            r[t] = new double[states];
            for (int n = 0; n < states; n++)
            {
                var (a, b, c, d) = ScalarDilation(g[n], g[states + n], g[2 * states + n], g[3 * states + n]);
                r[t][n] = c * z[n] + d * q[t][n];
                z[n] = a * z[n] + b * q[t][n];
            }
        }
        return Bounded(p.Scope("Out"), r, states, gain);
    }

    public static (double A, double B, double C, double D) ScalarDilation(double a, double u, double v, double w)
        => (a, Math.Sqrt(1 - a * a) * u, v * Math.Sqrt(1 - a * a), -v * a * u + Math.Sqrt(1 - u * u) * Math.Sqrt(1 - v * v) * w);

    /// <summary><c>y = gain W x</c>, W the contraction of the free weight, taken of its tall one of W and W^T.</summary>
    public static double[][] Bounded(OracleParameters p, double[][] x, int inputs, double gain)
    {
        double[,] free = Dense.Of(p["Weight"], inputs);
        double[,] w = inputs > free.GetLength(0) ? Contraction(free.T()).U.T() : Contraction(free).U;
        return [.. x.Select(row => Rows.Multiply(w.Times(gain).Flat(), row))];
    }

    public static (double[,] A, double[,] B) SandwichFactors(double[,] u, double[,] v)
    {
        double[,] identity = Dense.Identity(u.GetLength(0)), m = u.Plus(u.T(), -1).Plus(v.T().Times(v)),
            inverse = identity.Plus(m).Inverse();
        return (inverse.Times(identity.Plus(m, -1)), v.Times(inverse).Times(-2));
    }

    /// <summary><c>sqrt2 A Psi relu(sqrt2 Psi^-1 B^T x + b)</c>.</summary>
    public static double[] Sandwich(double[,] u, double[,] v, double[] psi, double[] bias, double[] x)
    {
        var (a, b) = SandwichFactors(u, v);
        double[] z = Rows.Multiply(b.T().Flat(), x);
        double[] h = [.. z.Select((value, k) => Math.Exp(psi[k]) * Math.Max(0, Math.Sqrt(2) * Math.Exp(-psi[k]) * value + bias[k]))];
        return [.. Rows.Multiply(a.Flat(), h).Select(value => Math.Sqrt(2) * value)];
    }

    /// <summary>The layer: what the sandwich makes of 0 is taken off.</summary>
    public static double[][] Sandwich(OracleParameters p, double[][] x)
    {
        int size = x[0].Length;
        double[,] u = Dense.Of(p["U"], size), v = Dense.Of(p["V"], size);
        double[] rest = Sandwich(u, v, p["Psi"], p["Bias"], new double[size]);
        return [.. x.Select(row => Sandwich(u, v, p["Psi"], p["Bias"], row).Zip(rest, (y, zero) => y - zero).ToArray())];
    }

    /// <summary><c>a (f(x) - x)</c>.</summary>
    public static double[][] Convex(double logit, double[][] x, double[][] f)
        => [.. x.Zip(f, (row, image) => row.Zip(image, (from, to) => KernelOracle.Sigmoid(logit) * (to - from)).ToArray())];

    public static double[][] Core(L2RuParametrization parametrization, OracleParameters p, double[][] x, double gain = 1)
        => parametrization switch
    {
        L2RuParametrization.Dilation => DilationSystem(p, gain).Run(x),
        L2RuParametrization.NonSquare => NonSquareSystem(p, gain).Run(x),
        L2RuParametrization.Square => SquareSystem(p, gain, Layers.L2RuSquare.Epsilon).System.Run(x),
        _ => Selective(p, x, gain),
    };

    // The states' real parts before their imaginary ones: 2x2 blocks of lambda, and sqrt(1 - |lambda|^2).
    private static (double[,] Poles, double[,] Sigma) Poles(OracleParameters p)
    {
        int states = p["NuLog"].Length;
        double[,] poles = new double[2 * states, 2 * states], sigma = new double[2 * states, 2 * states];
        for (int n = 0; n < states; n++)
        {
            double radius = Math.Exp(-Math.Exp(p["NuLog"][n])), theta = Math.Exp(p["ThetaLog"][n]);
            poles[n, n] = poles[states + n, states + n] = radius * Math.Cos(theta);
            (poles[n, states + n], poles[states + n, n]) = (-radius * Math.Sin(theta), radius * Math.Sin(theta));
            sigma[n, n] = sigma[states + n, states + n] = Math.Sqrt(1 - radius * radius);
        }
        return (poles, sigma);
    }

    private static double[,] Lower(double[] values, int size)
    {
        var matrix = new double[size, size];
        for (int i = 0, k = 0; i < size; i++)
            for (int j = 0; j <= i; j++, k++)
                matrix[i, j] = values[k];
        return matrix;
    }
}
