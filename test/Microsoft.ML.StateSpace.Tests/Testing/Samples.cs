namespace Microsoft.ML.StateSpace.Tests.Testing;

/// <summary>
/// Small data that even a small model learns. The classes are slow, middling and fast oscillations; the faster they are, the higher they
/// lie.
/// </summary>
internal static class Samples
{
    public static readonly string[] Names = ["slow", "middling", "fast"];

    /// <summary>A network and a training that take a fraction of a second.</summary>
    public static readonly S5Options Small = new() { Layers = 1, ModelSize = 8, StateSize = 4 };

    /// <summary>Two unlike networks; they read one way, so that they stream.</summary>
    public static readonly EnsembleOptions Ensemble = new()
    {
        Members =
        [
            Small with { Bidirectional = false }, new LruOptions { Layers = 1, ModelSize = 6, StateSize = 4, Bidirectional = false },
        ],
        Weights = [1, 2],
    };

    public static readonly TrainingOptions Quick = new() { Epochs = 2, Seed = 5 };

    /// <summary>A training that learns these data.</summary>
    public static readonly TrainingOptions Thorough = new() { Epochs = 60, LearningRate = 0.02, Seed = 5, ValidationFraction = 0 };

    public static FixedRow[] Fixed(int count = 30, int seed = 1)
        => [.. Oscillations(count, 12, 1, seed)
            .Select(s => new FixedRow { Features = s.Values, Name = Names[s.Class], Weight = s.Values[0] })];

    public static DimensionedRow[] Dimensioned(int count = 30)
        => [.. Oscillations(count, 6, 2, 2).Select(s => new DimensionedRow { Features = s.Values, Name = Names[s.Class] })];

    public static VariableRow[] Variable(int count = 30)
        => [.. Oscillations(count, 0, 2, 3).Select(s => new VariableRow { Features = s.Values, Name = Names[s.Class] })];

    public static BinaryRow[] Binary(int count = 30)
        => [.. Oscillations(count, 12, 1, 4).Select(s => new BinaryRow { Features = s.Values, Label = s.Class == 2 })];

    public static TokenRow[] Tokens(int count = 30)
    {
        var random = new Random(6);
        return [.. Enumerable.Range(0, count).Select(i => new TokenRow
        {
            Features = [.. Enumerable.Range(0, random.Next(3, 9)).Select(_ => (uint)((i % 2 * 2) + random.Next(1, 3)))],
            Name = Names[i % 2],
        })];
    }

    /// <summary>The target is the mean of the series, or the mean and ten times the distance from it to the first value.</summary>
    public static LevelRow[] Levels(int count = 30)
        => [.. Oscillations(count, 12, 1, 11).Select(s => new LevelRow
        {
            Features = s.Values, Label = 50 * s.Values.Average(), Pair = [s.Values.Average(), 10 * (s.Values[0] - s.Values.Average())],
        })];

    /// <summary>The tag of a step is whether the series rises there; at the first step nobody knows.</summary>
    public static TagRow[] Tags(int count = 30)
        => [.. Oscillations(count, 0, 1, 12).Select(s => new TagRow { Features = s.Values, Tags = TagsOf(s.Values) })];

    public static FixedTagRow[] FixedTags(int count = 30)
        => [.. Oscillations(count, 10, 1, 13).Select(s => new FixedTagRow { Features = s.Values, Tags = TagsOf(s.Values) })];

    private static string[] TagsOf(float[] values)
        => [.. values.Select((value, t) => t == 0 ? "unknown" : value > values[t - 1] ? "rises" : "falls")];

    /// <summary>The target is the running mean of the input.</summary>
    public static SignalRow[] Signals(int count = 20)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] input = [.. Enumerable.Range(0, 10).Select(_ => random.NextSingle())];
            return new SignalRow { Input = input, Target = [.. input.Select((_, t) => 100 * input[..(t + 1)].Average())] };
        })];
    }

    /// <summary>Of two input channels the targets are the sum and the difference.</summary>
    public static VariableSignalRow[] VariableSignals(int count = 20)
    {
        var random = new Random(8);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int length = random.Next(3, 9);
            float[] input = [.. Enumerable.Range(0, 2 * length).Select(_ => random.NextSingle())];
            return new VariableSignalRow { Input = input,
                Target = [.. input.Select((x, i) => i % 2 == 0 ? x + input[i + 1] : input[i - 1] - x)] };
        })];
    }

    /// <summary>
    /// The target is a low-pass filter of the input, which is held from one sample to the next. It depends on the intervals, so a model
    /// must know them.
    /// </summary>
    public static IrregularSignalRow[] IrregularSignals(int count = 20)
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] intervals = [.. Enumerable.Range(0, 10).Select(t => t == 0 ? 1 : random.Next(2) == 0 ? 0.1f : 4)];
            float[] input = [.. intervals.Select(_ => random.NextSingle() - 0.5f)], target = new float[10];
            float level = 0;
            for (int t = 0; t < 10; t++)
                target[t] = level += (1 - MathF.Exp(-0.5f * intervals[t])) * (input[t] - level);
            return new IrregularSignalRow { Input = input, Intervals = intervals, Target = target };
        })];
    }

    public static IrregularRow[] Irregular(int count = 30)
    {
        var random = new Random(10);
        return [.. Oscillations(count, 0, 2, 3).Select(s => new IrregularRow
        {
            Features = s.Values, Name = Names[s.Class], Answer = s.Class == 2,
            Intervals = [.. Enumerable.Range(0, s.Values.Length / 2).Select(_ => 0.5f + random.NextSingle())],
        })];
    }

    private static IEnumerable<(float[] Values, int Class)> Oscillations(int count, int length, int channels, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            int kind = i % 3;
            int steps = length > 0 ? length : random.Next(4, 11);
            double phase = random.NextDouble() * Math.Tau;
            float Value(int j)
                => (float)(Math.Sin(phase + (j / channels * (0.3 + kind)) + j % channels) + kind + (0.1 * random.NextDouble()));
            yield return ([.. Enumerable.Range(0, steps * channels).Select(Value)], kind);
        }
    }
}
