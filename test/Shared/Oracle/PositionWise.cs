namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The layers that treat every time step alike.</summary>
internal static class PositionWise
{
    /// <summary><c>y = W x + b</c>, or without b.</summary>
    public static double[][] Linear(OracleParameters p, double[][] x)
        => [.. x.Select(
            row => Rows.Multiply(p["Weight"], row).Select((product, c) => product + (p.Has("Bias") ? p["Bias"][c] : 0)).ToArray())];

    /// <summary><c>y = E[token]</c>; a token outside the table is zeros.</summary>
    public static double[][] Embedding(OracleParameters p, double[][] x, int size)
        => [.. x.Select(
            row => row[0] >= 0 && row[0] < p["Table"].Length / size ? p["Table"][((int)row[0] * size)..(((int)row[0] + 1) * size)]
                : new double[size])];

    /// <summary><c>y = (x - mean) / sqrt(var + eps) * g + b</c>.</summary>
    public static double[][] LayerNorm(OracleParameters p, double[][] x, double epsilon) => [.. x.Select(row =>
    {
        double mean = row.Average(), variance = row.Average(value => (value - mean) * (value - mean));
        return row.Select((value, c) => (value - mean) / Math.Sqrt(variance + epsilon) * p["Scale"][c] + p["Bias"][c]).ToArray();
    })];

    /// <summary><c>y = x / sqrt(mean(x^2) + eps) * g</c>.</summary>
    public static double[][] RmsNorm(OracleParameters p, double[][] x, double epsilon) => [.. x.Select(row =>
    {
        double square = row.Average(value => value * value);
        return row.Select((value, c) => value / Math.Sqrt(square + epsilon) * p["Scale"][c]).ToArray();
    })];

    /// <summary><c>y = x * g + b</c>.</summary>
    public static double[][] Affine(OracleParameters p, double[][] x)
        => [.. x.Select(row => row.Select((value, c) => value * p["Scale"][c] + p["Bias"][c]).ToArray())];

    /// <summary><c>y = (x - mean) / deviation</c>.</summary>
    public static double[][] Standardize(OracleParameters p, double[][] x)
        => [.. x.Select(row => row.Select((value, c) => (value - p["Mean"][c]) / p["Deviation"][c]).ToArray())];

    /// <summary>
    /// With <c>w = gelu(v)</c> and <c>s = sigmoid(W2 w + b2)</c>: <c>w</c>, <c>(W1 w + b1) s</c>, <c>w s</c> or <c>v s</c>; dropout's masks
    /// of one sequence multiply w and the result.
    /// </summary>
    public static double[][] Glu(OracleParameters p, double[][] v, Nonlinearity kind, double[]? innerMask = null,
        double[]? outerMask = null, GeluForm gelu = GeluForm.Tanh)
    {
        Func<double, double> function = gelu == GeluForm.Exact ? KernelOracle.ExactGelu : KernelOracle.Gelu;
        double[][] w = Masked(Scaffolds.Each(function, v), innerMask);
        if (kind == Nonlinearity.Gelu)
            return w;
        double[][] gate = Linear(p.Scope("Gate"), w);
        double[][] value = kind switch
        {
            Nonlinearity.FullGlu => Linear(p.Scope("Value"), w),
            Nonlinearity.HalfGlu1 => w,
            _ => v,
        };
        return Masked([.. value.Zip(gate, (a, z) => a.Zip(z, (ac, zc) => ac * KernelOracle.Sigmoid(zc)).ToArray())], outerMask);
    }

    private static double[][] Masked(double[][] x, double[]? mask)
        => mask is null ? x : [.. x.Select(row => row.Zip(mask, (value, factor) => value * factor).ToArray())];
}
