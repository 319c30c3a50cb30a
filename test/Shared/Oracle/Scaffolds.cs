namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>What scaffolds put around a core, from their parameters.</summary>
internal static class Scaffolds
{
    /// <summary><c>y_t = sum_j w_j u_{t-K+1+j} + b + D u_t</c> in every channel.</summary>
    public static double[][] CausalConvolution(OracleParameters p, double[][] x)
    {
        int channels = x[0].Length, width = p["Weight"].Length / channels;
        double Tap(int t, int c, int j) => t - width + 1 + j >= 0 ? p["Weight"][c * width + j] * x[t - width + 1 + j][c] : 0;
        return [
            .. x.Select(
                (row, t) => row.Select((u, c) => Enumerable.Range(0, width).Sum(j => Tap(t, c, j)) + At(p, "Bias", c) + At(p, "D", c) * u)
                    .ToArray())];
    }

    /// <summary><c>Wo(core(silu(conv(Wx x))) * silu(Wz x))</c> (Gu and Dao 2023).</summary>
    public static double[][] Mamba(OracleParameters p, double[][] x, SequenceMap core)
    {
        double[][] u = Each(KernelOracle.Silu, CausalConvolution(p.Scope("Convolution"), PositionWise.Linear(p.Scope("In"), x)));
        double[][] gate = Each(KernelOracle.Silu, PositionWise.Linear(p.Scope("Gate"), x));
        return PositionWise.Linear(p.Scope("Out"), Product(core(p.Scope("StateSpace"), u), gate));
    }

    /// <summary><c>Wo(gelu(Wy x) * core(conv(Wx x)))</c> (De, Smith et al. 2024).</summary>
    public static double[][] Hawk(OracleParameters p, double[][] x, SequenceMap core)
    {
        double[][] u = CausalConvolution(p.Scope("Convolution"), PositionWise.Linear(p.Scope("In"), x));
        double[][] gate = Each(KernelOracle.Gelu, PositionWise.Linear(p.Scope("Gate"), x));
        return PositionWise.Linear(p.Scope("Out"), Product(core(p.Scope("StateSpace"), u), gate));
    }

    /// <summary><c>Wo(q * core(shift(k) * v))</c> (Fu, Dao et al. 2023).</summary>
    public static double[][] H3(OracleParameters p, double[][] x, SequenceMap core)
    {
        double[][] shifted = CausalConvolution(p.Scope("Shift"), PositionWise.Linear(p.Scope("Key"), x));
        double[][] remembered = core(p.Scope("StateSpace"), Product(shifted, PositionWise.Linear(p.Scope("Value"), x)));
        return PositionWise.Linear(p.Scope("Out"), Product(PositionWise.Linear(p.Scope("Query"), x), remembered));
    }

    /// <summary>
    /// The same with heads of several channels, <c>Wo(q^T core(shift(k) v^T))</c>: entry (i, j) of the matrices of all heads goes through
    /// the core. Channel <c>i heads + h</c> is entry i of head h.
    /// </summary>
    public static double[][] H3(OracleParameters p, double[][] x, SequenceMap core, int headSize)
    {
        int heads = x[0].Length / headSize;
        double[][] key = CausalConvolution(p.Scope("Shift"), PositionWise.Linear(p.Scope("Key"), x)),
            value = PositionWise.Linear(p.Scope("Value"), x), query = PositionWise.Linear(p.Scope("Query"), x);
        double[][] read = [.. x.Select(_ => new double[x[0].Length])];
        for (int i = 0; i < headSize; i++)
        {
            for (int j = 0; j < headSize; j++)
            {
                double[][] entry = core(p.Scope("StateSpace"), Product(Entry(key, i, heads), Entry(value, j, heads)));
                double[][] part = Product(Entry(query, i, heads), entry);
                for (int t = 0; t < x.Length; t++)
                    for (int h = 0; h < heads; h++)
                        read[t][j * heads + h] += part[t][h];
            }
        }
        return PositionWise.Linear(p.Scope("Out"), read);
    }

    // One entry of all heads.
    private static double[][] Entry(double[][] x, int i, int heads) => [.. x.Select(row => row[(i * heads)..((i + 1) * heads)])];

    /// <summary><c>W2 gelu(W1 x)</c>.</summary>
    public static double[][] Mlp(OracleParameters p, double[][] x)
        => PositionWise.Linear(p.Scope("Out"), Each(KernelOracle.Gelu, PositionWise.Linear(p.Scope("In"), x)));

    /// <summary><c>Wd(gelu(W1 x) * W2 x)</c>.</summary>
    public static double[][] GatedMlp(OracleParameters p, double[][] x)
        => PositionWise.Linear(p.Scope("Out"),
            Product(Each(KernelOracle.Gelu, PositionWise.Linear(p.Scope("Gate"), x)), PositionWise.Linear(p.Scope("Value"), x)));

    /// <summary><c>f(x) + reverse(g(reverse(x)))</c>.</summary>
    public static double[][] Bidirectional(OracleParameters p, double[][] x, SequenceMap core)
    {
        double[][] forward = core(p.Scope("Forward"), x), backward = core(p.Scope("Backward"), [.. x.Reverse()]);
        return [.. forward.Zip(backward.Reverse(), (a, b) => a.Zip(b, (left, right) => left + right).ToArray())];
    }

    /// <summary>
    /// The same of a core that takes the time from the step before to each step; the one that reads from the end takes the time to the step
    /// behind, 1 where there is none.
    /// </summary>
    public static double[][] Bidirectional(OracleParameters p, double[][] x, double[] intervals, IrregularMap core)
    {
        double[] behind = [.. intervals.Skip(1).Append(1).Reverse()];
        double[][] forward = core(p.Scope("Forward"), x, intervals), backward = core(p.Scope("Backward"), [.. x.Reverse()], behind);
        return [.. forward.Zip(backward.Reverse(), (a, b) => a.Zip(b, (left, right) => left + right).ToArray())];
    }

    public static double[][] Each(Func<double, double> f, double[][] x) => [.. x.Select(row => row.Select(f).ToArray())];

    public static double[][] Product(double[][] x, double[][] y)
        => [.. x.Zip(y, (a, b) => a.Zip(b, (left, right) => left * right).ToArray())];

    private static double At(OracleParameters p, string name, int channel) => p.Has(name) ? p[name][channel] : 0;
}
