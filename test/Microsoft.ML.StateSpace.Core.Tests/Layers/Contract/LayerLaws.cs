using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>What holds for every layer. A layer enrols by one derived class: how it is made for a given width, and its oracle.</summary>
[Trait("Kind", "Law")]
public abstract class LayerLaws
{
    private const int Size = 5;
    private static readonly int[] Lengths = [7, 1, 4];

    private readonly Func<ParameterLayout, int, Layer> _create;
    private readonly IrregularMap _oracle;
    private readonly bool _takesIntervals;

    private protected LayerLaws(Func<ParameterLayout, int, Layer> create, SequenceMap oracle)
        => (_create, _oracle) = (create, (p, x, _) => oracle(p, x));

    private protected LayerLaws(LayerCase layer)
        => (_create, _oracle, _takesIntervals) = (layer.Create, layer.Oracle, layer.TakesIntervals);

    [Fact]
    public void Forward_MatchesOracle_AtEveryLength()
    {
        var run = Create(Size);
        for (int length = 1; length <= 70; length++)
            AssertForward(run, length);
    }

    [Fact]
    public void Forward_MatchesOracle_AtEveryWidth()
    {
        foreach (int size in Enumerable.Range(1, 18).Concat([31, 32, 33]))
            AssertForward(Create(size), 3);
    }

    [Fact]
    public void Forward_GivesASequenceAlone_TheBitsOfItsRowsInABatch()
    {
        var run = Create(Size);
        int[] lengths = [5, 1, 33, 70, 2];
        float[] input = DrawInput(run, lengths.Sum()), together = run.Forward(input, lengths), intervals = run.Intervals;
        int[] starts = LayerRun.Starts(lengths);
        for (int s = 0; s < lengths.Length; s++)
        {
            run.Intervals = intervals.Length == 0 ? [] : intervals[starts[s]..starts[s + 1]];
            float[] alone = run.Forward(RowsOf(input, run.Layer.InputSize, starts[s], starts[s + 1]), lengths[s]);
            alone.Should().BeBitwise(RowsOf(together, run.Layer.OutputSize, starts[s], starts[s + 1]));
        }
    }

    [Fact]
    public void Backward_MatchesNumericGradient()
    {
        var run = Create(Size);
        float[] input = DrawInput(run, Lengths.Sum()), upstream = Draw.Uniform(Lengths.Sum() * run.Layer.OutputSize, 3),
            inputGradient = new float[input.Length];
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(input, Lengths, upstream, inputGradient, gradients);

        var p = OracleParameters.Of(run.Parameters);
        double[][][] x = Rows.Unpack(input, run.Layer.InputSize, Lengths);
        double Loss()
            => NumericGradient.Dot(upstream.ToDouble(), x.Select((sequence, s) => _oracle(p, sequence, IntervalsOf(run, s))).Flat());
        if (HasInputGradient)
            inputGradient.Should().BeNear([.. x.SelectMany(sequence => NumericGradient.Of(Loss, sequence))], Tolerance.Gradient, "input");
        foreach (var parameter in run.Parameters.Parameters)
            gradients[parameter.Name].Should().BeNear(NumericGradient.Of(Loss, p.All[parameter.Name]), Tolerance.Gradient, parameter.Name);
    }

    [Fact]
    public void Backward_AddsToWhatIsThere()
    {
        var run = Create(Size);
        float[] input = DrawInput(run, Lengths.Sum()), upstream = Draw.Uniform(Lengths.Sum() * run.Layer.OutputSize, 3);
        float[] inputOnce = new float[input.Length], inputTwice = new float[input.Length];
        ParameterSet once = new(run.Parameters.Parameters), twice = new(run.Parameters.Parameters);
        run.Backward(input, Lengths, upstream, inputOnce, once);
        run.Backward(input, Lengths, upstream, inputTwice, twice);
        run.Backward(input, Lengths, upstream, inputTwice, twice);
        inputTwice.Should().BeNear([.. inputOnce.Select(value => 2.0 * value)], Tolerance.Gradient, "input");
        foreach (var parameter in once.Parameters)
            twice[parameter.Name]
                .Should().BeNear([.. once[parameter.Name].ToArray().Select(value => 2.0 * value)], Tolerance.Gradient, parameter.Name);
    }

    [Fact]
    public void Pass_AllocatesNothing()
    {
        var run = Create(Size);
        float[] input = DrawInput(run, Lengths.Sum()), output = run.Forward(input, Lengths), inputGradient = new float[input.Length];
        float[] prepared = new float[run.Prepared.Length];
        int[] starts = LayerRun.Starts(Lengths);
        var gradients = new ParameterSet(run.Parameters.Parameters);
        NoAllocation.In(() =>
        {
            run.Prepare();
            run.ForwardAgain(input, starts);
            run.Backward(output, inputGradient, gradients, prepared, starts);
        });
    }

    private protected LayerRun Create(int size) => new(layout => _create(layout, size));

    // Draws the input, and also the intervals of a layer that takes them.
    private protected virtual float[] DrawInput(LayerRun run, int rows)
    {
        run.Intervals = _takesIntervals ? Draw.Uniform(rows, 0.2, 3, 6) : [];
        return Draw.Uniform(rows * run.Layer.InputSize, -2, 2, 5);
    }

    private protected virtual bool HasInputGradient => true;

    private void AssertForward(LayerRun run, int length)
    {
        float[] input = DrawInput(run, length);
        double[] expected = _oracle(OracleParameters.Of(run.Parameters), Rows.Unpack(input, run.Layer.InputSize, length)[0],
            run.Intervals.ToDouble()).Flat();
        run.Forward(input, length).Should().BeNear(expected, Tolerance.Forward, $"length {length}, width {run.Layer.OutputSize}");
    }

    private static double[] IntervalsOf(LayerRun run, int sequence)
        => run.Intervals.Length == 0 ? []
            : run.Intervals[LayerRun.Starts(Lengths)[sequence]..LayerRun.Starts(Lengths)[sequence + 1]].ToDouble();

    private static float[] RowsOf(float[] rows, int size, int first, int end) => rows[(first * size)..(end * size)];
}

/// <summary>What also holds for every layer that does not see the future.</summary>
public abstract class CausalLayerLaws : LayerLaws
{
    private protected CausalLayerLaws(Func<ParameterLayout, int, Layer> create, SequenceMap oracle)
        : base(create, oracle)
    {
    }

    private protected CausalLayerLaws(LayerCase layer)
        : base(layer)
    {
    }

    [Fact]
    public void Step_MatchesForward()
    {
        const int Length = 70;
        var run = Create(7);
        float[] input = DrawInput(run, Length), expected = run.Forward(input, Length), stepped = new float[expected.Length];
        int inputs = run.Layer.InputSize, outputs = run.Layer.OutputSize;
        float[] state = new float[run.StateSize], scratch = run.StepScratch();
        for (int t = 0; t < Length; t++)
            run.Step(input.AsSpan(t * inputs, inputs), stepped.AsSpan(t * outputs, outputs), state, scratch,
                run.Intervals.ElementAtOrDefault(t));
        stepped.Should().BeNear(expected.ToDouble(), Tolerance.Forward, "outputs");
    }

    [Fact]
    public void Step_AllocatesNothing()
    {
        var run = Create(7);
        float[] input = DrawInput(run, 1), output = run.Forward(input, 1), state = new float[run.StateSize], scratch = run.StepScratch();
        NoAllocation.In(() => run.Step(input, output, state, scratch));
    }
}
