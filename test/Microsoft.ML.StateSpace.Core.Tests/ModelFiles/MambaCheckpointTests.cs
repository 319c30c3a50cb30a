using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

public class MambaCheckpointTests
{
    private const int Layers = 2, Width = 6, Inner = 12, States = 3, Rank = 2, Taps = 4, Vocabulary = 7, Length = 11;

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Read_GivesAModelThatComputesWhatTheCheckpointDoes(string type)
    {
        var tensors = Checkpoint(type);
        using var stream = new ForwardOnlyStream(new MemoryStream(Bytes(tensors, type)));
        var model = PassingThrough(MambaCheckpoint.ReadArchitecture(new MemoryStream(Bytes(tensors, type))));
        var parameters = MambaCheckpoint.Read(stream, model);
        MakeIdentity(parameters);

        double[][] x = [.. Draw.Uniform(Length * Width, 5).ToDouble().Chunk(Width)];
        var output = new float[Length * Width];
        new SequencePredictor(new TrainedModel(model, parameters, Summary.None)).Predict(x.Flat().ToFloat(), output);
        output.Should().BeNear(Backbone(tensors, x).Flat(), Tolerance.Model, "backbone");
    }

    [Fact]
    public void ReadArchitecture_TellsTheSizes()
    {
        var architecture = MambaCheckpoint.ReadArchitecture(new MemoryStream(Bytes(Checkpoint("F32"), "F32")));
        architecture.Layers.Should().Be(Layers);
        architecture.ModelSize.Should().Be(Width);
        architecture.StateSize.Should().Be(States);
        architecture.StepRank.Should().Be(Rank);
        architecture.FinalNorm.Should().Be(NormKind.RmsNorm);
        architecture.Scaffold.Should().Be(new MambaScaffold { Expansion = Inner / Width, ConvolutionWidth = Taps });
    }

    [Fact]
    public void Write_GivesTheTensorsThatWereRead()
    {
        var tensors = Checkpoint("F32");
        var model = Tokens(MambaCheckpoint.ReadArchitecture(new MemoryStream(Bytes(tensors, "F32"))));
        var parameters = MambaCheckpoint.Read(new MemoryStream(Bytes(tensors, "F32")), model);
        using var written = new MemoryStream();
        MambaCheckpoint.Write(written, new TrainedModel(model, parameters, Summary.None));

        written.Position = 0;
        var reader = new CheckpointReader(written);
        reader.Tensors.Select(tensor => tensor.Name).Order()
            .Should().Equal(tensors.Keys.Where(name => name != "lm_head.weight").Order(), "the head of a classifier is its own");
        foreach (var tensor in reader.Tensors)
        {
            tensor.Shape.Should().Equal(tensors[tensor.Name].Shape);
            reader.Read(tensor).Should().BeBitwise(tensors[tensor.Name].Values);
        }
    }

    [Fact]
    public void Read_LeavesEncoderAndHead_AsOfANewModel()
    {
        var file = Bytes(Checkpoint("F32"), "F32");
        var model = PassingThrough(MambaCheckpoint.ReadArchitecture(new MemoryStream(file)));
        var fresh = new SequenceNetwork(model).Layout.Create(new Random(9));
        var read = MambaCheckpoint.Read(new MemoryStream(file), model, seed: 9);
        foreach (string name in new[] { "Encoder.Weight", "Decoder.Weight" })
            read[name].Should().BeBitwise(fresh[name]);
    }

    [Fact]
    public void Read_NamesTheTensor_ThatLacks_IsTooMany_OrHasAnotherShape()
    {
        Error(tensors => tensors.Remove("backbone.layers.1.mixer.D")).Should().Contain("mixer.D");
        Error(tensors => tensors["backbone.layers.2.norm.weight"] = ([Width], new float[Width])).Should().Contain("layers.2.norm");
        Error(tensors => tensors["backbone.layers.1.mixer.A_log"] = ([6, 2], new float[12])).Should().Contain("(6, 2)");

        static string Error(Action<Dictionary<string, (int[] Shape, float[] Values)>> change)
        {
            var tensors = Checkpoint("F32");
            var model = Tokens(MambaCheckpoint.ReadArchitecture(new MemoryStream(Bytes(tensors, "F32"))));
            change(tensors);
            return Invoking(() => MambaCheckpoint.Read(new MemoryStream(Bytes(tensors, "F32")), model))
                .Should().ThrowExactly<InvalidDataException>().Which.Message;
        }
    }

