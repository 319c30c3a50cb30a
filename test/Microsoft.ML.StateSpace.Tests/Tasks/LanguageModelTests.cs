using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Tasks;

/// <summary>A public language model in a pipeline: tokens in, the distribution of the next token out.</summary>
public sealed class LanguageModelTests : IDisposable
{
    private const int Vocabulary = 16;

    private static readonly SavedParameters Mamba
        = SavedParameters.FromFile(Repository.Path("test", "data", "python", "mamba.safetensors"));

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void Fit_WithoutAnEpoch_MakesATransformerOfAPublicCheckpoint()
    {
        var (tokens, logits) = Answers();
        var view = _ml.Data.LoadFromEnumerable(new[] { Text.Of(tokens) });
        var model = Fit(view, epochs: 0);
        float[] scores = model.Transform(view).GetColumn<float[]>("Score").Single();
        var streamed = new List<float>();
        var engine = model.CreateStreamingEngine();
        foreach (uint token in tokens)
            streamed.AddRange(engine.Step(token + 1));
        for (int row = 0; row < tokens.Length; row++)
        {
            double sum = logits[row].Sum(Math.Exp);
            for (int token = 0; token < Vocabulary; token++)
            {
                float expected = (float)(Math.Exp(logits[row][token]) / sum);
                scores[row * Vocabulary + token].Should().BeApproximately(expected, 1e-4f);
                streamed[row * Vocabulary + token].Should().BeApproximately(expected, 1e-4f);
            }
        }
    }

    [Fact]
    public void Fit_GoesOnFromThere_AndTheResultGoesBackToPython()
    {
        var view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => Text.Of(
            [.. Enumerable.Range(0, 30).Select(t => (uint)((3 * t + i) % Vocabulary))])));
        double Share(SequenceTaggingTransformer model)
            => _ml.Transforms.StateSpace.EvaluateSequenceTagging(model.Transform(view)).MicroAccuracy;
        var trained = Fit(view, epochs: 30);
        Share(trained).Should().BeGreaterThan(Share(Fit(view, epochs: 0)) + 0.2);

        trained.SaveParameters(_path, ParameterNames.Python);
        using var file = File.OpenRead(_path);
        var read = PythonCheckpoint.ReadLanguageModel(file);
        foreach (string name in new[] { "Blocks.0.Core.In.Weight", "FinalNorm.Scale", "Decoder.Weight", "Decoder.Bias" })
            read.Parameters[name].ToArray().Should().Equal(trained.Model.Parameters[name].ToArray());
    }

    [Fact]
    public void Save_KeepsNoTraceOfTheFile()
    {
        var view = _ml.Data.LoadFromEnumerable(new[] { Text.Of([1, 2, 3, 4]) });
        var model = Fit(view, epochs: 0);
        model.Summary.Options.InitialParameters.Should().BeNull();
        using var saved = new MemoryStream();
        _ml.Model.Save(model, view.Schema, saved);
        var loaded = _ml.Model.Load(new MemoryStream(saved.ToArray()), out _);
        loaded.Transform(view).GetColumn<float[]>("Score").Single()
            .Should().Equal(model.Transform(view).GetColumn<float[]>("Score").Single());
    }

    [Fact]
    public void SaveParameters_RefusesPublicNames_WhereThereAreNone()
    {
        var options = Views.Options() with
        {
            Architecture = new LruOptions { Layers = 1, ModelSize = 4, StateSize = 4, Bidirectional = false, Scaffold = new MlpScaffold() },
        };
        var model = _ml.Transforms.StateSpace.SequenceClassification(options).Fit(Views.Fixed(_ml));
        File.WriteAllText(_path, "before");
        Invoking(() => model.SaveParameters(_path, ParameterNames.Python))
            .Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain("no public names").And.Contain("Mamba-2");
        File.ReadAllText(_path).Should().Be("before");
        Invoking(() => model.SaveParameters(_path, (ParameterNames)9)).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    public void Dispose() => File.Delete(_path);

    private SequenceTaggingTransformer Fit(IDataView view, int epochs)
        => _ml.Transforms.StateSpace.SequenceTagging(new SequenceTaggingOptions
        {
            Training = new() { Seed = 1, Epochs = epochs, LearningRate = 0.02, ValidationFraction = 0, InitialParameters = Mamba },
        }).Fit(view);

    private static (uint[] Tokens, double[][] Logits) Answers()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Path("test", "data", "python", "mamba.json")));
        return (
            [.. json.RootElement.GetProperty("tokens").EnumerateArray().Select(token => token.GetUInt32())],
            [.. json.RootElement.GetProperty("logits").EnumerateArray()
                .Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())]);
    }

    // Keys are counted from 1. The label of a step is the token that follows.
    private sealed class Text
    {
        [KeyType(Vocabulary)]
        public uint[] Features { get; set; } = [];

        [KeyType(Vocabulary)]
        public uint[] Label { get; set; } = [];

        public static Text Of(uint[] tokens)
            => new()
            {
                Features = [.. tokens.Select(token => token + 1)],
                Label = [.. tokens.Skip(1).Select(token => token + 1), 0],
            };
    }
}
