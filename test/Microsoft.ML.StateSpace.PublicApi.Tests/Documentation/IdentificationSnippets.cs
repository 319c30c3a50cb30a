using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/identification.md. A test of Core holds that every block stands here, word for word.</summary>
public class IdentificationSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void APlant_IsIdentified()
    {
        PlantRecord[] records = [Record(200, 1), Record(150, 2)];
        PlantRecord fresh = Record(100, 3);
        int steps = 100;

        IDataView train = mlContext.Data.LoadFromEnumerable(records);
        SequenceToSequenceTransformer model = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            InitialOutputs = 10,                                   // the first outputs of a record tell its initial state
        }).Fit(train);

        IDataView simulated = model.Transform(mlContext.Data.LoadFromEnumerable([fresh]));
        SequenceToSequenceMetrics metrics = mlContext.Transforms.StateSpace.EvaluateSequenceToSequence(simulated, skip: 10);
        Console.WriteLine($"FIT {metrics.FitPercent:f1} %, VAF {metrics.VarianceAccountedFor:f1} %");

        metrics.FitPercent.Should().BeGreaterThan(80);
        StreamingEngine engine = model.CreateStreamingEngine();
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<float> input = fresh.Input.AsSpan(2 * t, 2);
            ReadOnlySpan<float> answer = t < 10 ? engine.Step(input, fresh.Target.AsSpan(t, 1)) : engine.Step(input);
        }

        NoiseModel noise = mlContext.Transforms.StateSpace.FitNoiseModel(model.Transform(train));
        SequenceToSequenceMetrics oneStep = mlContext.Transforms.StateSpace.EvaluatePrediction(simulated, noise, steps: 1, skip: 10);
        SequenceToSequenceMetrics tenSteps = mlContext.Transforms.StateSpace.EvaluatePrediction(simulated, noise, steps: 10, skip: 10);
        Console.WriteLine($"RMSE {metrics.RootMeanSquaredError:g3} in free run, {oneStep.RootMeanSquaredError:g3} one step ahead");

        oneStep.RootMeanSquaredError.Should().BeLessThan(tenSteps.RootMeanSquaredError);
        ResidualAnalysis residuals = mlContext.Transforms.StateSpace.AnalyzeResiduals(simulated, lags: 25, skip: 10);
        Console.WriteLine($"independent of the inputs: {residuals.AreIndependent}; white: {residuals.AreWhite}");
    }

    // A first-order plant with a disturbance of its own, from an unknown state.
    private static PlantRecord Record(int steps, int seed)
    {
        var random = new Random(seed);
        double state = 4 * random.NextDouble() - 2, disturbance = 0;
        var record = new PlantRecord { Input = new float[2 * steps], Target = new float[steps] };
        for (int t = 0; t < steps; t++)
        {
            (record.Input[2 * t], record.Input[2 * t + 1]) = (random.NextSingle() - 0.5f, MathF.Sin(0.2f * t));
            state = 0.9 * state + record.Input[2 * t] + 0.2 * record.Input[2 * t + 1];
            disturbance = 0.9 * disturbance + 0.05 * (random.NextDouble() - 0.5);
            record.Target[t] = (float)(state + disturbance);
        }
        return record;
    }

    public class PlantRecord
    {
        [VectorType(0, 2)]                                     // any number of time steps, two inputs
        public float[] Input { get; set; } = [];

        [VectorType(0, 1)]
        public float[] Target { get; set; } = [];              // NaN where an output was not measured
    }
}
