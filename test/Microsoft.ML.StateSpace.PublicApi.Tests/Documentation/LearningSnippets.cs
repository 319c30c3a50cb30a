using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/learning-dynamics.md, run on a record of a process of the first order.</summary>
public class LearningSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void ClosedForms_TellWhenAModeIsLearnt()
    {
        double[] input = Input(200), output = Output(input);

        var mode = LinearMode.Of(pole: 0.8, new InputOutputRecord(input, output));
        double rate = 0.1 * mode.LargestStableRate(b: 0.1, c: 0.5);
        double steps = mode.TimeTo(b: 0.1, c: 0.5, product: 0.9 * mode.Optimum) / rate;
        var shared = new SharedModes(mode, States: 16, StateSharing.Shared);
        Console.WriteLine($"nine tenths of b c = {mode.Optimum:g3} after {steps:f0} steps; R_N = {shared.Rate(b: 0.1, c: 0.5):g3}");

        steps.Should().BeInRange(5, 500);
        mode.Optimum.Should().BeApproximately(0.6, 1e-9);
    }

    [Fact]
    public void Curves_AreToldBeforeTheyAreRun()
    {
        double[] input = Input(200), output = Output(input);

        InputOutputRecord[] records = [new(input, output)];          // standardised, one channel each
        var start = new DiagonalSystem(
            Poles: [0.5, new(0.7, 0.3)], B: new System.Numerics.Complex[,] { { 0.3 }, { 0.3 } },
            C: new System.Numerics.Complex[,] { { 0.3, 0.3 } }, D: new double[1, 1]);
        LearningSpectrum spectrum = LearningDynamics.Spectrum(start, records);
        double rate = 0.02 * spectrum.LargestStableRate;             // of B and C alone; poles are steeper
        LearningCurve curve = LearningDynamics.Predict(start, records, rate, steps: 1000);
        Console.WriteLine($"loss {curve.Losses[0]:g3} -> {curve.Losses[^1]:g3}; with poles held {spectrum.LossAfter(rate, 1000):g3}");
        Console.WriteLine($"{spectrum.Learnable(rate, 1000)} of {spectrum.Directions} directions; {spectrum.ShareOutside:p1} outside");

        curve.Diverged.Should().BeFalse();
        curve.Losses[^1].Should().BeLessThan(curve.Losses[0]);
    }

    [Fact]
    public void Layers_SayWhatTheyCanLearn()
    {
        double[] input = Input(100);
        IDataView trainData = mlContext.Data.LoadFromEnumerable([new Row
        {
            Input = [.. input.Select(value => (float)value)], Target = [.. Output(input).Select(value => (float)value)],
        }]);
        SequenceToSequenceTransformer transformer = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = new LruOptions { Layers = 2, ModelSize = 4, StateSize = 4 }, Training = new() { Epochs = 1 },
        }).Fit(trainData);

        LearningReport report = mlContext.Transforms.StateSpace.LearningDynamics(transformer, trainData, steps: 400);
        Console.WriteLine(report);                                   // a line for each layer
        foreach (LayerDynamics layer in report.Layers.Where(layer => layer.Spectrum is not null))
            Console.WriteLine($"{layer.Core}: idle {string.Join(", ", layer.Spectrum!.IdlePoles(report.Rate, report.Steps))}");

        report.Layers.Should().HaveCount(2).And.OnlyContain(layer => layer.LargestStableRate > 0);
        report.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2);
    }

    private static double[] Input(int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, length).Select(_ => 2 * random.NextDouble() - 1)];
    }

    private static double[] Output(double[] input)
    {
        double h = 0;
        return [.. input.Select(u => 0.6 * (h = 0.8 * h + u))];
    }

    private sealed class Row
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