    [Fact]
    public void Read_TakesTheTokensByTheNameOfHuggingFace()
    {
        var tensors = Checkpoint("F32");
        float[] table = tensors["backbone.embedding.weight"].Values;
        tensors.Add("backbone.embeddings.weight", tensors["backbone.embedding.weight"]);
        var model = Tokens(MambaCheckpoint.ReadArchitecture(new MemoryStream(Bytes(tensors, "F32"))));

        Error(tensors, model).Should().Contain("embedding").And.Contain("once");
        tensors.Remove("backbone.embedding.weight");
        MambaCheckpoint.Read(new MemoryStream(Bytes(tensors, "F32")), model)["Encoder.Table"].Should().BeBitwise(table);
        tensors.Remove("backbone.embeddings.weight");
        Error(tensors, model).Should().Contain("'backbone.embeddings.weight'").And.Contain("Vocabulary");
    }

    [Fact]
    public void Read_NamesTheTensor_OfAnotherType_ThatIsThereTwice_OrIsNotFinite()
    {
        var tensors = Checkpoint("F32");
        byte[] file = Bytes(tensors, "F32");
        var model = Tokens(MambaCheckpoint.ReadArchitecture(new MemoryStream(file)));
        string header = Encoding.Latin1.GetString(file);

        Message(header.Replace("\"dtype\":\"F32\"", "\"dtype\":\"F64\"")).Should().Contain("F64").And.Contain("float()");
        Message(header.Replace("layers.1.mixer.D", "layers.0.mixer.D")).Should().Contain("'backbone.layers.0.mixer.D' twice");
        tensors["backbone.layers.1.mixer.D"].Values[3] = float.NaN;
        Error(tensors, model).Should().Contain("'backbone.layers.1.mixer.D'").And.Contain("finite");

        string Message(string text)
            => Invoking(() => MambaCheckpoint.Read(new MemoryStream(Encoding.Latin1.GetBytes(text)), model))
                .Should().ThrowExactly<InvalidDataException>().Which.Message;
    }

    [Theory]
    [InlineData("backbone.layers.1.", "backbone.layers.7.", "backbone.layers.1'")]
    [InlineData("backbone.layers.1.", "backbone.layers.2147483647.", "backbone.layers.1'")]
    [InlineData("backbone.layers.1.", "backbone.layers.99999999999999999999.", "99999999999999999999")]
    [InlineData("backbone.layers.0.", "backbone.layers.3.", "backbone.layers.0'")]
    public void ReadArchitecture_RefusesLayersThatAreNotCountedThrough(string name, string replacement, string named)
    {
        var tensors = Checkpoint("F32").ToDictionary(entry => entry.Key.Replace(name, replacement), entry => entry.Value);
        Invoking(() => MambaCheckpoint.ReadArchitecture(new MemoryStream(Bytes(tensors, "F32"))))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain(named);
    }

    [Fact]
    public void ReadArchitecture_RefusesShapesThatDoNotFillTheirBytes()
    {
        var tensors = Checkpoint("F32");
        tensors["backbone.layers.0.mixer.A_log"] = ([Inner, 1_000_000_000], new float[Inner * States]);
        Invoking(() => MambaCheckpoint.ReadArchitecture(new MemoryStream(Bytes(tensors, "F32"))))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain("A_log").And.Contain("1000000000");
    }

    /// <summary>The law of <see cref="FileFuzzTests"/>; a file of this format has no checksum, so what it holds is what it says.</summary>
    [Fact]
    public void AlteredFile_Works_OrIsRefused()
    {
        byte[] file = Bytes(Checkpoint("F32"), "F32");
        FileMutations.Try(file, seed: 50, FileFuzzTests.Memory, Read);
        FileMutations.Try(file, seed: 51, FileFuzzTests.Memory, Read, copy => FileFuzzTests.WithHeaderLength(copy, file));
        FileFuzzTests.ForgeEveryNumber(file, Read);

        static void Read(byte[] copy)
        {
            var architecture = MambaCheckpoint.ReadArchitecture(new MemoryStream(copy));
            foreach (float value in MambaCheckpoint.Read(new MemoryStream(copy), Tokens(architecture)).Values)
                float.IsFinite(value).Should().BeTrue();
        }
    }

