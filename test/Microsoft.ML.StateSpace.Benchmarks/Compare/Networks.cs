using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// The whole networks that are measured: S5 with 4 layers, H = N = 64, LayerNorm in front, half_glu1, causal, without dropout.
/// </summary>
internal static class Networks
{
    public const int Layers = 4, Size = 64;

    public static S5Options Architecture { get; } =
        new() { Layers = Layers, ModelSize = Size, StateSize = Size, Bidirectional = false, Dropout = 0 };

    public static SequenceModelOptions Classifier { get; } =
        new() { Task = SequenceTask.Classification, Inputs = 1, Outputs = 10, Architecture = Architecture };

    public static SequenceModelOptions Causal { get; } =
        new() { Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1, Architecture = Architecture };

    /// <summary>
    /// The least work of these networks on a number of rows. It is that of every block: the work of its layer, the product of its gate,
    /// and the residual stream, which is read and written once more.
    /// </summary>
    public static Work Least(double rows, bool train)
    {
        double layer = 8.0 * Size * Size, gate = 2.0 * Size * Size, values = 4.0 * Size;
        var forward = new Work(layer + gate, 2 * values);
        return rows * Layers * (train ? new Work(3 * (layer + gate), (7 + 2 * 2) * values) : forward);
    }
}
