// What several bindings need to turn their arguments into those of an operator.
namespace TorchSharp;

public static partial class torch
{
    private static long[] Dims(params long[] dims) => dims;

    private static long[] Repeated(long value, int count) => [.. Enumerable.Repeat(value, count)];

    private static string Name(FFTNormType norm) => norm switch
    {
        FFTNormType.Forward => "forward",
        FFTNormType.Ortho => "ortho",
        _ => "backward",
    };

    private static string Rounding(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();

    private static Tensor Typed(Tensor result, ScalarType? type) => type is { } given ? result.to_type(given) : result;

    private static Tensor Padded(Tensor input, long[] pad, PaddingModes mode, double value) => mode switch
    {
        PaddingModes.Constant => Op("constant_pad_nd", input, pad, value),
        PaddingModes.Circular => Op("_pad_circular", input, pad),
        PaddingModes.Reflect => Op($"reflection_pad{pad.Length / 2}d", input, pad),
        PaddingModes.Replicate => Op($"replication_pad{pad.Length / 2}d", input, pad),
        _ => throw new NotSupportedException($"{nameof(PaddingModes)}.{mode}"),
    };
}
