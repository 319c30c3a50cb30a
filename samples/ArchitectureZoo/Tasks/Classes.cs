using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace;

namespace ArchitectureZoo.Tasks;

/// <summary>Real data, one class a sequence, with the columns Features and Label.</summary>
internal sealed class Classes(string name, Func<MLContext, (IDataView Train, IDataView Test)> load, string? whySkipped = null) : ZooTask
{
    public override string Name => name;

    public override IReadOnlyList<string> ScoreNames => ["accuracy"];

    public override string? WhySkipped => whySkipped;

    public override Outcome Run(MLContext mlContext, ArchitectureOptions architecture, Budget budget)
    {
        var (train, test) = load(mlContext);
        int count = mlContext.Data.CreateEnumerable<Labelled>(train, reuseRowObject: true).Count();
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.StateSpace(
                new() { Architecture = architecture, Training = budget.On(count) }));
        TransformerChain<SequenceClassificationTransformer> model = pipeline.Fit(train);
        return new(model.LastTransformer.Summary, [mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy]);
    }

    private sealed class Labelled
    {
        public string Label { get; set; } = "";
    }
}
