using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>A layer with parameters of its own and memory to run it.</summary>
internal sealed class LayerRun
{
    private static readonly int[] OneRow = [0, 1];
    private readonly float[] _prepared;
    private float[] _intervalsBehind = [];

    public LayerRun(Func<ParameterLayout, Layer> create, int seed = 1)
    {
        var layout = new ParameterLayout();
        Layer = create(layout);
        Parameters = layout.Create(new Random(seed));
        // Away from special values such as zero biases and unit scales.
        float[] noise = Draw.Uniform(Parameters.Values.Length, -0.25, 0.25, seed + 1);
        for (int i = 0; i < noise.Length; i++)
            Parameters.Values[i] += noise[i];
        _prepared = new float[layout.PreparedLength];
    }

    public Layer Layer { get; }

    public ParameterSet Parameters { get; }

    /// <summary>The lambda that a core prepares stands first: (2, N).</summary>
    public ReadOnlySpan<float> Prepared => _prepared;

    public float[] Kept { get; private set; } = [];

    public ulong DropoutKey { get; init; }

    /// <summary>The time intervals of the next passes; empty for a layer that takes none.</summary>
    public float[] Intervals { get; set; } = [];

    public void Prepare() => Layer.Prepare(new Weights(Parameters.Values, _prepared));

    /// <summary>The output of packed sequences.</summary>
    public float[] Forward(float[] input, params int[] lengths)
    {
        Prepare();
        var output = Garbage(lengths.Sum() * Layer.OutputSize);
        Kept = Garbage((int)Layer.KeptSize(lengths.Sum(), lengths.Length));
        Forward(input, output, Kept, Starts(lengths), Scratch(lengths));
        return output;
    }

    public void Forward(float[] input, float[] output, float[] kept, int[] starts, float[] scratch)
        => Layer.Forward(Pass(starts, scratch), input, output, kept);

    /// <summary>Adds to both gradients what Forward owes to <paramref name="outputGradient"/>.</summary>
    public void Backward(float[] input, int[] lengths, float[] outputGradient, float[] inputGradient, ParameterSet gradients)
    {
        Forward(input, lengths);
        Backward(input, Kept, outputGradient, inputGradient, gradients, new float[_prepared.Length], Starts(lengths), Scratch(lengths));
    }

    public void Backward(float[] input, float[] kept, float[] outputGradient, float[] inputGradient, ParameterSet gradients,
        float[] prepared, int[] starts, float[] scratch)
    {
        var sums = new Gradients(gradients.Values, prepared);
        Layer.Backward(Pass(starts, scratch), input, kept, outputGradient, inputGradient, sums);
        Layer.PrepareBackward(new Weights(Parameters.Values, _prepared), sums);
    }

    public void Step(ReadOnlySpan<float> input, Span<float> output, float[] state, float[] scratch, float interval = 1)
        => Layer.Step(
            new Pass
            {
                Weights = new Weights(Parameters.Values, _prepared), Starts = OneRow, Scratch = scratch, Intervals = new(in interval),
            },
            input, output, state);

    public float[] Scratch(params int[] lengths) => Garbage((int)Layer.ScratchSize(lengths.Sum(), lengths.Length));

    public static int[] Starts(params int[] lengths)
    {
        var starts = new int[lengths.Length + 1];
        for (int s = 0; s < lengths.Length; s++)
            starts[s + 1] = starts[s] + lengths[s];
        return starts;
    }

    public Pass Pass(int[] starts, float[] scratch)
    {
        Array.Resize(ref _intervalsBehind, Intervals.Length);
        for (int s = 0; s + 1 < starts.Length && Intervals.Length > 0; s++)
            for (int t = starts[s]; t < starts[s + 1]; t++)
                _intervalsBehind[t] = t + 1 < starts[s + 1] ? Intervals[t + 1] : 1;
        return new()
        {
            Weights = new Weights(Parameters.Values, _prepared), Starts = starts, Scratch = scratch, DropoutKey = DropoutKey,
            Intervals = Intervals, IntervalsBehind = _intervalsBehind,
        };
    }

    // The memory holds arbitrary numbers, so it shows when a layer reads what it has not written.
    private static float[] Garbage(int length)
    {
        var memory = new float[length];
        Array.Fill(memory, float.NaN);
        return memory;
    }
}
