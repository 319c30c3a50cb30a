using System.Diagnostics;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy;

/// <summary>
/// The models that are measured: the library's defaults, as its users write them. This is the one place where an estimator is made, so
/// another architecture to be measured would be another <see cref="Method"/> here.
/// </summary>
internal static class Ours
{
    /// <summary>The method's name in keys.</summary>
    public const string Method = "default";

    /// <summary>The fingerprint of the libraries' code.</summary>
    public static string Code { get; } = Fingerprint.OfCode(typeof(StateSpaceCatalog).Assembly, typeof(ArchitectureOptions).Assembly);

    /// <summary>A classifier of the columns Features and Label, whose labels are text.</summary>
    public static IEstimator<ITransformer> Classifier(MLContext mlContext)
        => mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.StateSpace.SequenceClassification(labelColumnName: "Label", featureColumnName: "Features"));

    /// <summary>A simulator from the column Input to the column Target, whose answers are the column Output.</summary>
    public static IEstimator<ITransformer> Simulator(MLContext mlContext)
        => mlContext.Transforms.StateSpace.SequenceToSequence(
            outputColumnName: "Output", inputColumnName: "Input", targetColumnName: "Target");

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
