using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Testing.Enrolments;

/// <summary>The linear-input-varying system.</summary>
internal sealed class LivEnrolment : CoreEnrolment<LivOptions>
{
    private static readonly LivOptions Small = new()
    {
        Layers = 2, ModelSize = 6, StateSize = 4, Bidirectional = false, Dropout = 0, StepSizeMinimum = 0.01, StepSizeMaximum = 1,
    };

    public override IEnumerable<(string Name, SequenceModelOptions Options)> Models =>
    [
        ("LIV, sequence to sequence", Regressor(Small)),
        ("LIV, Euler, two-way", Classifier(Small with
        {
            InputDiscretization = InputDiscretization.Euler, Bidirectional = true, Scaffold = new GluScaffold(),
        })),
        ("LIV, softmax, sequence to sequence", Regressor(Small with { StepForm = LivStepForm.Softmax })),
        ("LIV, irregular, sequence to sequence", Regressor(Small) with { HasIntervals = true }),
        (
            "LIV, irregular, softmax, two-way",
            Classifier(Small with { StepForm = LivStepForm.Softmax, Bidirectional = true }) with { HasIntervals = true }),
        ("LIV, irregular, Euler, two-way", Classifier(Small with
        {
            InputDiscretization = InputDiscretization.Euler, Bidirectional = true, Scaffold = new GluScaffold(),
        }) with { HasIntervals = true }),
    ];

    public override IEnumerable<LayerCase> Layers
        => from rule in Enum.GetValues<InputDiscretization>()
           from form in Enum.GetValues<LivStepForm>()
           from layer in LayerCase.WithAndWithoutIntervals(
               $"LIV, {rule}, {form}",
               (layout, size, hasIntervals) => new Liv(
                   layout,
                   new LivOptions { InputDiscretization = rule, StepForm = form, StepSizeMinimum = 0.01, StepSizeMaximum = 1 },
                   size, size + 2, hasIntervals),
               (p, x, intervals) => SelectiveCores.Liv(p, x, rule, intervals, form).Outputs)
           select layer;

    public override IEnumerable<(string Option, NetworkOptions Options)> Wrong =>
    [
        ("InputDiscretization", new LivOptions { InputDiscretization = (InputDiscretization)9 }),
        ("StepSizeMinimum", new LivOptions { StepSizeMinimum = 0 }),
        ("StepSizes", new LivOptions { StepSizes = (StepSizeDistribution)9 }),
        ("StepSizeMaximum", new LivOptions { StepSizeMaximum = double.NaN }),
        ("StepForm", new LivOptions { StepForm = (LivStepForm)9 }),
    ];

    public override IEnumerable<(string Model, int Sequences, int Length)> Allocations =>
    [
        ("LIV, irregular, sequence to sequence", 6, 70), ("LIV, irregular, Euler, two-way", 1, 2100),
        ("LIV, irregular, softmax, two-way", 6, 70),
    ];

    public override IEnumerable<NetworkOptions> Clashes => [new LivOptions { StepSizeMaximum = 1e-3 }];

    protected override double[][] Oracle(CoreCall call, LivOptions options)
        => call.BothWays(
            (p, x, intervals) => SelectiveCores.Liv(p, x, options.InputDiscretization, intervals, options.StepForm).Outputs);
}
