using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Accuracy.Identification;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;
using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>
/// Plants to be simulated in free run: the FIT of each output. A training record is one row. Linear models of the same records stand
/// beside.
/// </summary>
internal sealed class IdentificationPart()
    : Part("identification", "Identification of plants", [.. Plant.All.Select(plant => plant.Name)])
{
    private static readonly string OwnCode = Fingerprint.OfCode(typeof(Arx).Assembly);

    public override IReadOnlyList<Measurement> Measurements(string set, int seeds)
    {
        var plant = Plant.All.Single(candidate => candidate.Name == set);
        string data = Fingerprint.OfFiles(plant.Path);
        Measurement Baseline(string method, Func<Recording, ISimulator> train)
            => new(new RunKey(Heading, set, method, Seed: 0, OwnCode, data), key => Make(key, plant, train));
        return
        [
            Baseline(FitTable.Ridge, RidgeOverLags.Train),
            Baseline(FitTable.Arx, Arx.Train),
            .. Enumerable.Range(1, seeds).Select(seed => new Measurement(
                new RunKey(Heading, set, Ours.Method, seed, Ours.Code, data), key => Make(key, plant))),
        ];
    }

    public override string Table(IReadOnlyList<string> sets, IReadOnlyList<Run> runs)
        => FitTable.Of(sets, runs) + OutputTable.Of(sets, runs);

    private static Run Make(RunKey key, Plant plant, Func<Recording, ISimulator> train)
    {
        var data = plant.Read();
        return Ours.Measure(key, () => train(data.Train), model => Scores(data, test =>
        {
            // A linear model starts a run from the first outputs in any case.
            double[][] simulated = model.Simulate(test);
            return new Answers(simulated, simulated, model.Predict(test));
        }, output => model.Choices[output]));
    }

    private static Run Make(RunKey key, Plant plant)
    {
        var data = plant.Read();
        var mlContext = new MLContext(key.Seed);
        double[][] Simulate(SequenceToSequenceTransformer model, Recording record, int told) => Recording.Signals(
            model.Transform(Row(mlContext, record, told)).GetColumn<float[]>("Output").Single(), record.Outputs.Length);
        return Ours.Measure(key, () => Ours.Simulator(mlContext, data.Told).Fit(Row(mlContext, data.Train, data.Train.Steps)), model =>
        {
            var noise = NoiseModel.Fit([Response(data.Train, Simulate(model, data.Train, told: 0))]);
            return Scores(data, test =>
            {
                double[][] free = Simulate(model, test, told: 0);
                double[,] predicted = noise.Predict(Response(test, free));
                double[][] oneStep = [.. free.Select(
                    (signal, output) => Enumerable.Range(0, signal.Length).Select(step => predicted[step, output]).ToArray())];
                return new Answers(free, Simulate(model, test, data.Told), oneStep);
            });
        });
    }

    private static ResponseRecord Response(Recording record, double[][] simulated)
    {
        int steps = record.Steps, outputs = simulated.Length;
        double[,] targets = new double[steps, outputs], predictions = new double[steps, outputs];
        for (int step = 0; step < steps; step++)
            for (int output = 0; output < outputs; output++)
                (targets[step, output], predictions[step, output]) = (record.Outputs[output][step], simulated[output][step]);
        return new ResponseRecord(targets, predictions, new double[steps, 0]);
    }

    private static Score[] Scores(PlantData data, Func<Recording, Answers> answer, Func<int, string>? choice = null)
    {
        var scores = new List<Score>();
        foreach (var test in data.Tests)
        {
            var answers = answer(test.Record);
            for (int output = 0; output < answers.Free.Length; output++)
            {
                string[] names = [test.Name, test.Record.Outputs.Length > 1 ? $"y{output + 1}" : ""];
                void Add(string protocol, double[][] signals, int skip)
                {
                    var fit = Fit.Of(test.Record.Outputs[output], signals[output], skip);
                    string of = string.Join(", ", names.Append(protocol).Where(name => name != ""));
                    scores.Add(new Score(of, fit.Percent, fit.RootMeanSquaredError, choice?.Invoke(output)));
                }
                Add("", answers.Free, test.Skip);
                if (test.RunsOn)
                    continue;
                Add(OutputTable.Behind, answers.Free, data.Told);
                Add(OutputTable.Told, answers.Told, data.Told);
                Add(OutputTable.OneStep, answers.OneStep, data.Told);
            }
        }
        return [.. scores];
    }

    // Outputs behind those that are told are not known.
    private static IDataView Row(MLContext mlContext, Recording record, int told)
    {
        var schema = SchemaDefinition.Create(typeof(PlantRow));
        schema[nameof(PlantRow.Input)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, record.Inputs.Length);
        schema[nameof(PlantRow.Target)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, record.Outputs.Length);
        float[] outputs = Recording.TimeMajor(record.Outputs);
        outputs.AsSpan(Math.Min(told * record.Outputs.Length, outputs.Length)).Fill(float.NaN);
        var row = new PlantRow { Input = Recording.TimeMajor(record.Inputs), Target = outputs };
        return mlContext.Data.LoadFromEnumerable([row], schema);
    }

    /// <summary>What a model answers to a record: (outputs, steps) each.</summary>
    /// <param name="Free">In free run.</param>
    /// <param name="Told">In free run, told the first outputs.</param>
    /// <param name="OneStep">One step ahead.</param>
    private sealed record Answers(double[][] Free, double[][] Told, double[][] OneStep);

    private sealed class PlantRow
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
