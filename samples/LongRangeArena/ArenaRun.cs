using LongRangeArena.Tasks;
using Microsoft.ML;
using Microsoft.ML.StateSpace;
using Samples;

namespace LongRangeArena;

/// <summary>One row of the table: how its data are drawn, and how S5 learns them.</summary>
internal sealed record ArenaRun
{
    private const string Usage = """
        LongRangeArena [--task NAME] [--run short|full] [--seed N]

          --task   listops, nested lists as the arena draws them (default), or paths, images of our own after Pathfinder
          --run    short takes less than a minute (default), full up to half an hour, on two cores
          --seed   decides the rows, the initial values and the order of the rows (default 1)
        """;

    public required string Title { get; init; }

    public required Func<MLContext, ArenaData> Draw { get; init; }

    /// <summary>The network and its training: what is published for the task, made smaller.</summary>
    public required Preset Preset { get; init; }

    public required int Seed { get; init; }

    /// <summary>Reads pairs of option and value.</summary>
    /// <exception cref="ArgumentException">Something else was given; the message says what can be.</exception>
    public static ArenaRun Parse(string[] args)
    {
        var given = Arguments.Parse(args, Usage);
        int seed = given.Count("--seed") ?? 1;
        bool isFull = (given["--run"] ?? "short") switch
        {
            "short" => false,
            "full" => true,
            var other => throw given.Refusal($"--run is short or full, not '{other}'."),
        };
        return (given["--task"] ?? "listops") switch
        {
            "listops" => ListOpsRun(isFull, seed),
            "paths" => PathsRun(isFull, seed),
            var other => throw given.Refusal($"--task is listops or paths, not '{other}'."),
        };
    }

    /// <summary>Trains a model and scores it on the rows that it has not seen.</summary>
    public (TrainingSummary Training, double Accuracy) Train(MLContext mlContext, ArenaData data, IProgress<TrainingProgress> progress)
    {
        var model = mlContext.MulticlassClassification.Trainers.StateSpace(new()
        {
            Architecture = Preset.Architecture,
            Training = Preset.Training with { Seed = Seed, Progress = progress },
            ValidationSet = data.Validation,
        }).Fit(data.Train);
        return (model.Summary, mlContext.MulticlassClassification.Evaluate(model.Transform(data.Test)).MicroAccuracy);
    }

    private static ArenaRun ListOpsRun(bool isFull, int seed)
    {
        var size = isFull ? new ListOpsSize { LongerThan = 20, ShorterThan = 200 }
            : new ListOpsSize { MaximumDepth = 4, MaximumArguments = 5, LongerThan = 4, ShorterThan = 60 };
        var (rows, heldOut) = isFull ? (48_000, 2_000) : (8_000, 1_000);
        return new()
        {
            Title = "ListOps",
            Seed = seed,
            Draw = mlContext => ArenaData.Split(
                mlContext, ListOps.Draw(rows + 2 * heldOut, size, seed), heldOut, 10, row => (int)row.Label, row => row.Features.Length),
            Preset = Reduced(LongRangeTask.ListOps, layers: isFull ? 4 : 2, channels: 64, epochs: isFull ? 20 : 10),
        };
    }

    private static ArenaRun PathsRun(bool isFull, int seed)
    {
        var (rows, heldOut) = isFull ? (8_000, 1_000) : (500, 100);
        return new()
        {
            Title = "dashed paths",
            Seed = seed,
            Draw = mlContext => ArenaData.Split(
                mlContext, PathImages.Draw(rows + 2 * heldOut, seed), heldOut, 2, row => (int)row.Label, row => row.Features.Length),
            Preset = Reduced(LongRangeTask.Pathfinder, layers: isFull ? 4 : 2, channels: isFull ? 64 : 32, epochs: isFull ? 30 : 5),
        };
    }

    private static Preset Reduced(LongRangeTask task, int layers, int channels, int epochs)
    {
        var published = Presets.LongRangeArena(task);
        return new(
            published.Architecture with { Layers = layers, ModelSize = channels },
            published.Training with { Epochs = epochs, WarmupFraction = 1.0 / epochs });
    }
}
