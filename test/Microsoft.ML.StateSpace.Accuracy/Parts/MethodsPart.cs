using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Accuracy.Identification;
using Microsoft.ML.StateSpace.Accuracy.Methods;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>The training methods beside one another: the same networks, the same seeds, the same records.</summary>
internal sealed class MethodsPart()
    : Part("methods", "Training methods", [.. Trainee.All.Select(trainee => trainee.Name)])
{
    public override IReadOnlyList<Measurement> Measurements(string set, int seeds)
    {
        var trainee = Trainee.All.Single(candidate => candidate.Name == set);
        string data = trainee.File is null ? "drawn" : Fingerprint.OfFiles(trainee.File);
        return
        [
            .. Way.All.SelectMany(way => Enumerable.Range(1, seeds).Select(seed => new Measurement(
                new RunKey(Heading, set, way.Name, seed, Ours.Code, data), key => Make(key, trainee, way)))),
        ];
    }

    public override string Table(IReadOnlyList<string> sets, IReadOnlyList<Run> runs) => MethodTable.Of(sets, runs);

    private static Run Make(RunKey key, Trainee trainee, Way way)
    {
        var mlContext = new MLContext(key.Seed);
        var (train, test, skip) = trainee.Records(key.Seed);
        var losses = new Losses();
        var training = way.Training(trainee.Iterations) with { Seed = key.Seed, Progress = losses, ValidationFraction = 0 };
        return Ours.Measure(
            key,
            () => mlContext.Transforms.StateSpace.SequenceToSequence(new()
            {
                OutputColumnName = "Output", InputColumnName = "Input", TargetColumnName = "Target", Architecture = trainee.Network,
                InitialOutputs = trainee.Told, Training = training,
            }).Fit(Trainee.View(mlContext, train)),
            model =>
            {
                float[][] answers = [.. model.Transform(Trainee.View(mlContext, test, trainee.Told)).GetColumn<float[]>("Output")];
                var fit = Fit.Of(
                    [.. test.SelectMany(record => record.Outputs[0].Skip(skip))],
                    [.. answers.SelectMany(signal => signal.Skip(skip).Select(value => (double)value))]);
                return
                [
                    new(MethodTable.Fit, fit.Percent, fit.RootMeanSquaredError),
                    .. MethodTable.Iterations.Where(n => n <= losses.Count).Select(n => new Score($"{n}", losses[n - 1])),
                    new(MethodTable.Last, losses[^1]),
                    new(MethodTable.Count, losses.Count, Choice: $"{model.Summary.Stop}"),
                    .. Residual(model.Summary),
                ];
            });
    }

    private static IEnumerable<Score> Residual(TrainingSummary summary)
        => summary.Descent is { Iterations: [.., var last] } ? [new(MethodTable.Residual, last.Residual)] : [];

    private sealed class Losses : List<double>, IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Add(value.TrainingLoss);
    }
}
