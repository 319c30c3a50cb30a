using Microsoft.ML.StateSpace.Tests.Forecasting;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Streams, and series, that step together.</summary>
internal static class BatchSituations
{
    private static readonly Lazy<SequenceTransformer> Plain = new(() => Fit(null)), Timed = new(() => Fit("Intervals"));

    private static readonly Lazy<ForecastingTransformer> Forecaster = new(() => Demands.Fit(Demands.Options, Demands.Of(40)));

    public static IEnumerable<Situation> All =>
    [
        new(
            "Give the time step of one stream behind that of the other", () => With(Plain, batch => batch.Step([1, 2])),
            () => With(Plain, batch => batch.Step([1, 2, 3, 4]))),
        new(
            "Give Step the time since the step before of each of the 2 streams", () => With(Timed, batch => batch.Step([1, 2, 3, 4])),
            () => With(Timed, batch => batch.Step([1, 2, 3, 4], [1, 2]))),
        new(
            "Give Step the values alone", () => With(Plain, batch => batch.Step([1, 2, 3, 4], [1, 2])),
            () => With(Plain, batch => batch.Step([1, 2, 3, 4]))) { Of = "batch" },
        new(
            "Give Step the inputs alone", () => With(Plain, batch => batch.Step([1, 2, 3, 4], [], [1, 2])),
            () => With(Plain, batch => batch.Step([1, 2, 3, 4]))),
        new(
            "Give every stream once, and its next input in the next call",
            () => With(Plain, batch => batch.StepSome([1, 1], [1, 2, 3, 4])),
            () => With(Plain, batch =>
            {
                batch.StepSome([1], [1, 2]);
                batch.StepSome([1], [3, 4]);
            })),
        new(
            "Add one, or give a number below 2", () => With(Plain, batch => batch.Reset(2)),
            () => With(Plain, batch => batch.Reset(batch.Add()))),
        new(
            "Give 1 to 4096 threads, or null for one a processor", () => Plain.Value.CreateStreamingBatch(1, threads: 0),
            () => Plain.Value.CreateStreamingBatch(1).Dispose()),
        new(
            "Give as many whole rows of every series", () => WithSeries(batch => batch.Forecast([1, 0, 1])),
            () => WithSeries(batch => batch.Forecast([1, 0]))),
        new(
            "Give the row of one series behind that of the other", () => WithSeries(batch => batch.Observe([1, 0, 0])),
            () => WithSeries(batch => batch.Observe([1, 0, 0, 2, 0, 0]))),
    ];

    private static void With(Lazy<SequenceTransformer> model, Action<StreamingBatch> use)
    {
        using var batch = model.Value.CreateStreamingBatch(2, threads: 1);
        use(batch);
    }

    private static void WithSeries(Action<ForecastBatch> use)
    {
        using var batch = Forecaster.Value.CreateForecastBatch(2, threads: 1);
        use(batch);
    }

    private static SequenceTransformer Fit(string? intervals)
        => Classifier(o => o with
        {
            Architecture = Samples.Small with { Bidirectional = false }, Channels = 2, IntervalColumnName = intervals,
        }).Fit(Keyed(Samples.Irregular()));
}
