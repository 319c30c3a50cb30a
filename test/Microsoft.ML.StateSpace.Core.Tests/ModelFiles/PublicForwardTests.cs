using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>Models in public names compute what their formulas say, and are written as they were read.</summary>
public class PublicForwardTests
{
    public static TheoryData<string> Files => [.. PublicFile.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void WholeSequences_GiveWhatTheForwardInNumPyGives(string name)
    {
        var file = PublicFile.Open(name);
        Predict(file.Model, file.Input).Should().BeNear(Whole(file), Tolerance.Model, name);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Steps_GiveWhatTheForwardInNumPyGives(string name)
    {
        var file = PublicFile.Open(name);
        var model = file.Model;
        if (model.Options.Network.Bidirectional == true)
        {
            file.Expected.Should().HaveCount(1, "such a model has no steps");
            return;
        }
        var stream = new SequencePredictor(model).CreateStream();
        foreach (var (step, expected) in file.Input.Chunk(model.Options.Inputs).Zip(file.Expected))
            stream.Step(step).ToArray().Should().BeNear(expected, Tolerance.Model, name);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Write_GivesAFileThatReadsAlike(string name)
    {
        var file = PublicFile.Open(name);
        var model = file.Model;
        byte[] written = Written(model);
        var again = PythonCheckpoint.Read(new MemoryStream(written), model.Options);
        again.Values.ToArray().Should().BeNear(model.Parameters.Values.ToArray().ToDouble(), Tolerance.Elementwise, name);
        PythonCheckpoint.ReadArchitecture(new MemoryStream(written))
            .Should().Be(PythonCheckpoint.ReadArchitecture(new MemoryStream(file.Bytes)));
    }

    [Theory]
    [InlineData("s5")]
    [InlineData("lru")]
    [InlineData("s4d")]
    [InlineData("s4d_block")]
    [InlineData("recurrentgemma")]
    public void Write_GivesTheTensorsThatWereRead(string name)
    {
        var file = PublicFile.Open(name);
        var read = new CheckpointReader(new MemoryStream(file.Bytes));
        var written = new CheckpointReader(new MemoryStream(Written(file.Model)));
        // The head, which is the table in the file.
        written.Tensors.Select(tensor => tensor.Name).Where(tensor => tensor != "lm_head.weight").Order()
            .Should().Equal(read.Tensors.Select(tensor => tensor.Name).Order());
        var values = read.Tensors.ToDictionary(tensor => tensor.Name, read.Read);
        foreach (var tensor in written.Tensors)
        {
            var original = read.Tensors.First(other => other.Name == tensor.Name.Replace("lm_head", "model.embed_tokens"));
            tensor.Shape.Should().Equal(original.Shape, tensor.Name);
            written.Read(tensor).Should().BeNear(values[original.Name].ToDouble(), Tolerance.Elementwise, tensor.Name);
        }
    }

    [Theory]
    [InlineData("s5", SequenceTask.Classification)]
    [InlineData("s5", SequenceTask.Regression)]
    [InlineData("lru", SequenceTask.SequenceToSequence)]
    [InlineData("s4d", SequenceTask.Regression)]
    public void Write_MultipliesTheStatisticsOfDataIn(string name, SequenceTask task)
    {
        var file = PublicFile.Open(name);
        var model = new TrainedModel(
            file.Options with { Task = task },
            PythonCheckpoint.Read(new MemoryStream(file.Bytes), file.Options with { Task = task }), Summary.None);
        foreach (string parameter in new[] { "Input", "Output" })
        {
            if (model.Parameters.Find(parameter + ".Mean") is null)
                continue;
            Draw.Uniform(model.Parameters[parameter + ".Mean"].Length, -2, 2, 7).CopyTo(model.Parameters[parameter + ".Mean"]);
            Draw.Uniform(model.Parameters[parameter + ".Mean"].Length, 0.5, 3, 8).CopyTo(model.Parameters[parameter + ".Deviation"]);
        }
        var again = model with { Parameters = PythonCheckpoint.Read(new MemoryStream(Written(model)), model.Options) };
        again.Parameters["Input.Mean"].ToArray().Should().OnlyContain(mean => mean == 0);
        Predict(again, file.Input).Should().BeNear(Predict(model, file.Input).ToDouble(), Tolerance.Model, name);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Training_BeginsWithTheFunctionOfTheFile(string name)
    {
        var file = PublicFile.Open(name);
        var network = new SequenceNetwork(file.Options);
        var parameters = network.Layout.Create(new Random(5));
        // Statistics of the training data.
        foreach (string statistics in new[] { "Input.Mean", "Input.Deviation" })
            if (parameters.Find(statistics) is not null)
                parameters[statistics].Fill(3);
        ((IParameterSource)SavedParameters.FromFile(file.FilePath)).Fill(network, parameters);
        parameters.Values.ToArray().Should().BeBitwise(file.Model.Parameters.Values.ToArray());
    }

    [Fact]
    public void Training_CanBeginWithAnotherEncoder()
    {
        var file = PublicFile.Open("s5");
        var network = new SequenceNetwork(file.Options with { Inputs = 3 });
        var parameters = network.Layout.Create(new Random(5));
        float[] encoder = parameters["Encoder.Weight"].ToArray();
        parameters["Input.Mean"].Fill(3);
        var saved = SavedParameters.FromFile(file.FilePath) with { Anew = ["Encoder", "Input"] };
        ((IParameterSource)saved).Fill(network, parameters);
        parameters["Encoder.Weight"].ToArray().Should().BeBitwise(encoder);
        parameters["Input.Mean"].ToArray().Should().OnlyContain(mean => mean == 3);
        parameters["Decoder.Weight"].ToArray().Should().BeBitwise(file.Model.Parameters["Decoder.Weight"].ToArray());
    }

    [Fact]
    public void ReadLanguageModel_TellsAllOfRecurrentGemma()
    {
        var file = PublicFile.Open("recurrentgemma");
        var model = PythonCheckpoint.ReadLanguageModel(new MemoryStream(file.Bytes));
        (model.Options.Vocabulary, model.Options.Outputs).Should().Be((12, 11));
        model.Options.Architecture.Should().Be(new RgLruOptions
        {
            Layers = 3, ModelSize = 16, Heads = 2, Bidirectional = false, Dropout = 0, Norm = NormKind.RmsNorm, NormEpsilon = 1e-6,
            FinalNorm = NormKind.RmsNorm, LogitsSoftCap = 30,
            Scaffold = new GriffinScaffold
            {
                RecurrentSize = 8, Expansion = 1, ConvolutionWidth = 4, AttentionEvery = 3, Window = 2049, Heads = 2,
            },
        });
        // With a window that no step fills, and a cap that none reaches, the first steps are those of the file.
        var options = (NetworkOptions)model.Options.Architecture with { LogitsSoftCap = 5 };
        Predict(model with { Options = model.Options with { Architecture = options } }, file.Input[..5])
            .Should().BeNear(file.Expected[..5].SelectMany(row => row).ToArray(), Tolerance.Model, "five steps");
    }

    private static double[] Whole(PublicFile file)
        => file.Options.Task is SequenceTask.Tagging ? [.. file.Expected.SelectMany(row => row)] : file.Expected[^1];

    private static float[] Predict(TrainedModel model, float[] input)
    {
        var predictor = new SequencePredictor(model);
        var output = new float[predictor.OutputLength(input.Length / model.Options.Inputs)];
        predictor.Predict(input, output);
        return output;
    }

    private static byte[] Written(TrainedModel model)
    {
        using var stream = new MemoryStream();
        PythonCheckpoint.Write(stream, model);
        return stream.ToArray();
    }
}
