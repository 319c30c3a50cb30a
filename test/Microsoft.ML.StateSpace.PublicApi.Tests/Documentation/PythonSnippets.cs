using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The code of docs/python.md.</summary>
public sealed class PythonSnippets : IDisposable
{
    private readonly MLContext mlContext = new(seed: 1);
    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void ALanguageModel_IsAPipeline_AndGoesBack()
    {
        File.Copy(Repository.Path("test", "data", "python", "mamba.safetensors"), path, overwrite: true);
        var texts = mlContext.Data.LoadFromEnumerable(new[] { new Text { Features = [1, 2, 3], Label = [2, 3, 0] } });
        uint[] prompt = [3, 1, 2];
        float[] next = [];

        var weights = SavedParameters.FromFile(path);
        var languageModel = mlContext.Transforms.StateSpace.SequenceTagging(new()
        {
            Training = new() { InitialParameters = weights, Epochs = 0 },  // nothing is trained; above 0, training goes on
        }).Fit(texts);

        StreamingEngine engine = languageModel.CreateStreamingEngine();
        foreach (uint key in prompt)
            next = engine.Step(key).ToArray();                             // the probability of each token as the next one

        next.Sum().Should().BeApproximately(1, 1e-5f);

        languageModel.SaveParameters(path, ParameterNames.Python);

        using var file = File.OpenRead(path);
        PythonCheckpoint.ReadLanguageModel(file).Options.Outputs.Should().Be(16);
    }

    [Fact]
    public void Training_GoesOn()
    {
        var named = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(i => new Signal
        {
            Features = [i % 3, 1, i % 3, 2], Name = $"{i % 3}",
        }));
        var rows = mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(named).Transform(named);
        var transformer = mlContext.Transforms.StateSpace.SequenceClassification(new()
        {
            Architecture = new S5Options { Layers = 1, ModelSize = 4, StateSize = 2 }, Training = new() { Epochs = 1 },
        }).Fit(rows);

        var further = SavedParameters.FromModel(transformer.Model) with { Anew = ["Decoder"] };
        var options = new SequenceClassificationOptions
        {
            Architecture = further.ReadArchitecture(),                     // as it was, with every size
            Training = new() { InitialParameters = further, LearningRate = 1e-3 },
        };

        var once = options with { Training = options.Training with { Epochs = 1 } };
        mlContext.Transforms.StateSpace.SequenceClassification(once).Fit(rows).Summary.Epochs.Should().Be(1);
    }

    public void Dispose() => File.Delete(path);

    private sealed class Text
    {
        [KeyType(16)]
        public uint[] Features { get; set; } = [];

        [KeyType(16)]
        public uint[] Label { get; set; } = [];
    }

    private sealed class Signal
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
