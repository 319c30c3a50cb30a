using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# about linear systems in docs/identification.md, run on short records of a plant that is known.</summary>
public class LinearSystemSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void LinearSystems_GoInAndOut()
    {
        IDataView train = Records();
        LinearSystem start = new ContinuousSystem(
            A: new[,] { { 0.0, 1 }, { -4, -0.8 } }, B: new[,] { { 0.0 }, { 4 } }, C: new[,] { { 1.0, 0 } }, D: new[,] { { 0.0 } })
            .ToDiscrete(sampleTime: 0.1);                            // or new LinearSystem(A, B, C, D) from n4sid or ssest
        SequenceToSequenceTransformer model = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = new S5Options { Layers = 1, ModelSize = 8, StateSize = 8, Scaffold = new LinearScaffold() },
            InitialSystem = start,
        }).Fit(train);

        LinearModel whole = LinearSystem.OfModel(model.Model);
        Console.WriteLine($"around inputs {string.Join(", ", whole.InputOffset)}, outputs {string.Join(", ", whole.OutputOffset)}");
        ReducedSystem plant = whole.System.ReduceToTolerance(0.01);  // the gain of the error is at most plant.ErrorBound
        Console.WriteLine($"poles {string.Join(", ", plant.System.Poles())}, zeros {string.Join(", ", plant.System.TransmissionZeros())}");
        double[,,] step = plant.System.StepResponse(100);            // (steps, outputs, inputs)
        BodeDiagram bode = plant.System.Bode([0.1, 0.3, 1, 3], sampleTime: 0.1); // in Hz
        ContinuousSystem continuous = start.ToContinuous(sampleTime: 0.1);       // where no pole lies on the negative real axis

        ConvolutionKernel kernel = ConvolutionKernel.OfCore(model.Model, layer: 0, steps: 200);
        Console.WriteLine($"an impulse in channel 0 is {kernel[5, 0, 0]:g3} in channel 0 five steps later");
        TrainedModel fewer = ModelReduction.ReduceToTolerance(model.Model, tolerance: 0.01);  // of the gain of the error in every layer
        SequenceToSequenceTransformer light = model.WithModel(fewer);    // in a pipeline, in the place of the model before

        light.Options.Architecture.Should().BeOfType<S5Options>().Which.StateSize.Should().BeLessThan(8);
        light.Transform(train).GetColumn<float[]>("Output").First().Should().HaveCount(120);
        bode.Should().NotBeNull();
        continuous.IsStable().Should().BeTrue();
        double[,,] expected = start.StepResponse(100);
        for (int t = 0; t < 100; t++)
            step[t, 0, 0].Should().BeApproximately(expected[t, 0, 0], 0.1);
    }

    private IDataView Records()
    {
        var plant = new ContinuousSystem(
            new[,] { { 0.0, 1 }, { -4, -0.8 } }, new[,] { { 0.0 }, { 4 } }, new[,] { { 1.0, 0 } }, new[,] { { 0.0 } }).ToDiscrete(0.1);
        var random = new Random(1);
        return mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(_ =>
        {
            var inputs = new double[120, 1];
            for (int t = 0; t < 120; t++)
                inputs[t, 0] = random.NextDouble() - 0.5;
            return new Row
            {
                Input = [.. inputs.Cast<double>().Select(value => (float)value)],
                Target = [.. plant.Simulate(inputs).Cast<double>().Select(value => (float)value)],
            };
        }).ToArray());
    }

    private sealed class Row
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
