using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Spaces;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML;

/// <summary>
/// Where AutoML's users find the state-space models: on <c>mlContext.Auto()</c>. Each method returns a step for a
/// <see cref="SweepablePipeline"/>.
/// </summary>
public static class StateSpaceAutoCatalogExtensions
{
    /// <summary>Tells the class of a sequence; a sweep chooses the network and how it is trained.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="labelColumnName">The label: a key column.</param>
    /// <param name="featureColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/>.</param>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(mlContext.Auto().SequenceClassification(labelColumnName: "Label", featureColumnName: "Features"));
    /// </code>
    /// </example>
    public static SweepableEstimator SequenceClassification(
        this AutoCatalog catalog, string labelColumnName = "Label", string featureColumnName = "Features",
        IReadOnlyCollection<SequenceFamily>? families = null, SearchSpace.SearchSpace? searchSpace = null)
        => SequenceClassification(
            catalog, new() { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName }, families, searchSpace);

    /// <summary>Tells the class of a sequence; a sweep chooses what the options leave open.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="options">What is set here is frozen.</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU, or the one
    /// that the options set; with an interval column S5 and SSD, which take it.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/> for these
    /// options.</param>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().SequenceClassification(new SequenceClassificationOptions { Training = new() { Epochs = 40 } });
    /// </code>
    /// </example>
    public static SweepableEstimator SequenceClassification(
        this AutoCatalog catalog, SequenceClassificationOptions options, IReadOnlyCollection<SequenceFamily>? families = null,
        SearchSpace.SearchSpace? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return Step(
            SequenceTask.Classification, options, families, searchSpace,
            new(options.LabelColumnName, options.ScoreColumnName, options.PredictedLabelColumnName),
            (context, architecture, training) => context.Transforms.StateSpace.SequenceClassification(
                options with { Architecture = architecture, Training = training }));
    }

    /// <summary>Answers a yes-or-no question about a sequence; a sweep chooses the network and how it is trained.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="labelColumnName">The label: a Boolean column.</param>
    /// <param name="featureColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/>.</param>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().BinarySequenceClassification(labelColumnName: "IsFaulty", featureColumnName: "Vibration");
    /// </code>
    /// </example>
    public static SweepableEstimator BinarySequenceClassification(
        this AutoCatalog catalog, string labelColumnName = "Label", string featureColumnName = "Features",
        IReadOnlyCollection<SequenceFamily>? families = null, SearchSpace.SearchSpace? searchSpace = null)
        => BinarySequenceClassification(
            catalog, new() { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName }, families, searchSpace);

    /// <summary>Answers a yes-or-no question about a sequence; a sweep chooses what the options leave open.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="options">What is set here is frozen.</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU, or the one
    /// that the options set; with an interval column S5 and SSD, which take it.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/> for these
    /// options.</param>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().BinarySequenceClassification(new BinarySequenceClassificationOptions { Training = new() { Seed = 1 } });
    /// </code>
    /// </example>
    public static SweepableEstimator BinarySequenceClassification(
        this AutoCatalog catalog, BinarySequenceClassificationOptions options, IReadOnlyCollection<SequenceFamily>? families = null,
        SearchSpace.SearchSpace? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return Step(
            SequenceTask.Classification, options, families, searchSpace,
            new(options.LabelColumnName, options.ScoreColumnName, options.PredictedLabelColumnName),
            (context, architecture, training) => context.BinaryClassification.Trainers.StateSpace(
                options with { Architecture = architecture, Training = training }));
    }

    /// <summary>
    /// Turns a sequence into another, one output vector for each time step; a sweep chooses the network and how it is trained.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="outputColumnName">The column that is added: the predicted targets.</param>
    /// <param name="inputColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="targetColumnName">The targets: a vector of Single, time-major, as many for each time step.</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/>.</param>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().SequenceToSequence("Level", inputColumnName: "PumpVoltage", targetColumnName: "MeasuredLevel");
    /// </code>
    /// </example>
    public static SweepableEstimator SequenceToSequence(
        this AutoCatalog catalog, string outputColumnName = "Output", string inputColumnName = "Input", string targetColumnName = "Target",
        IReadOnlyCollection<SequenceFamily>? families = null, SearchSpace.SearchSpace? searchSpace = null)
        => SequenceToSequence(
            catalog, new() { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, TargetColumnName = targetColumnName },
            families, searchSpace);

    /// <summary>Turns a sequence into another, one output vector for each time step; a sweep chooses what the options leave open.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="options">What is set here is frozen.</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU, or the one
    /// that the options set; with an interval column S5 and SSD, which take it.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/> for these
    /// options.</param>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().SequenceToSequence(new SequenceToSequenceOptions { Architecture = new LruOptions() });
    /// </code>
    /// </example>
    public static SweepableEstimator SequenceToSequence(
        this AutoCatalog catalog, SequenceToSequenceOptions options, IReadOnlyCollection<SequenceFamily>? families = null,
        SearchSpace.SearchSpace? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return Step(
            SequenceTask.SequenceToSequence, options, families, searchSpace, new(options.TargetColumnName, options.OutputColumnName),
            (context, architecture, training) => context.Transforms.StateSpace.SequenceToSequence(
                options with { Architecture = architecture, Training = training }));
    }

