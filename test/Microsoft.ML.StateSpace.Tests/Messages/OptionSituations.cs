using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Messages.Doing;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Options that cannot work, or not with one another.</summary>
internal static class OptionSituations
{
    private static readonly IDataView Good = Views.Fixed(Ml);

    private static readonly IDataView Irregular = Keyed(Samples.Irregular());

    private static readonly L2RuOptions Square = new() { Layers = 1, ModelSize = 4, Parametrization = L2RuParametrization.Square };

    private static readonly L2RuOptions Certified = new() { Layers = 1, ModelSize = 4, StateSize = 4 };

    private static readonly LruOptions Lru = new() { Layers = 1, ModelSize = 4, StateSize = 4 };

    private static readonly StateSpaceBankOptions Bank = new() { Filters = 128 };

    private static readonly S4DOptions Filter
        = new() { Layers = 1, ModelSize = 4, StateSize = 4, SobolevExponent = 1, Bidirectional = false };

    private static readonly S4DOptions TwoWayFilter = Filter with { Bidirectional = true };

    private static readonly DerivedInputs Everything
        = new() { Differences = true, StandardizedSequences = true, DifferencesToMean = true };

    public static IEnumerable<Situation> All =>
    [
        .. CoreDefinition.All.Where(core => core.TakesIntervals).Select(core => new Situation(
            $"{core.OptionsType.Name}", () => FitIrregular(Lru, "Intervals"), () => FitIrregular(Small(core), "Intervals"))
        {
            Of = "Choose one of them as the Architecture",
        }),
        new("leave IntervalColumnName null", () => FitIrregular(Lru, "Intervals"), () => FitIrregular(Lru, null)),
        new(
            "set SobolevExponent to null", () => FitIrregular(TwoWayFilter, "Intervals"),
            () => FitIrregular(TwoWayFilter with { SobolevExponent = null }, "Intervals")),
        new(
            "or leave IntervalColumnName null", () => FitIrregular(TwoWayFilter, "Intervals"), () => FitIrregular(TwoWayFilter, null)),
        new("Leave TrainingOptions.Window null", () => FitWindow(4), () => FitWindow(null)),
        new(
            "make each part a row", () => FitWindow(4),
            () => Fit(Classifier(), Keyed(Samples.Fixed().SelectMany(row => Parts(row))))),
        new(
            "Leave DerivedInputs null, or take", () => FitDerived(Certified, Everything), () => FitDerived(Certified, null)),
        new(
            "or take another core as the Architecture", () => FitDerived(Certified, Everything), () => FitDerived(Lru, Everything)),
        new(
            "means nothing. Leave DerivedInputs null", () => FitOthers(new() { Differences = true }, Keyed(Samples.Tokens()), null),
            () => FitOthers(null, Keyed(Samples.Tokens()), null)),
        new(
            "Leave DifferencesToMean false", () => FitOthers(Everything, Keyed(Samples.Variable()), 2),
            () => FitOthers(Everything with { DifferencesToMean = false }, Keyed(Samples.Variable()), 2)),
        new(
            "or cut the sequences to one length", () => FitOthers(Everything, Keyed(Samples.Variable()), 2),
            () => FitDerived(Lru, Everything)),
        new(
            "or leave TrainingOptions.Window null", () => FitDerivedWindow(4), () => FitDerivedWindow(null)),
        Of("Set it to false", Certified with { Bidirectional = true }, Certified with { Bidirectional = false }),
        Of("or leave it null", Certified with { Bidirectional = true }, Certified with { Bidirectional = null }),
        Of(
            "Leave it null, or take another core", Certified with { Scaffold = new GluScaffold() }, Certified with { Scaffold = null }),
        Of("or take another core", Certified with { Scaffold = new GluScaffold() }, Lru with { Scaffold = new GluScaffold() }),
        Of(
            "Take Dilation for wider networks", Square with { ModelSize = 4096 },
            Square with { ModelSize = 512, Parametrization = L2RuParametrization.Dilation }),
        Of("Leave it null, or take Dilation", Square with { StateSize = 3 }, Square with { StateSize = null }),
        Of(
            "or take Dilation", Square with { StateSize = 3 },
            Square with { StateSize = 3, Parametrization = L2RuParametrization.Dilation }),
        Of("Take L2RuOptions", Lru with { Scaffold = new CertifiedScaffold() }, Certified with { Scaffold = new CertifiedScaffold() }),
        Of("or another scaffold", Lru with { Scaffold = new CertifiedScaffold() }, Lru with { Scaffold = new MlpScaffold() }),
        Of(
            "a norm amplifies small signals without bound. Leave it null", Certified with { Norm = NormKind.LayerNorm },
            Certified with { Norm = null }),
        Of("bounded by its gain. Leave it null", Certified with { LogitsSoftCap = 30 }, Certified with { LogitsSoftCap = null }),
        Of(
            "so the model would have no gain. Leave it None", Certified with { FinalNorm = NormKind.LayerNorm },
            Certified with { FinalNorm = NormKind.None }),
        Of("exceed the gain. Leave it null", Certified with { Dropout = 0.1 }, Certified with { Dropout = null }),
        Of("MambaScaffold takes any core", Lru with { Scaffold = new Mamba2Scaffold() }, Lru with { Scaffold = new MambaScaffold() }),
        Of("Set HeadSize to a divisor of ModelSize", InHeads(3), InHeads(2)),
        Of("or ModelSize to a multiple of HeadSize", InHeads(3), InHeads(3) with { ModelSize = 6 }),
        Of("Raise Layers to 3", InGriffin(layers: 2), InGriffin(layers: 3)),
        Of("lower AttentionEvery, or", InGriffin(layers: 2), InGriffin(layers: 2, every: 2)),
        Of("or take a HawkScaffold", InGriffin(layers: 2), Lru with { Scaffold = new HawkScaffold() }),
        Of("Leave Heads of the GriffinScaffold null", InGriffin(heads: 3), InGriffin(heads: null)),
        Of("or make ModelSize a multiple of it", InGriffin(heads: 3), InGriffin(heads: 3) with { ModelSize = 6 }),
        Of("Lower Window or ModelSize", InGriffin(window: 8192) with { ModelSize = 4096 }, InGriffin(window: 5)),
        Of("set Bidirectional to true", Filter, Filter with { Bidirectional = true }),
        Of("SobolevExponent to null", Filter, Filter with { SobolevExponent = null }),
        Of(
            "StateSize must stay unset", new RgLruOptions { Layers = 1, ModelSize = 4, StateSize = 4 },
            new RgLruOptions { Layers = 1, ModelSize = 4 }),
        Of("Make ModelSize, or what the scaffold makes of it, even", InPairs, InPairs with { ModelSize = 6 }),
        Of("or set Complex to false", InPairs, InPairs with { Complex = false }),
        Of("Lower ModelSize, or what the scaffold widens it by", Lru with { ModelSize = 1 << 16 }, Lru with { ModelSize = 8 }),
        Of("Lower StateSize or ModelSize", Lru with { ModelSize = 1024, StateSize = 1 << 15 }, Lru with { ModelSize = 8, StateSize = 8 }),
        Of("Lower Layers or ModelSize", Lru with { ModelSize = 1 << 13, Layers = 1024 }, Lru with { ModelSize = 8, Layers = 2 }),
        Of(
            "Set Pooling to Mean", new L2RuOptions { Layers = 1, ModelSize = 4, Pooling = Pooling.MeanAndShare },
            new L2RuOptions { Layers = 1, ModelSize = 4, Pooling = Pooling.Mean }),
        Of("set it as the Architecture itself", Together(Lru), Lru),
        Of("Put the single models side by side into Members", Together(Lru, Together(Lru, Lru)), Together(Lru, Lru, Lru)),
        Of("Leave Weights null to count all alike", Weighing(1), Weighing(null)),
        Of("Divide them by the largest of them", Weighing(1e308, 1.5e308), Weighing(1 / 1.5, 1)),
        Of("Set Filters to 1 or more, or to null", Bank with { Filters = 0 }, Bank with { Filters = 1 }),
        Of("Leave Weights null, or Stacked false", Stacking(Weighing(1, 2)), Weighing(1, 2)),
        Of("Leave Stacked false; Weights may be set", Stacking(Weighing(null)), Weighing(1, 2)),
        new(
            "Give more sequences, or leave Stacked false", () => FitStacked(1), () => FitStacked(2)),
        new(
            "Leave TrainingOptions.Loss at Squared", () => FitLevels(Bank, ValueLossKind.Huber),
            () => FitLevels(Bank, ValueLossKind.Squared)),
        new(
            "or choose a network as the Architecture", () => FitLevels(Bank, ValueLossKind.Quantile),
            () => FitLevels(Lru, ValueLossKind.Quantile)),
        new(
            "For a column of keys, choose a network as the Architecture", () => FitTokens(Bank), () => FitTokens(Lru)),
        new(
            "Leave TrainingOptions.ClassWeights null", () => FitWith(Samples.Quick with { ClassWeights = [0, 0, 0] }),
            () => FitWith(Samples.Quick with { ClassWeights = null })),
        new(
            "ClassWeights must hold one weight a class, 3 for column 'Label'", () => FitWith(Samples.Quick with { ClassWeights = [1, 2] }),
            () => FitWith(Samples.Quick with { ClassWeights = [1, 2, 3] })),
    ];

