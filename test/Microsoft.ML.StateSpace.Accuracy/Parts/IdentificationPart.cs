using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Accuracy.Identification;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

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

    public override string Table(IReadOnlyList<string> sets, IReadOnlyList<Run> runs) => FitTable.Of(sets, runs);

    private static Run Make(RunKey key, Plant plant, Func<Recording, ISimulator> train)
    {
        var data = plant.Read();
        return Ours.Measure(
            key, () => train(data.Train), model => Scores(data, test => model.Simulate(test), output => model.Choices[output]));
    }

    private static Run Make(RunKey key, Plant plant)
    {
        var data = plant.Read();
        var mlContext = new MLContext(key.Seed);
        var train = Row(mlContext, data.Train);
        return Ours.Measure(key, () => Ours.Simulator(mlContext).Fit(train), model => Scores(data, test =>
        {
            float[] output = model.Transform(Row(mlContext, test)).GetColumn<float[]>("Output").Single();
            return Recording.Signals(output, test.Outputs.Length);
        }));
    }

    private static Score[] Scores(PlantData data, Func<Recording, double[][]> simulate, Func<int, string>? choice = null)
        => [.. data.Tests.SelectMany(test => simulate(test.Record).Select((simulated, output) =>
        {
            var fit = Fit.Of(test.Record.Outputs[output], simulated, test.Skip);
            string[] names = [.. new[] { test.Name, test.Record.Outputs.Length > 1 ? $"y{output + 1}" : "" }.Where(name => name != "")];
            return new Score(string.Join(", ", names), fit.Percent, fit.RootMeanSquaredError, choice?.Invoke(output));
        }))];

    private static IDataView Row(MLContext mlContext, Recording record)
    {
        var schema = SchemaDefinition.Create(typeof(PlantRow));
        schema[nameof(PlantRow.Input)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, record.Inputs.Length);
        schema[nameof(PlantRow.Target)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, record.Outputs.Length);
        var row = new PlantRow { Input = Recording.TimeMajor(record.Inputs), Target = Recording.TimeMajor(record.Outputs) };
        return mlContext.Data.LoadFromEnumerable([row], schema);
    }

    private sealed class PlantRow
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
