using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Measured outputs that a model cannot be told, and noise models that cannot be used.</summary>
internal static class OutputSituations
{
    private static readonly SequenceToSequenceTransformer Told = Trained(3);

    private static readonly SignalRow One = Samples.Signals(1)[0];

    public static IEnumerable<Situation> All =>
    [
        new("Set it to the number of first time steps whose outputs are", () => Trained(-1), () => Trained(3)),
        new("Set InitialOutputs below 10", () => Trained(10), () => Trained(9)),
        new("or give the model longer records", () => Trained(10), () => Trained(10, steps: 12)),
        new(
            "Give it that column, with NaN where nothing was measured", () => Score(Told, View([new Inputs { Input = One.Input }])),
            () => Score(Told, View([new SignalRow { Input = One.Input, Target = [.. One.Target.Select(_ => float.NaN)] }]))),
        new(
            "or train it with InitialOutputs = 0", () => Score(Told, View([new Inputs { Input = One.Input }])),
            () => Score(Trained(0), View([new Inputs { Input = One.Input }]))),
        new(
            "Give it whole time steps, with NaN where nothing was measured", () => Score(Pairs(), View([Odd(3)])),
            () => Score(Pairs(), View([Odd(4)]))),
        new("Give Step the input alone", () => Stream(Told, told: 4), () => Stream(Told, told: 3)),
        new("or train the model with a larger InitialOutputs", () => Stream(Told, told: 4), () => Stream(Trained(4), told: 4)),
        new(
            "Give NaN for one that was not measured", () => Pairs().CreateStreamingEngine().Step([1, 2], [1f]),
            () => Pairs().CreateStreamingEngine().Step([1, 2], [1, float.NaN])),
        new("Take longer rows", () => Noise(10), () => Noise(10, steps: 12)),
        new("or a smaller skip", () => Noise(10), () => Noise(9)),
        new(
            "Fit it to the answers of this model, with FitNoiseModel", () => Evaluate(new NoiseModel([[], []])),
            () => Evaluate(Noise(0))),
    ];

    private static SequenceToSequenceTransformer Trained(int told, int steps = 10)
        => Series(options => options with { InitialOutputs = told, Architecture = Causal }).Fit(View(Rows(steps)));

    private static readonly S5Options Causal = Samples.Small with { Bidirectional = false };

    private static SequenceToSequenceTransformer Pairs()
        => Series(options => options with { InitialOutputs = 1, Channels = 2, Outputs = 2, Architecture = Causal })
            .Fit(View(Samples.VariableSignals()));

    private static VariableSignalRow Odd(int targets) => new() { Input = [1, 2, 3, 4], Target = new float[targets] };

    private static VariableSignalRow[] Rows(int steps)
        => [.. Samples.Signals().Select(row => new VariableSignalRow
        {
            Input = [.. row.Input, .. row.Input[..(steps - 10)]], Target = [.. row.Target, .. row.Target[..(steps - 10)]],
        })];

    private static void Stream(SequenceToSequenceTransformer model, int told)
    {
        var engine = model.CreateStreamingEngine();
        for (int t = 0; t < 6; t++)
            _ = t < told ? engine.Step([One.Input[t]], [One.Target[t]]) : engine.Step([One.Input[t]]);
    }

    private static NoiseModel Noise(int skip, int steps = 10)
        => Steps.StateSpace.FitNoiseModel(Trained(0).Transform(View(Rows(steps))), skip: skip);

    private static void Evaluate(NoiseModel noise)
        => Steps.StateSpace.EvaluatePrediction(Trained(0).Transform(View(Samples.Signals())), noise);

    private sealed class Inputs
    {
        public float[] Input { get; set; } = [];
    }
}
