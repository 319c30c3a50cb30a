using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// What the streams of a silo measure, with <c>System.Diagnostics.Metrics</c>: <c>docs/telemetry.md</c> lists it. The name of the model is
/// an attribute; that of a stream never is, since every combination of attributes is a series that a backend keeps.
/// </summary>
public static class StreamMeter
{
    /// <summary>The name of the meter, for <c>AddMeter</c> of OpenTelemetry or <c>dotnet-counters</c>.</summary>
    public const string Name = "Microsoft.ML.StateSpace.Orleans";

    private static readonly Meter Meter = new(Name, typeof(StreamMeter).Assembly.GetName().Version!.ToString(3));

    private static readonly UpDownCounter<long> Active = Meter.CreateUpDownCounter<long>(
        "statespace.streams.active", "{grain}", "Streams and assets that a silo holds, and that have made a step there.");

    private static readonly Counter<long> Steps = Meter.CreateCounter<long>(
        "statespace.streams.steps", "{step}", "Time steps of streams.");

    // A step of a small model takes a microsecond, one of an asset with many streams a millisecond.
    private static readonly Histogram<double> StepDuration = Meter.CreateHistogram(
        "statespace.streams.step.duration", "s", "Duration of a step of a stream, or of all streams of an asset, without the call.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1],
        });

    private static readonly Counter<long> LostSteps = Meter.CreateCounter<long>(
        "statespace.streams.lost_steps", "{step}",
        "Time steps that a silo made and did not keep before it ended, where steps have numbers.");

    private static readonly Counter<long> KeptStates = Meter.CreateCounter<long>(
        "statespace.streams.kept_states", "{state}", "States of streams and assets that were kept.");

    private static readonly Counter<long> FailedStates = Meter.CreateCounter<long>(
        "statespace.streams.failed_states", "{state}", "States that the storage did not take.");

    private static readonly Counter<long> RefusedStates = Meter.CreateCounter<long>(
        "statespace.streams.refused_states", "{state}", "States of another model, which a newer one refused.");

    internal static void Began(StreamModel model) => Active.Add(1, model.Tag);

    internal static void Ended(StreamModel model) => Active.Add(-1, model.Tag);

    /// <summary>The time, where it is wanted.</summary>
    internal static long Begin() => StepDuration.Enabled ? Stopwatch.GetTimestamp() : 0;

    internal static void Stepped(StreamModel model, long began, int streams, long? lost)
    {
        Steps.Add(streams, model.Tag);
        // A listener that came while the step was made has missed the beginning.
        if (began != 0)
            StepDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, model.Tag);
        if (lost > 0)
            LostSteps.Add(lost.Value, model.Tag);
    }

    internal static void Kept(StreamModel model) => KeptStates.Add(1, model.Tag);

    internal static void Failed(StreamModel model, Exception error)
        => FailedStates.Add(1, model.Tag, new("error.type", error.GetType().FullName));

    internal static void Refused(StreamModel model) => RefusedStates.Add(1, model.Tag);
}
