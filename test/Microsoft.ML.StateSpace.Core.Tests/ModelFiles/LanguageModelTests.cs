using System.Text.Json;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>
/// Checkpoints of language models, with logits of forward passes in NumPy that know nothing of this library: <c>test/data/python</c>.
/// </summary>
public class LanguageModelTests
{
    private const int Rows = 16, Vocabulary = 13;

    // Both are sums of some dozen products a layer, and the file has eight digits.
    private const double Near = 1e-4;

    public static TheoryData<string> Names => ["mamba", "mamba2"];

    [Theory]
    [MemberData(nameof(Names))]
    public void ReadLanguageModel_GivesTheLogitsOfTheOriginal_AtOnceAndStepByStep(string name)
    {
        var (tokens, logits) = Answers(name);
        var predictor = new SequencePredictor(Read(name));
        var whole = new float[tokens.Length * Rows];
        predictor.Predict(tokens, whole);
        Centered(whole, Rows).Should().BeNear(Centered(logits), Near, "whole sequence");

        var stream = predictor.CreateStream();
        var steps = new List<float>();
        foreach (float token in tokens)
            steps.AddRange(stream.Step([token]));
        Centered([.. steps], Rows).Should().BeNear(Centered(logits), Near, "step by step");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_LeavesOutTheRowsThatPadTheVocabulary(string name)
    {
        var whole = Read(name).Options;
        var options = whole with { Vocabulary = Vocabulary + 1, Outputs = Vocabulary };
        var model = new TrainedModel(options, PythonCheckpoint.Read(Open(name), options), Summary.None);
        var (tokens, logits) = Answers(name);
        var answers = new float[tokens.Length * Vocabulary];
        new SequencePredictor(model).Predict(tokens, answers);
        Centered(answers, Vocabulary).Should().BeNear(Centered([.. logits.Select(row => row[..Vocabulary])]), Near, "logits");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_GivesTheTensorsThatWereRead_AndAHeadOfItsOwn(string name)
    {
        using var written = new MemoryStream();
        PythonCheckpoint.Write(written, Read(name));
        written.Position = 0;
        var (before, after) = (Tensors(Open(name)), Tensors(written));
        before.TryAdd("lm_head.weight", before["backbone.embedding.weight"]);
        after.Keys.Order().Should().Equal(before.Keys.Order());
        foreach (var (tensor, (shape, values)) in before)
        {
            after[tensor].Shape.Should().Equal(shape, tensor);
            after[tensor].Values.Should().BeBitwise(values);
        }
    }

    [Fact]
    public void Write_GivesTheHeadABias_WhereTrainingLeftOne()
    {
        var model = Read("mamba");
        model.Parameters["Decoder.Bias"][3] = 0.25f;
        using var written = new MemoryStream();
        PythonCheckpoint.Write(written, model);
        written.Position = 0;
        PythonCheckpoint.ReadLanguageModel(written).Parameters.Values.ToArray().Should().BeBitwise(model.Parameters.Values);
        written.Position = 0;
        Tensors(written)["lm_head.bias"].Values[3].Should().Be(0.25f);
    }

    [Fact]
    public void ReadArchitecture_TellsTheFamily()
    {
        PythonCheckpoint.ReadArchitecture(Open("mamba")).Should().Be(MambaCheckpoint.ReadArchitecture(Open("mamba")));
        PythonCheckpoint.ReadArchitecture(Open("mamba2")).Should().Be(new SsdOptions
        {
            Layers = 2, ModelSize = 6, StateSize = 5, HeadSize = 4, Bidirectional = false, Dropout = 0, Norm = NormKind.RmsNorm,
            FinalNorm = NormKind.RmsNorm, Scaffold = new Mamba2Scaffold { Expansion = 2, ConvolutionWidth = 4 },
        });
    }

    private static TrainedModel Read(string name) => PythonCheckpoint.ReadLanguageModel(Open(name));

    private static MemoryStream Open(string name)
        => new(File.ReadAllBytes(Repository.Path("test", "data", "python", $"{name}.safetensors")));

    // Token 0 is the missing one.
    private static (float[] Tokens, double[][] Logits) Answers(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Path("test", "data", "python", $"{name}.json")));
        return (
            [.. json.RootElement.GetProperty("tokens").EnumerateArray().Select(token => token.GetSingle() + 1)],
            [.. json.RootElement.GetProperty("logits").EnumerateArray()
                .Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())]);
    }

    // Logarithms of probabilities are logits but for what is the same in a row.
    private static double[] Centered(float[] probabilities, int columns)
        => Centered([.. probabilities.Select(value => Math.Log(value)).Chunk(columns)]);

    private static double[] Centered(double[][] rows)
        => [.. rows.SelectMany(row => row.Select(value => value - row.Average()))];

    // By the names that are written.
    private static Dictionary<string, (int[] Shape, float[] Values)> Tensors(Stream stream)
    {
        var reader = new CheckpointReader(stream);
        return reader.Tensors.ToDictionary(
            tensor => tensor.Name.Replace("embeddings", "embedding"), tensor => (tensor.Shape, reader.Read(tensor)));
    }
}
