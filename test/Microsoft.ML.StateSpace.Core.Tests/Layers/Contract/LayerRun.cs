using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>A layer with parameters of its own and memory to run it, as a program of this layer alone.</summary>
internal sealed class LayerRun
{
    private static readonly int[] OneRow = [0, 1];
    private readonly LayerProgram _program;
    private readonly PassMemory _memory;
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
        _program = ProgramBuilder.Of(Layer);
        _memory = new PassMemory(_program);
    }

    public Layer Layer { get; }

    /// <summary>Floats of the state of a step.</summary>
    public int StateSize => _program.StateSize;

    public ParameterSet Parameters { get; }

    /// <summary>The lambda that a core prepares stands first: (2, N).</summary>
    public ReadOnlySpan<float> Prepared => _prepared;

    /// <summary>What the layer, which is one operation, has kept in Forward.</summary>
    public float[] Kept => _memory.Buffer(_memory.Schedule.Steps[0].Kept).ToArray();

    public ulong DropoutKey { get; init; }

    /// <summary>The time intervals of the next passes; empty for a layer that takes none.</summary>
    public float[] Intervals { get; set; } = [];

    public void Prepare() => Layer.Prepare(new Weights(Parameters.Values, _prepared));

    /// <summary>The output of packed sequences.</summary>
    public float[] Forward(float[] input, params int[] lengths)
    {
        Prepare();
        Begin(lengths);
        ForwardAgain(input, Starts(lengths));
        return _memory.Value(_program.Output).ToArray();
    }

    /// <summary>
    /// Plans and takes the memory of a pass, and fills it with numbers that show where a layer reads what it has not written.
    /// </summary>
    public void Begin(params int[] lengths)
    {
        _memory.Plan(_program.ScheduleFor(ArenaUse.Train), new Extent(lengths.Sum(), lengths.Length));
        _memory.Take();
        _memory.All.Fill(float.NaN);
    }

    /// <summary>Forward once more, in the memory that is there.</summary>
    public void ForwardAgain(float[] input, int[] starts)
    {
        input.CopyTo(_memory.Value(_program.Input));
        _memory.Run(0, _memory.Schedule.Forward, Pass(starts));
    }

    /// <summary>Adds to both gradients what Forward owes to <paramref name="outputGradient"/>.</summary>
    public void Backward(float[] input, int[] lengths, float[] outputGradient, float[] inputGradient, ParameterSet gradients)
    {
        Forward(input, lengths);
        Backward(outputGradient, inputGradient, gradients, new float[_prepared.Length], Starts(lengths));
    }

    /// <summary>Behind Forward.</summary>
    public void Backward(float[] outputGradient, float[] inputGradient, ParameterSet gradients, float[] prepared, int[] starts)
    {
        var sums = new Gradients(gradients.Values, prepared);
        outputGradient.CopyTo(_memory.Gradient(_program.Output));
        _memory.Run(_memory.Schedule.Forward, _memory.Schedule.Steps.Length, Pass(starts), sums);
        var added = _memory.Gradient(_program.Input);
        for (int i = 0; i < added.Length; i++)
            inputGradient[i] += added[i];
        Layer.PrepareBackward(new Weights(Parameters.Values, _prepared), sums);
    }

    public void Step(ReadOnlySpan<float> input, Span<float> output, float[] state, float[] scratch, float interval = 1)
    {
        input.CopyTo(_program.Steps.Input(scratch, 1));
        _program.Steps.Run(
            new Pass
            {
                Weights = new Weights(Parameters.Values, _prepared), Starts = OneRow, Scratch = scratch, Intervals = new(in interval),
            },
            output, state);
    }

    /// <summary>Memory in which a step runs.</summary>
    public float[] StepScratch()
    {
        var memory = new float[_program.Steps.SizeOfOne];
        Array.Fill(memory, float.NaN);
        return memory;
    }

    public static int[] Starts(params int[] lengths)
    {
        var starts = new int[lengths.Length + 1];
        for (int s = 0; s < lengths.Length; s++)
            starts[s + 1] = starts[s] + lengths[s];
        return starts;
    }

    private Pass Pass(int[] starts)
    {
        Array.Resize(ref _intervalsBehind, Intervals.Length);
        for (int s = 0; s + 1 < starts.Length && Intervals.Length > 0; s++)
            for (int t = starts[s]; t < starts[s + 1]; t++)
                _intervalsBehind[t] = t + 1 < starts[s + 1] ? Intervals[t + 1] : 1;
        return new()
        {
            Weights = new Weights(Parameters.Values, _prepared), Starts = starts, Scratch = default, DropoutKey = DropoutKey,
            Intervals = Intervals, IntervalsBehind = _intervalsBehind,
        };
    }
}
