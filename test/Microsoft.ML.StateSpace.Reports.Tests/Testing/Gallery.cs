namespace Microsoft.ML.StateSpace.Reports.Tests.Testing;

/// <summary>A fitted model of each task and kind, with what its report is made of. Each is made once.</summary>
internal static class Gallery
{
    private static readonly MLContext Context = new(seed: 1);

    private static readonly IDataView Train = Context.Data.LoadFromEnumerable(TestRows.Waves(60, 1));

    private static readonly IDataView Test = Context.Data.LoadFromEnumerable(TestRows.Waves(48, 2));

    private static readonly TrainingOptions Quick = new() { Epochs = 12, Seed = 5, LearningRate = 0.02 };

    private static readonly S5Options Small = new() { Layers = 2, ModelSize = 8, StateSize = 4, Bidirectional = false };

    private static readonly Dictionary<string, Lazy<Exhibit>> Exhibits = new()
    {
        ["classification"] = new(Classification),
        ["nasty names"] = new(NastyNames),
        ["bank"] = new(Bank),
        ["binary"] = new(Binary),
        ["pairs"] = new(Pairs),
        ["gaps"] = new(Gaps),
        ["tokens"] = new(Tokens),
        ["regression"] = new(Regression),
        ["tagging"] = new(Tagging),
        ["linear system"] = new(() => Signals(
            Small with { Layers = 1, Scaffold = new LinearScaffold() }, new() { Epochs = 15, Seed = 5, Method = new LbfgsOptions() })),
        ["channels"] = new(() => Signals(new S4DOptions { Layers = 2, ModelSize = 6, StateSize = 4 }, Quick)),
        ["certified"] = new(() => Signals(new L2RuOptions { Layers = 2, ModelSize = 6, StateSize = 8, Gain = 8 }, Quick)),
        ["forecaster"] = new(() => Forecaster(["Nord", "مخزن", "<i>South</i>"], null, "Sales")),
        ["forecaster of two"] = new(() => Forecaster(["one", "two"], null, "Sales", "Returns")),
        ["forecaster with network"] = new(() => Forecaster(["one"], Small with { Layers = 1 }, "Sales")),
        ["page of one's own"] = new(() => new(Context.Transforms.CopyColumns("A", "Kind").Fit(Train), null, null, OwnPage.Make)),
    };

    public static IReadOnlyCollection<string> Names => Exhibits.Keys;

    public static Exhibit Of(string name) => Exhibits[name].Value;

