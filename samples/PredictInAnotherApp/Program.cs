// An application that only uses a model. It loads the zip as it would load any other model of ML.NET: there is no registration, and the
// code does not mention state spaces. It predicts one sequence at a time, and checks that every score has the same bits as in the
// process that trained the model.
//
//   PredictInAnotherApp model.zip expected.json
using System.Text.Json;
using Microsoft.ML;

if (args is not [string modelFile, string expectedFile])
{
    Console.Error.WriteLine("usage: PredictInAnotherApp MODEL.zip EXPECTED.json");
    return 2;
}

var mlContext = new MLContext();
ITransformer model = mlContext.Model.Load(modelFile, out DataViewSchema inputSchema);
using var engine = mlContext.Model.CreatePredictionEngine<Sequence, Prediction>(model, inputSchema);

int count = 0, different = 0;
foreach (Expected expected in JsonSerializer.Deserialize<Expected[]>(File.ReadAllText(expectedFile))!)
{
    Prediction prediction = engine.Predict(new Sequence { Features = expected.Features });
    count++;
    if (!prediction.Score.Select(BitConverter.SingleToInt32Bits).SequenceEqual(expected.Score.Select(BitConverter.SingleToInt32Bits)))
        different++;
}
Console.WriteLine(different == 0
    ? $"another process: {count} predictions, every score bit-identical"
    : $"another process: {different} of {count} predictions differ");
return count > 0 && different == 0 ? 0 : 1;

internal sealed class Sequence
{
    public float[] Features { get; set; } = [];

    // The pipeline has a step that maps labels, so there must be a column of that name. A sequence that is to be classified has no label.
    public string Label { get; set; } = "";
}

internal sealed class Prediction
{
    public float[] Score { get; set; } = [];

    public string Answer { get; set; } = "";
}

internal sealed record Expected(float[] Features, float[] Score);