    [Fact]
    public void Read_RefusesWhatIsNoCheckpoint()
    {
        byte[] file = Bytes(Checkpoint("F32"), "F32");
        var model = Tokens(MambaCheckpoint.ReadArchitecture(new MemoryStream(file)));
        Invoking(() => MambaCheckpoint.Read(new MemoryStream(file[..3]), model))
            .Should().ThrowExactly<InvalidDataException>().WithMessage("*ends after 3*");
        Invoking(() => MambaCheckpoint.Read(new MemoryStream(file[..^5]), model))
            .Should().ThrowExactly<InvalidDataException>().WithMessage("*ends after*");
        Invoking(() => MambaCheckpoint.Read(new MemoryStream(new byte[64]), model))
            .Should().ThrowExactly<InvalidDataException>().WithMessage("*length of a header*");
        byte[] broken = [.. file];
        broken[9] = (byte)'x';
        Invoking(() => MambaCheckpoint.Read(new MemoryStream(broken), model))
            .Should().ThrowExactly<InvalidDataException>().WithMessage("*no safetensors header*");
    }

    [Fact]
    public void Read_NamesTheOption_ThatMakesNoMamba()
    {
        byte[] file = Bytes(Checkpoint("F32"), "F32");
        var s6 = MambaCheckpoint.ReadArchitecture(new MemoryStream(file));
        foreach (var (option, architecture) in new (string, NetworkOptions)[]
                 {
                     ("Architecture", new LruOptions()), ("Scaffold", s6 with { Scaffold = new GluScaffold(), Norm = null }),
                     ("Norm", s6 with { Norm = NormKind.None }),
                     ("Bidirectional", s6 with { Bidirectional = true }),
                     ("InputDiscretization", s6 with { InputDiscretization = InputDiscretization.ZeroOrderHold }),
                 })
            Invoking(() => MambaCheckpoint.Read(new MemoryStream(file), Tokens(architecture)))
                .Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain(option);
    }

    private static string Error(Dictionary<string, (int[] Shape, float[] Values)> tensors, SequenceModelOptions model)
        => Invoking(() => MambaCheckpoint.Read(new MemoryStream(Bytes(tensors, "F32")), model))
            .Should().ThrowExactly<InvalidDataException>().Which.Message;

    private static SequenceModelOptions PassingThrough(NetworkOptions architecture)
        => new() { Task = SequenceTask.SequenceToSequence, Inputs = Width, Outputs = Width, Architecture = architecture };

    private static SequenceModelOptions Tokens(NetworkOptions architecture)
        => new() { Task = SequenceTask.Classification, Inputs = 1, Vocabulary = Vocabulary, Outputs = 2, Architecture = architecture };

    // Everything around the blocks passes its input on.
    private static void MakeIdentity(ParameterSet parameters)
    {
        foreach (string name in new[] { "Encoder.Weight", "Decoder.Weight" })
            for (int i = 0; i < Width * Width; i++)
                parameters[name][i] = i % (Width + 1) == 0 ? 1 : 0;
        foreach (string name in new[] { "Encoder.Bias", "Decoder.Bias", "Input.Mean", "Output.Mean" })
            parameters[name].Clear();
        foreach (string name in new[] { "Input.Deviation", "Output.Deviation" })
            parameters[name].Fill(1);
    }

