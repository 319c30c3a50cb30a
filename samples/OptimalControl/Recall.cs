using Microsoft.ML.Data;

namespace OptimalControl;

/// <summary>A sequence of noise whose label is its first value.</summary>
internal sealed class Recall
{
    public const int Steps = 48;

    [VectorType(Steps)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    public static List<Recall> Draw(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        float[] values = [.. Enumerable.Range(0, Steps).Select(_ => 2 * random.NextSingle() - 1)];
        return new Recall { Features = values, Label = values[0] };
    })];
}
