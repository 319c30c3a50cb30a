namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>Mamba-2's selective recurrence, as the recurrence that it is.</summary>
internal static class Ssd
{
    /// <summary>
    /// <c>h_t = exp(log a_t) h_{t-1} + x_t B_t^T</c>, (P, N), and <c>y_t = h_t C_t</c> of one head; also the last state (Dao and Gu 2024,
    /// section 2).
    /// </summary>
    public static (double[][] Y, double[] State) Head(double[][] x, double[] logDecay, double[][] b, double[][] c)
    {
        int states = b[0].Length;
        var h = new double[x[0].Length * states];
        var y = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            for (int i = 0; i < h.Length; i++)
                h[i] = Math.Exp(logDecay[t]) * h[i] + x[t][i / states] * b[t][i % states];
            y[t] = Rows.Multiply(h, c[t]);
        }
        return (y, h);
    }

    /// <summary>
    /// Rows of x, B, C and dt, with as many heads as ALog: <c>Delta = softplus(dt + DtBias)</c>, <c>log a = -exp(ALog) Delta</c>, inputs
    /// <c>Delta x</c>, and <c>+ D x</c>. Where there are intervals, each Delta is multiplied by the interval of its step.
    /// </summary>
    public static double[][] Scan(OracleParameters p, double[][] rows, int states, double[]? intervals = null)
    {
        int heads = p["ALog"].Length, size = rows[0].Length - 2 * states - heads, width = size / heads;
        double[][] b = [.. rows.Select(row => row[size..(size + states)])],
            c = [.. rows.Select(row => row[(size + states)..(size + 2 * states)])];
        double[][] y = [.. rows.Select(_ => new double[size])];
        for (int head = 0; head < heads; head++)
        {
            double[] step = [
                .. rows.Select((row, t) => Softplus(row[size + 2 * states + head] + p["DtBias"][head])
                    * (intervals is null or [] ? 1 : intervals[t]))];
            double[][] x = [.. rows.Select(row => row[(head * width)..((head + 1) * width)])];
            double[][] scaled = [.. x.Zip(step, (row, s) => row.Select(value => s * value).ToArray())];
            double[][] own = Head(scaled, [.. step.Select(s => -Math.Exp(p["ALog"][head]) * s)], b, c).Y;
            for (int t = 0; t < rows.Length; t++)
                for (int i = 0; i < width; i++)
                    y[t][head * width + i] = own[t][i] + p["D"][head] * x[t][i];
        }
        return y;
    }

    /// <summary>The core that takes B, C and dt from its input by a linear map.</summary>
    public static double[][] Core(OracleParameters p, double[][] x, int states, double[]? intervals = null)
        => Scan(
            p.Scope("Scan"), [.. x.Select(row => (double[])[.. row, .. Rows.Multiply(p["Projection.Weight"], row)])], states, intervals);

    /// <summary><c>Wo rmsnorm(scan(silu(conv(W x)), Wd x) * silu(Wz x))</c>.</summary>
    public static double[][] Mamba2(OracleParameters p, double[][] x, SequenceMap scan, double epsilon)
    {
        double[][] convolved = Scaffolds.Each(KernelOracle.Silu,
            Scaffolds.CausalConvolution(p.Scope("Convolution"), PositionWise.Linear(p.Scope("In"), x)));
        double[][] rows = [.. convolved.Zip(PositionWise.Linear(p.Scope("Steps"), x), (row, dt) => (double[])[.. row, .. dt])];
        double[][] gated = Scaffolds.Product(scan(p.Scope("StateSpace"), rows),
            Scaffolds.Each(KernelOracle.Silu, PositionWise.Linear(p.Scope("Gate"), x)));
        return PositionWise.Linear(p.Scope("Out"), PositionWise.RmsNorm(p.Scope("GateNorm"), gated, epsilon));
    }

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
