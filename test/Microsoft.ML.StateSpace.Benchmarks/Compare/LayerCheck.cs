using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// Checks the results before any time is taken: those of a small layer against its naive oracle in double precision, and those of
/// the layer that is measured against the peer's.
/// </summary>
internal static class LayerCheck
{
    private const double Tolerance = 1e-3; // relative to the largest value; sums of up to 16384 floats are taken in another order

    /// <summary>Output and all gradients of two sequences of nine steps, by central differences.</summary>
    public static void AgainstOracle(LayerKind kind, Func<LayerCase, ILayerRunner> create)
    {
        var small = new LayerCase(kind, batch: 2, length: 9, size: 4);
        using var runner = create(small);
        runner.Train();
        var parameters = OracleParameters.Of(small.Parameters);
        double[][][] input = Rows.Unpack(small.Input.ToArray(), small.Size, small.Length, small.Length);
        double[] Output() => input.Select(x => kind.Oracle(parameters, x)).Flat();
        double Loss() => NumericGradient.Dot(small.OutputGradient.ToArray().ToDouble(), Output());
        Close(Output().ToFloat(), runner.Output, "the oracle", "y");
        Close(input.SelectMany(x => NumericGradient.Of(Loss, x)).ToArray().ToFloat(), runner.InputGradient, "the oracle", "u");
        foreach (var parameter in small.Parameters.Parameters)
            Close(
                NumericGradient.Of(Loss, parameters[parameter.Name]).ToFloat(), parameter.Of(runner.Gradients.Values),
                "the oracle", parameter.Name);
    }

    /// <summary>Our output and gradients against those in the peer's file.</summary>
    public static void AgainstPeer(ILayerRunner runner, string file, string variant)
    {
        foreach (var (name, values) in TensorFile.Read(file))
            Close(
                values, name switch { "y" => runner.Output, "u" => runner.InputGradient, _ => runner.Gradients[name] },
                $"the peer's {variant}", name);
    }

    public static void Close(float[] expected, ReadOnlySpan<float> actual, string whose, string what)
    {
        double scale = expected.Max(Math.Abs), worst = 0;
        for (int i = 0; i < expected.Length; i++)
            worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]));
        if (!(worst <= Tolerance * scale))
            throw new InvalidOperationException(
                $"Our {what} differs from that of {whose} by {worst:G3}, where the largest value is {scale:G3}.");
    }
}
