using Microsoft.ML.AutoML;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Testing;

/// <summary>A task as a sweep sees it: its data, its step, the estimator that the step stands for, and what judges it.</summary>
internal sealed record SweptTask
{
    /// <summary>All tasks, with each of the metrics that need care of their own.</summary>
    public static IReadOnlyList<SweptTask> All { get; } =
    [
        new()
        {
            Name = "Classification", Task = SequenceTask.Classification, Data = (ml, seed) => ml.Classes(seed: seed),
            Step = (ml, architecture, training, space) => ml.Auto().SequenceClassification(
                new SequenceClassificationOptions { Architecture = architecture, Training = training }, searchSpace: space),
            Estimator = (ml, architecture, training) => ml.MulticlassClassification.Trainers.StateSpace(
                new SequenceClassificationOptions { Architecture = architecture, Training = training }),
            SetMetric = experiment => experiment.SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, "Label"),
            Evaluate = (ml, scored) => ml.MulticlassClassification.Evaluate(scored).LogLoss,
        },
        new()
        {
            Name = "BinaryClassification", Task = SequenceTask.Classification, Data = (ml, seed) => ml.Classes(seed: seed),
            Step = (ml, architecture, training, space) => ml.Auto().BinarySequenceClassification(
                Binary with { Architecture = architecture, Training = training }, searchSpace: space),
            Estimator = (ml, architecture, training) => ml.BinaryClassification.Trainers.StateSpace(
                Binary with { Architecture = architecture, Training = training }),
            SetMetric = experiment => experiment.SetBinaryClassificationMetric(
                BinaryClassificationMetric.AreaUnderRocCurve, labelColumn: nameof(ClassRow.IsFast)),
            IsMaximize = true,
            Evaluate = (ml, scored) => ml.BinaryClassification.Evaluate(scored, nameof(ClassRow.IsFast)).AreaUnderRocCurve,
        },
        new()
        {
            Name = "Regression", Task = SequenceTask.Regression, Data = (ml, seed) => ml.Levels(seed: seed),
            Step = (ml, architecture, training, space) => ml.Auto().SequenceRegression(
                new SequenceRegressionOptions { Architecture = architecture, Training = training }, searchSpace: space),
            Estimator = (ml, architecture, training) => ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { Architecture = architecture, Training = training }),
            SetMetric = experiment => experiment.SetRegressionMetric(RegressionMetric.RootMeanSquaredError),
            Evaluate = (ml, scored) => ml.Regression.Evaluate(scored).RootMeanSquaredError,
        },
        new()
        {
            Name = "Regression of a vector", Task = SequenceTask.Regression, Data = (ml, seed) => ml.Levels(seed: seed),
            Score = "Answer",
            Step = (ml, architecture, training, space) => ml.Auto().SequenceRegression(
                Pair with { Architecture = architecture, Training = training }, searchSpace: space),
            Estimator = (ml, architecture, training) => ml.Regression.Trainers.StateSpace(
                Pair with { Architecture = architecture, Training = training }),
            SetMetric = experiment => experiment.SetRegressionMetric(
                RegressionMetric.MeanAbsoluteError, nameof(LevelRow.Pair), "Answer"),
            Evaluate = (ml, scored) => ml.Transforms.StateSpace.EvaluateSequenceToSequence(
                scored, nameof(LevelRow.Pair), "Answer").MeanAbsoluteError,
        },
        new()
        {
            Name = "Tagging", Task = SequenceTask.Tagging, Data = (ml, seed) => ml.Tags(seed: seed),
            Step = Tagging, Estimator = Tagger,
            Metric = new SequenceTaggingMetricManager(SequenceTaggingMetric.MacroF1), IsMaximize = true,
            Evaluate = (ml, scored) => ml.Transforms.StateSpace.EvaluateSequenceTagging(scored).MacroF1,
        },
        new()
        {
            Name = "Tagging by a metric of classes", Task = SequenceTask.Tagging, Data = (ml, seed) => ml.Tags(seed: seed),
            Step = Tagging, Estimator = Tagger,
            SetMetric = experiment => experiment.SetMulticlassClassificationMetric(
                MulticlassClassificationMetric.MicroAccuracy, "Label"),
            IsMaximize = true,
            Evaluate = (ml, scored) => ml.Transforms.StateSpace.EvaluateSequenceTagging(scored).MicroAccuracy,
        },
        new()
        {
            Name = "SequenceToSequence", Task = SequenceTask.SequenceToSequence, Data = (ml, seed) => ml.Signals(seed: seed),
            Score = "Output",
            Step = (ml, architecture, training, space) => ml.Auto().SequenceToSequence(
                new SequenceToSequenceOptions { Architecture = architecture, Training = training }, searchSpace: space),
            Estimator = (ml, architecture, training) => ml.Transforms.StateSpace.SequenceToSequence(
                new SequenceToSequenceOptions { Architecture = architecture, Training = training }),
            SetMetric = experiment => experiment.SetRegressionMetric(RegressionMetric.RootMeanSquaredError, "Target", "Output"),
            Evaluate = (ml, scored) => ml.Transforms.StateSpace.EvaluateSequenceToSequence(scored).RootMeanSquaredError,
        },
    ];

    public required string Name { get; init; }

    public required SequenceTask Task { get; init; }

    /// <summary>Rows, by a seed.</summary>
    public required Func<MLContext, int, IDataView> Data { get; init; }

    public required Func<MLContext, ArchitectureOptions?, TrainingOptions, SearchSpace.SearchSpace?, SweepableEstimator> Step { get; init; }

    public required Func<MLContext, ArchitectureOptions?, TrainingOptions, IEstimator<ITransformer>> Estimator { get; init; }

    /// <summary>The metric of the experiment, where it is AutoML's.</summary>
    public Func<AutoMLExperiment, AutoMLExperiment> SetMetric { get; init; } = experiment => experiment;

    /// <summary>The metric, where it is not AutoML's.</summary>
    public IEvaluateMetricManager? Metric { get; init; }

    public bool IsMaximize { get; init; }

    /// <summary>The column of the answers.</summary>
    public string Score { get; init; } = "Score";

    /// <summary>The same metric of scored rows, computed without AutoML.</summary>
    public required Func<MLContext, IDataView, double> Evaluate { get; init; }

    private static BinarySequenceClassificationOptions Binary => new() { LabelColumnName = nameof(ClassRow.IsFast) };

    private static SequenceRegressionOptions Pair => new() { LabelColumnName = nameof(LevelRow.Pair), ScoreColumnName = "Answer" };

    private static SweepableEstimator Tagging(
        MLContext ml, ArchitectureOptions? architecture, TrainingOptions training, SearchSpace.SearchSpace? space)
        => ml.Auto().SequenceTagging(
            new SequenceTaggingOptions { Architecture = architecture, Training = training }, searchSpace: space);

    private static IEstimator<ITransformer> Tagger(MLContext ml, ArchitectureOptions? architecture, TrainingOptions training)
        => ml.Transforms.StateSpace.SequenceTagging(new SequenceTaggingOptions { Architecture = architecture, Training = training });
}
