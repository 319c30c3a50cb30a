using Microsoft.ML.StateSpace.Accuracy.Classification;
using Microsoft.ML.StateSpace.Accuracy.Parts;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>A small classifier of handwritten digits, 64 steps each, which is judged by its accuracy on the quarter held out.</summary>
internal static class SmallDigits
{
    /// <summary>The file of the digits.</summary>
    public static string Path => SharedData.Path("digits", "digits.csv.gz");

    /// <summary>What is trained, for a seed.</summary>
    public static Learner Learner(int seed)
    {
        var mlContext = new MLContext(seed);
        var (train, test) = Digits.At(Path).Load(mlContext, seed);
        var keys = mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(train);
        var network = new LruOptions { Layers = 1, ModelSize = 8, StateSize = 8, Bidirectional = false, Dropout = 0 };
        return new(
            training =>
            {
                var model = mlContext.Transforms.StateSpace.SequenceClassification(new()
                {
                    Architecture = network, Training = training with { Seed = seed, LabelSmoothing = 0 },
                }).Fit(keys.Transform(train));
                return new(model.Summary, () => 100 * ClassificationPart.Accuracy(model.Transform(keys.Transform(test))));
            },
            new PassCount(Jacobian: double.NaN, HasReadOut: false, HasInnerSteps: true));
    }
}
