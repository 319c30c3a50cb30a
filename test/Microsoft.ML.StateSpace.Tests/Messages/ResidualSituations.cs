using Microsoft.ML.Data;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Residuals that cannot be tested.</summary>
internal static class ResidualSituations
{
    public static IEnumerable<Situation> All =>
    [
        new(
            "Both must hold the same time steps", () => Analyze(new() { Target = new float[7] }), () => Analyze(new()))
        { Of = "residuals" },
        new(
            "Give both columns the same time steps", () => Analyze(new() { Input = new float[7] }), () => Analyze(new())),
        new(
            "set inputColumnName to null, which leaves out the inputs", () => Analyze(new() { Input = new float[7] }),
            () => Analyze(new() { Input = new float[7] }, input: null)),
        new("Take fewer lags", () => Analyze(new(), lags: 8), () => Analyze(new(), lags: 7)),
        new("or more time steps", () => Analyze(new(), lags: 8), () => Analyze(new() { Target = new float[9], Output = new float[9],
            Input = new float[9] }, lags: 8)),
        new(
            "Name columns of real channels", () => Analyze(new(), input: "Token"), () => Analyze(new(), input: "Input")),
        new(
            "for a model of tokens set inputColumnName to null", () => Analyze(new(), input: "Token"), () => Analyze(new(), input: null)),
    ];

    private static void Analyze(Row row, string? input = "Input", int lags = 2)
        => Steps.StateSpace.AnalyzeResiduals(View([row]), inputColumnName: input, lags: lags);

    private sealed class Row
    {
        public float[] Target { get; set; } = new float[8];

        public float[] Output { get; set; } = new float[8];

        public float[] Input { get; set; } = new float[8];

        [KeyType(3)]
        public uint[] Token { get; set; } = [1, 2, 3, 1, 2, 3, 1, 2];
    }
}