    private static RgLruOptions InPairs => new() { Layers = 1, ModelSize = 5, Complex = true };

    private static LruOptions InHeads(int size) => Lru with { Scaffold = new H3Scaffold { HeadSize = size } };

    private static LruOptions InGriffin(int layers = 3, int every = 3, int? heads = 2, int window = 5) => Lru with
    {
        Layers = layers, Scaffold = new GriffinScaffold { AttentionEvery = every, Heads = heads, Window = window },
    };

    private static Situation Of(string says, ArchitectureOptions wrong, ArchitectureOptions right)
        => new(says, () => Fit(Classifier(o => o with { Architecture = wrong }), Good), () => Fit(
            Classifier(o => o with { Architecture = right, Training = Samples.Quick with { Epochs = 1 } }), Good));

    private static void FitDerived(ArchitectureOptions architecture, DerivedInputs? derived)
        => Fit(Classifier(o => o with { Architecture = architecture, DerivedInputs = derived }), Good);

    private static void FitTokens(ArchitectureOptions architecture)
        => Fit(Classifier(o => o with { Architecture = architecture }), Keyed(Samples.Tokens()));

    private static void FitLevels(ArchitectureOptions architecture, ValueLossKind loss)
        => Fit(
            Ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { Architecture = architecture, Training = Samples.Quick with { Loss = loss } }),
            View(Samples.Levels()));

    private static void FitDerivedWindow(int? window)
        => Fit(
            Series(o => o with { DerivedInputs = Everything, Training = Samples.Quick with { Window = window } }), View(Samples.Signals()));

    private static void FitOthers(DerivedInputs? derived, IDataView data, int? channels)
        => Fit(Classifier(o => o with { Channels = channels, DerivedInputs = derived }), data);

    private static void FitIrregular(ArchitectureOptions architecture, string? intervals)
        => Fit(Classifier(o => o with { Architecture = architecture, Channels = 2, IntervalColumnName = intervals }), Irregular);

    private static ArchitectureOptions Together(params ArchitectureOptions[] members) => new EnsembleOptions { Members = members };

    private static ArchitectureOptions Weighing(params double[]? weights)
        => new EnsembleOptions { Members = [Lru, Lru], Weights = weights };

    private static ArchitectureOptions Stacking(ArchitectureOptions ensemble) => (EnsembleOptions)ensemble with { Stacked = true };

    private static void FitStacked(int rows)
        => Fit(
            Ml.Regression.Trainers.StateSpace(new SequenceRegressionOptions
            {
                Architecture = Stacking(Weighing(null)), Training = Samples.Quick with { Epochs = 1 },
            }),
            View(Samples.Levels().Take(rows)));

    private static ArchitectureOptions Small(CoreDefinition core)
        => core.Repair(core.CreateOptions() with { Layers = 1, ModelSize = 4, StateSize = 4 });

    private static void FitWindow(int? window) => FitWith(Samples.Quick with { Window = window });

    private static void FitWith(TrainingOptions training) => Fit(Classifier(o => o with { Training = training }), Good);

    private static VariableRow[] Parts(FixedRow row)
        => [new() { Features = row.Features[..6], Name = row.Name }, new() { Features = row.Features[6..], Name = row.Name }];
}