    // The forward pass of the reference code, written for the names of the checkpoint.
    private static double[][] Backbone(Dictionary<string, (int[] Shape, float[] Values)> tensors, double[][] x)
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            double[] At(string name) => tensors[$"backbone.layers.{layer}.{name}"].Values.ToDouble();
            double[] norm = At("norm.weight"), taps = At("mixer.conv1d.weight"), tapBias = At("mixer.conv1d.bias"),
                stepBias = At("mixer.dt_proj.bias"), aLog = At("mixer.A_log"), skip = At("mixer.D");
            double[,] state = new double[Inner, States];
            var values = new List<double[]>();
            var y = new double[x.Length][];
            for (int t = 0; t < x.Length; t++)
            {
                double[] projected = Rows.Multiply(At("mixer.in_proj.weight"), Normalized(x[t], norm));
                values.Add(projected[..Inner]);
                var u = new double[Inner];
                for (int c = 0; c < Inner; c++)
                {
                    double sum = tapBias[c];
                    for (int j = Math.Max(0, Taps - 1 - t); j < Taps; j++)
                        sum += taps[c * Taps + j] * values[t - Taps + 1 + j][c];
                    u[c] = sum / (1 + Math.Exp(-sum));
                }
                double[] selected = Rows.Multiply(At("mixer.x_proj.weight"), u),
                    steps = Rows.Multiply(At("mixer.dt_proj.weight"), selected[..Rank]), outputs = new double[Inner];
                for (int c = 0; c < Inner; c++)
                {
                    double delta = Math.Log(1 + Math.Exp(steps[c] + stepBias[c])), gate = projected[Inner + c], sum = skip[c] * u[c];
                    for (int n = 0; n < States; n++)
                    {
                        state[c, n] = Math.Exp(-delta * Math.Exp(aLog[c * States + n])) * state[c, n] + delta * selected[Rank + n] * u[c];
                        sum += state[c, n] * selected[Rank + States + n];
                    }
                    outputs[c] = sum * gate / (1 + Math.Exp(-gate));
                }
                y[t] = [.. Rows.Multiply(At("mixer.out_proj.weight"), outputs).Zip(x[t], (out_, residual) => out_ + residual)];
            }
            x = y;
        }
        return [.. x.Select(row => Normalized(row, tensors["backbone.norm_f.weight"].Values.ToDouble()))];
    }

    private static double[] Normalized(double[] row, double[] scale)
    {
        double root = Math.Sqrt(row.Average(value => value * value) + 1e-5);
        return [.. row.Select((value, c) => value / root * scale[c])];
    }

    // Random values that the type holds exactly.
    private static Dictionary<string, (int[] Shape, float[] Values)> Checkpoint(string type)
    {
        var tensors = new Dictionary<string, (int[], float[])>();
        Add("backbone.embedding.weight", [Vocabulary, Width], -1, 1);
        Add("backbone.norm_f.weight", [Width], 0.5, 1);
        Add("lm_head.weight", [Vocabulary, Width], -1, 1);
        for (int i = 0; i < Layers; i++)
        {
            Add($"backbone.layers.{i}.mixer.A_log", [Inner, States], -1, 1);
            Add($"backbone.layers.{i}.mixer.D", [Inner], 0.5, 1.5);
            Add($"backbone.layers.{i}.mixer.conv1d.bias", [Inner], -0.5, 0.5);
            Add($"backbone.layers.{i}.mixer.conv1d.weight", [Inner, 1, Taps], -0.5, 0.5);
            Add($"backbone.layers.{i}.mixer.dt_proj.bias", [Inner], -4, 0);
            Add($"backbone.layers.{i}.mixer.dt_proj.weight", [Inner, Rank], -0.7, 0.7);
            Add($"backbone.layers.{i}.mixer.in_proj.weight", [2 * Inner, Width], -0.4, 0.4);
            Add($"backbone.layers.{i}.mixer.out_proj.weight", [Width, Inner], -0.3, 0.3);
            Add($"backbone.layers.{i}.mixer.x_proj.weight", [Rank + 2 * States, Inner], -0.3, 0.3);
            Add($"backbone.layers.{i}.norm.weight", [Width], 0.5, 1.5);
        }
        return tensors;

        void Add(string name, int[] shape, double low, double high)
        {
            float[] values = Draw.Uniform(shape.Aggregate((a, b) => a * b), low, high, tensors.Count + 1);
            tensors.Add(name, (shape, Array.ConvertAll(values, value => Decode(Encode(value, type), type))));
        }
    }

    private static byte[] Bytes(Dictionary<string, (int[] Shape, float[] Values)> tensors, string type)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        var data = new List<byte>();
        foreach (var (name, tensor) in tensors)
        {
            int begin = data.Count;
            foreach (float value in tensor.Values)
                data.AddRange(Encode(value, type));
            header[name] = new JsonObject
            {
                ["dtype"] = type, ["shape"] = new JsonArray([.. tensor.Shape.Select(extent => (JsonNode)extent)]),
                ["data_offsets"] = new JsonArray(begin, data.Count),
            };
        }
        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString()), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    private static byte[] Encode(float value, string type) => type switch
    {
        "F16" => BitConverter.GetBytes((Half)value),
        "BF16" => BitConverter.GetBytes(value)[2..],
        _ => BitConverter.GetBytes(value),
    };

    private static float Decode(byte[] bytes, string type) => type switch
    {
        "F16" => (float)BitConverter.ToHalf(bytes),
        "BF16" => BitConverter.ToSingle([0, 0, .. bytes]),
        _ => BitConverter.ToSingle(bytes),
    };
}
