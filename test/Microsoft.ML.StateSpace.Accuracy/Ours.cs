using System.Diagnostics;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy;

/// <summary>
/// The models that are measured: the library's defaults, as its users write them, or one architecture where the command line names it.
/// This is the one place where an estimator is made.
/// </summary>
internal static class Ours
{
    /// <summary>The name of the method where nothing is set.</summary>
    public const string Default = "default";

    private static readonly Dictionary<string, Func<ArchitectureOptions?>> Architectures = new()
    {
        [Default] = () => null,
        ["bank"] = () => new StateSpaceBankOptions(),
        ["network"] = () => new S5Options(),
        ["ensemble"] = () => new EnsembleOptions { Members = [new StateSpaceBankOptions(), new S5Options()] },
    };

    /// <summary>What <see cref="Method"/> may be.</summary>
    public static IEnumerable<string> Methods => Architectures.Keys;

    /// <summary>The method's name in keys: the architecture that is measured.</summary>
    public static string Method { get; set; } = Default;

    private static ArchitectureOptions? Architecture => Architectures[Method]();

    /// <summary>The fingerprint of the libraries' code.</summary>
    public static string Code { get; } = Fingerprint.OfCode(typeof(StateSpaceCatalog).Assembly, typeof(ArchitectureOptions).Assembly);

    /// <summary>A classifier of the columns Features and Label, whose labels are text.</summary>
    public static IEstimator<ITransformer> Classifier(MLContext mlContext)
        => mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.StateSpace.SequenceClassification(new() { Architecture = Architecture }));

    /// <summary>A regression of the column Label on the column Features, whose answers are the column Score.</summary>
    public static IEstimator<ITransformer> Regressor(MLContext mlContext)
        => mlContext.Regression.Trainers.StateSpace(new SequenceRegressionOptions { Architecture = Architecture });

    /// <summary>A simulator from the column Input to the column Target, whose answers are the column Output.</summary>
    public static SequenceToSequenceEstimator Simulator(MLContext mlContext, int initialOutputs = 0)
        => mlContext.Transforms.StateSpace.SequenceToSequence(new()
        {
            OutputColumnName = "Output", InputColumnName = "Input", TargetColumnName = "Target", Architecture = Architecture,
            InitialOutputs = initialOutputs,
        });

    /// <summary>Trains and scores, and takes the time of both.</summary>
    public static Run Measure<TModel>(RunKey key, Func<TModel> train, Func<TModel, IReadOnlyList<Score>> score)
    {
        long start = Stopwatch.GetTimestamp();
        var model = train();
        double training = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        var scores = score(model);
        return new Run(key, scores, training, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