    /// <summary>Predicts a number, or a vector, for a sequence; a sweep chooses the network and how it is trained.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="labelColumnName">The target: a Single, or a vector of Single of known size.</param>
    /// <param name="featureColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/>.</param>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().SequenceRegression(labelColumnName: "RemainingLife", featureColumnName: "Sensors");
    /// </code>
    /// </example>
    public static SweepableEstimator SequenceRegression(
        this AutoCatalog catalog, string labelColumnName = "Label", string featureColumnName = "Features",
        IReadOnlyCollection<SequenceFamily>? families = null, SearchSpace.SearchSpace? searchSpace = null)
        => SequenceRegression(
            catalog, new() { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName }, families, searchSpace);

    /// <summary>Predicts a number, or a vector, for a sequence; a sweep chooses what the options leave open.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="options">What is set here is frozen.</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU, or the one
    /// that the options set; with an interval column S5 and SSD, which take it.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/> for these
    /// options.</param>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().SequenceRegression(new SequenceRegressionOptions { Training = new() { Loss = ValueLossKind.Huber } });
    /// </code>
    /// </example>
    public static SweepableEstimator SequenceRegression(
        this AutoCatalog catalog, SequenceRegressionOptions options, IReadOnlyCollection<SequenceFamily>? families = null,
        SearchSpace.SearchSpace? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return Step(
            SequenceTask.Regression, options, families, searchSpace, new(options.LabelColumnName, options.ScoreColumnName),
            (context, architecture, training) => context.Regression.Trainers.StateSpace(
                options with { Architecture = architecture, Training = training }));
    }

    /// <summary>Tells the class of each time step of a sequence; a sweep chooses the network and how it is trained.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="labelColumnName">The tags: a vector of keys as long as the sequence; the missing key is no label.</param>
    /// <param name="featureColumnName">The sequence: a vector of Single, time-major, or of keys (tokens).</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/>.</param>
    /// <example>
    /// <code>
    /// var step = mlContext.Auto().SequenceTagging(labelColumnName: "Activities", featureColumnName: "Acceleration");
    /// </code>
    /// </example>
    public static SweepableEstimator SequenceTagging(
        this AutoCatalog catalog, string labelColumnName = "Label", string featureColumnName = "Features",
        IReadOnlyCollection<SequenceFamily>? families = null, SearchSpace.SearchSpace? searchSpace = null)
        => SequenceTagging(
            catalog, new() { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName }, families, searchSpace);

    /// <summary>Tells the class of each time step of a sequence; a sweep chooses what the options leave open.</summary>
    /// <param name="catalog"><c>mlContext.Auto()</c>.</param>
    /// <param name="options">What is set here is frozen.</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU, or the one
    /// that the options set; with an interval column S5 and SSD, which take it.</param>
    /// <param name="searchSpace">The space; <see langword="null"/> is that of <see cref="SequenceSearchSpace.Create"/> for these
    /// options.</param>
    /// <example>
    /// <code>
    /// var options = new SequenceTaggingOptions { Architecture = new S5Options { Bidirectional = false } }; // so that it can stream
    /// var step = mlContext.Auto().SequenceTagging(options);
    /// </code>
    /// </example>
    public static SweepableEstimator SequenceTagging(
        this AutoCatalog catalog, SequenceTaggingOptions options, IReadOnlyCollection<SequenceFamily>? families = null,
        SearchSpace.SearchSpace? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return Step(
            SequenceTask.Tagging, options, families, searchSpace,
            new(options.LabelColumnName, options.ScoreColumnName, options.PredictedLabelColumnName),
            (context, architecture, training) => context.Transforms.StateSpace.SequenceTagging(
                options with { Architecture = architecture, Training = training }));
    }

    private static SweepableEstimator Step(
        SequenceTask task, SequenceTaskOptions options, IReadOnlyCollection<SequenceFamily>? families,
        SearchSpace.SearchSpace? searchSpace, AnswerColumns columns,
        Func<MLContext, ArchitectureOptions, TrainingOptions, IEstimator<ITransformer>> create)
    {
        var (architecture, training) = (options.Architecture, options.Training);
        if (training.InitialParameters is not null && architecture is null)
        {
            throw new ArgumentException(
                "InitialParameters are those of one network, and a sweep without an Architecture tries many. Set Architecture to that of "
                + "the parameters, all sizes set, so that the sweep varies how it is trained; or leave InitialParameters null.",
                nameof(options));
        }
        if (options.IntervalColumnName is not null && architecture is null)
        {
            families ??= [.. SequenceFamily.Usual.Where(family => family.Definition.TakesIntervals)];
            foreach (var family in families)
                family.CreateOptions().RequireIntervals();
        }
        if (options.SecondColumnName is not null)
        {
            foreach (var family in families ?? [])
                family.CreateOptions().RequirePairs();
        }
        var space = searchSpace ?? SequenceSearchSpace.Create(task, architecture, training, families);
        var basis = new SequenceSettings(architecture ?? (families?.First() ?? SequenceFamily.Usual[0]).CreateOptions(), training);
        var reader = new SettingsReader(task, basis, space);
        return new SweepableEstimator(
            (context, parameter) =>
            {
                var settings = reader.Read(parameter);
                // One file cannot serve several trials: a runner that keeps checkpoints gives each its own.
                settings = settings with { Training = settings.Training with { CheckpointPath = null } };
                return create(
                    context, settings.Architecture, StepVisitors.Of(context)?.Visit(task, settings, columns) ?? settings.Training);
            },
            space);
    }
}
