using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Persistence;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Models: streams, cursors and files.</summary>
internal static class ModelSituations
{
    private static readonly S5Options Causal = Samples.Small with { Bidirectional = false };

    public static IEnumerable<Situation> All =>
    [
        new("Train it with Architecture.Bidirectional = false", () => Engine(true, null), () => Engine(false, null)),
        new("Bidirectional = false in Members[1] of its Architecture", () => Together(true), () => Together(false)),
        new("Train a model with a network as the Architecture", () => Search(Samples.Ensemble), () => Search(Causal)),
        new("Give Step the values alone", () => Engine(false, null).Step([1, 2], 1), () => Engine(false, null).Step([1, 2])),
        new(
            "too: Step(values, interval)", () => Engine(false, "Intervals").Step([1, 2]), () => Engine(false, "Intervals").Step([1, 2], 1)),
        new("Give Step a span of 2 values", () => Engine(false, null).Step(1u), () => Engine(false, null).Step([1, 2])),
        new("A time step of this model has 2 values", () => Engine(false, null).Step([1]), () => Engine(false, null).Step([1, 2])),
        new("the first step takes 1", () => Engine(false, "Intervals").Step([1, 2], 0), () => Engine(false, "Intervals").Step([1, 2], 1)),
        new("Make it StateLength long", () => State(engine => 3), () => State(engine => engine.StateLength)),
        new(
            "Give SetState the bytes that GetState of an engine of the very same model wrote",
            () => Hand(Engine(false, "Intervals"), Engine(false, null)), () => Hand(Engine(false, null), Engine(false, null))),
        new(
            "Give all bytes that GetState wrote", () => Engine(false, null).SetState(new byte[7]),
            () => Hand(Engine(false, null), Engine(false, null))),
        new("Name it among the columns needed when the cursor is made", () => Read("Features"), () => Read("Name")),
        new("save the model anew", () => Load(damaged: true), () => Load(damaged: false)),
        new("Copy the file again", () => Load(damaged: true), () => Load(damaged: false)),
    ];

    private static StreamingEngine Engine(bool bidirectional, string? intervals)
        => Classifier(o => o with
        {
            Architecture = Causal with { Bidirectional = bidirectional }, Channels = 2, IntervalColumnName = intervals,
        }).Fit(Keyed(Samples.Irregular())).CreateStreamingEngine();

    private static void Together(bool bidirectional)
        => Classifier(o => o with
        {
            Architecture = new EnsembleOptions { Members = [Causal, Causal with { Bidirectional = bidirectional }] },
        }).Fit(Views.Fixed(Ml)).CreateStreamingEngine();

    private static void Search(ArchitectureOptions architecture)
        => GainAnalysis.FindWorstInput(Classifier(o => o with { Architecture = architecture }).Fit(Views.Fixed(Ml)).Model, 5);

    private static void State(Func<StreamingEngine, int> length)
    {
        var engine = Engine(false, null);
        engine.GetState(new byte[length(engine)]);
    }

    // One engine goes on where another stands.
    private static void Hand(StreamingEngine from, StreamingEngine to)
    {
        byte[] state = new byte[from.StateLength];
        from.GetState(state);
        to.SetState(state);
    }

    // A cursor from which the name is wanted.
    private static void Read(string column)
    {
        var scored = Views.FitFixed(Ml).Transform(Views.Fixed(Ml));
        using var cursor = scored.GetRowCursor([scored.Schema["Name"], scored.Schema["Score"]]);
        cursor.MoveNext();
        Cells.Reader(cursor, scored.Schema[column])();
    }

    private static void Load(bool damaged)
    {
        using var written = new MemoryStream();
        var model = Views.FitFixed(Ml);
        byte[] payload = Payload.Write(new Head(), model.Model);
        if (damaged)
            payload[^1] ^= 1;
        Payload.Read<Head>(new MemoryStream(payload));
    }

    private sealed record Head;
}
