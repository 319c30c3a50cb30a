using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Networks that cannot start from a linear system, and models that are none.</summary>
internal static class InitialSystemSituations
{
    private static readonly S5Options Linear = Samples.Small with { Scaffold = new LinearScaffold(), Bidirectional = false };

    private static readonly LinearSystem Lag = new(
        new[,] { { 0.8 } }, new[,] { { 0.2 } }, new[,] { { 1.0 } }, new double[1, 1]);

    public static IEnumerable<Situation> All =>
    [
        new(
            "Leave Norm null with a LinearScaffold", () => Train(Linear with { Norm = NormKind.LayerNorm }),
            () => Train(Linear with { Norm = null })),
        new(
            "a cap is not linear. Leave it null", () => Train(Linear with { LogitsSoftCap = 30 }),
            () => Train(Linear with { LogitsSoftCap = null })),
        new(
            "Leave LogitsSoftCap null where a network starts from a system",
            () => Train(Linear with { Scaffold = new WienerScaffold(), LogitsSoftCap = 30 }),
            () => Train(Linear with { Scaffold = new WienerScaffold() })),
        new(
            "which is not linear. Leave it None", () => Train(Linear with { FinalNorm = NormKind.LayerNorm }),
            () => Train(Linear with { FinalNorm = NormKind.None })),
        new(
            "Leave Dropout null with a LinearScaffold", () => Train(Linear with { Dropout = 0.1 }),
            () => Train(Linear with { Dropout = null })),
        new(
            "Set Architecture to S5Options", () => Train(null),
            () => Train(new S5Options { Layers = 1, Scaffold = new LinearScaffold() })),
        new(
            "or LruOptions, with Layers = 1 and Scaffold = new LinearScaffold()", () => Train(null),
            () => Train(new LruOptions { Layers = 1, Scaffold = new LinearScaffold() })),
        new(
            "Set Scaffold to new LinearScaffold()", () => Train(Linear with { Scaffold = new GluScaffold() }), () => Train(Linear)),
        new(
            "or to new WienerScaffold()", () => Train(Linear with { Scaffold = new GluScaffold() }),
            () => Train(Linear with { Scaffold = new WienerScaffold() })),
        new(
            "Leave Norm null where a network starts from a system",
            () => Train(Linear with { Scaffold = new WienerScaffold(), Norm = NormKind.LayerNorm }),
            () => Train(Linear with { Scaffold = new WienerScaffold() })),
        new(
            "Leave FinalNorm None where a network starts from a system",
            () => Train(Linear with { Scaffold = new WienerScaffold(), FinalNorm = NormKind.RmsNorm }),
            () => Train(Linear with { Scaffold = new WienerScaffold() })),
        new(
            "Leave both null where a network starts from a system",
            () => Train(Linear with { CoreInputs = 2, FeedThrough = FeedThroughKind.Dense }), () => Train(Linear)),
        new(
            "Give the system of these columns",
            () => Train(Linear, Lag with { B = new[,] { { 0.2, 0.1 } }, D = new double[1, 2] }), () => Train(Linear)),
        new(
            "Set Architecture.ModelSize to at least 2", () => Train(Linear with { ModelSize = 1 }),
            () => Train(Linear with { ModelSize = 2 })),
        new("Set Architecture.StateSize to at least 2", () => Train(Linear with { StateSize = 1 }, Two), () => Train(Linear, Two)),
        new(
            "or take LinearSystem.ReduceToOrder of the system", () => Train(Linear with { StateSize = 1 }, Two),
            () => Train(Linear with { StateSize = 1 }, Two.ReduceToOrder(1).System)),
        new(
            "Take the system without its integrators and unstable poles", () => Train(Linear, Lag with { A = new[,] { { 1.0 } } }),
            () => Train(Linear, Lag)),
        new(
            "Train it with Scaffold = new LinearScaffold()", () => Read(Samples.Small with { Bidirectional = false }),
            () => Read(Linear)),
        new(
            "Give a model that was made of the Model of this transformer",
            () => Other(Fit(Linear, null)), () => Reduce(Fit(Linear, null))),
        new("Train it with Bidirectional = false", () => Read(Linear with { Bidirectional = true }), () => Read(Linear)),
    ];

    private static LinearSystem Two => new(
        new[,] { { 0.8, 0 }, { 0, 0.5 } }, new[,] { { 0.2 }, { 0.1 } }, new[,] { { 1.0, 1 } }, new double[1, 1]);

    private static SequenceToSequenceTransformer Train(ArchitectureOptions? architecture, LinearSystem? system = null)
        => Fit(architecture, system ?? Lag);

    private static void Read(ArchitectureOptions architecture) => LinearSystem.OfModel(Fit(architecture, null).Model);

    private static void Reduce(SequenceToSequenceTransformer model)
        => Score(model.WithModel(ModelReduction.ReduceToOrder(model.Model, 2)), View(Records()));

    private static void Other(SequenceToSequenceTransformer model)
        => model.WithModel(model.Model with { Options = model.Model.Options with { Outputs = 2 } });

    private static SequenceToSequenceTransformer Fit(ArchitectureOptions? architecture, LinearSystem? system)
        => Steps.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            Architecture = architecture, InitialSystem = system, Training = Samples.Quick with { Epochs = 1 },
        }).Fit(View(Records()));

    private static Row[] Records()
        => [.. Enumerable.Range(0, 4).Select(r => new Row
        {
            Input = [.. Enumerable.Range(0, 20).Select(t => MathF.Sin((r + 1) * t))],
            Target = [.. Enumerable.Range(0, 20).Select(t => MathF.Cos((r + 1) * t))],
        })];

    private sealed class Row
    {
        public float[] Input { get; set; } = [];

        public float[] Target { get; set; } = [];
    }
}