    private static Exhibit Classification()
    {
        var curve = new TrainingCurve();
        var keys = Context.Transforms.Conversion.MapValueToKey("Label", "Kind");
        var classifier = Context.Transforms.StateSpace.SequenceClassification(new SequenceClassificationOptions
        {
            Architecture = Small, Training = Quick with { Progress = curve, ValidationFraction = 0.2 },
        });
        var prepared = keys.Fit(Train);
        var model = classifier.Fit(prepared.Transform(Train));
        var costates = Context.Transforms.StateSpace.PontryaginAnalysis(model, prepared.Transform(Train));
        var options = new ReportOptions { Title = "Waves in a tank", LearningCurve = curve, Costates = costates };
        var pipeline = prepared.Append(model).Append(Context.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel").Fit(
            model.Transform(prepared.Transform(Train))));
        return new(pipeline, Test, options);
    }

    private static Exhibit NastyNames()
    {
        var pipeline = Context.Transforms.Conversion.MapValueToKey("<Label> & \"co\"", "Kind").Append(
            Context.Transforms.StateSpace.SequenceTagging(new SequenceTaggingOptions
            {
                Architecture = Small, Training = Quick, LabelColumnName = "Marks",
            }));
        var rows = Context.Data.LoadFromEnumerable(TestRows.Waves(60, 1, TestRows.NastyKinds));
        var keys = Context.Transforms.Conversion.MapValueToKey("Marks", "Tags").Fit(rows);
        var model = pipeline.Fit(keys.Transform(rows));
        return new(
            keys.Append(model), Context.Data.LoadFromEnumerable(TestRows.Waves(24, 2, TestRows.NastyKinds)),
            new ReportOptions { Title = "</title><script>alert(1)</script> שלום \u202E", Examples = 3 });
    }

    private static Exhibit Bank()
    {
        var keys = Context.Transforms.Conversion.MapValueToKey("Label", "Kind");
        var model = keys.Append(Context.MulticlassClassification.Trainers.StateSpace()).Fit(Train);
        return new(model, Test, new ReportOptions { Examples = 2 });
    }

    private static Exhibit Binary()
    {
        var curve = new TrainingCurve();
        var two = new EnsembleOptions { Members = [Small, new LruOptions { Layers = 1, ModelSize = 6, StateSize = 4 }] };
        var model = Context.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
        {
            LabelColumnName = "IsFast", Architecture = two, Training = Quick with { Progress = curve },
        }).Fit(Train);
        return new(model, Test, new ReportOptions { LearningCurve = curve });
    }

    private static Exhibit Pairs()
    {
        var model = Context.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
        {
            FeatureColumnName = "First", SecondFeatureColumnName = "Second", LabelColumnName = "AreAlike", Architecture = Small,
            Training = Quick,
        }).Fit(Context.Data.LoadFromEnumerable(TestRows.Pairs(40, 1)));
        return new(model, Context.Data.LoadFromEnumerable(TestRows.Pairs(20, 2)), new ReportOptions { Examples = 2 });
    }

    // Missing values and intervals.
    private static Exhibit Gaps()
    {
        var model = Context.BinaryClassification.Trainers.StateSpace(new BinarySequenceClassificationOptions
        {
            FeatureColumnName = "First", IntervalColumnName = "Intervals", LabelColumnName = "AreAlike", Architecture = Small,
            Training = Quick,
        }).Fit(Context.Data.LoadFromEnumerable(TestRows.Pairs(40, 1)));
        return new(model, Context.Data.LoadFromEnumerable(TestRows.Pairs(20, 2)), new ReportOptions { Examples = 2 });
    }

    private static Exhibit Tokens()
    {
        IDataView rows = Context.Data.LoadFromEnumerable(TestRows.Tokens(60, 1));
        IDataView fresh = Context.Data.LoadFromEnumerable(TestRows.Tokens(30, 2));
        var classifier = Context.Transforms.StateSpace.SequenceClassification(new SequenceClassificationOptions
        {
            Architecture = Small, Training = Quick,
        });
        return new(Context.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(classifier).Fit(rows), fresh, null);
    }

    private static Exhibit Regression()
    {
        var model = Context.Regression.Trainers.StateSpace(new SequenceRegressionOptions
        {
            LabelColumnName = "Levels", Architecture = Small with { Bidirectional = true },
            Training = Quick with { Loss = ValueLossKind.Quantile, Quantile = 0.8 },
        }).Fit(Train);
        return new(model, Test, null);
    }

    private static Exhibit Tagging()
    {
        var tagger = Context.Transforms.StateSpace.SequenceTagging(new SequenceTaggingOptions { Architecture = Small, Training = Quick });
        var model = Context.Transforms.Conversion.MapValueToKey("Label", "Tags").Append(tagger).Fit(Train);
        return new(model, Test, new ReportOptions { Examples = 3 });
    }

    private static Exhibit Signals(ArchitectureOptions architecture, TrainingOptions training)
    {
        var model = Context.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
        {
            InputColumnName = "Features", TargetColumnName = "Sum", Architecture = architecture, Training = training with { Washout = 4 },
        }).Fit(Train);
        return new(model, Test, new ReportOptions { Examples = 3 });
    }

    private static Exhibit Forecaster(string[] shops, NetworkOptions? network, params string[] targets)
    {
        var rows = Context.Data.LoadFromEnumerable(TestRows.Sales(shops, network is null ? 120 : 600));
        var options = new ForecastingOptions
        {
            TargetColumnNames = targets, SeriesColumnName = "Shop", Horizon = 7, ConfidenceLevel = 0.8f, Architecture = network,
            Training = network is null ? new() : new() { Epochs = 3 },
        };
        return new(Context.Forecasting.ForecastByStateSpace(options).Fit(rows), rows, new ReportOptions { Examples = 4 });
    }
}
