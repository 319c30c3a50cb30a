using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>What the families of S5, LRU, S4D and RecurrentGemma take, and what they refuse in words.</summary>
public class PublicNamesTests
{
    public static TheoryData<string> Files => [.. PublicFile.Names];

    private static readonly Dictionary<string, (string File, Func<NetworkOptions, NetworkOptions> Change, string Said)> Wrong = new()
    {
        ["norm"] = ("s5", o => o with { Norm = NormKind.RmsNorm }, "Norm to be LayerNorm or Affine"),
        ["S4D norm"] = ("s4d", o => o with { Norm = NormKind.Affine }, "Norm to be LayerNorm"),
        ["epsilon"] = ("s5", o => o with { NormEpsilon = 1e-5 }, "NormEpsilon to be 1E-06"),
        ["final norm"] = ("s5", o => o with { FinalNorm = NormKind.LayerNorm }, "FinalNorm to be None"),
        ["cap"] = ("s5", o => o with { LogitsSoftCap = 30 }, "LogitsSoftCap to be null"),
        ["pooling"] = ("s5", o => o with { Pooling = Pooling.Max }, "Pooling to be Mean or Last"),
        ["gelu"] = ("s5", o => o with { Scaffold = new GluScaffold { Gelu = GeluForm.Exact } }, "Scaffold.Gelu to be Tanh"),
        ["S5 form"] = ("s5", o => (S5Options)o with { Form = SystemForm.Pre }, "Form to be Post"),
        ["S5 D"] = ("s5", o => (S5Options)o with { FeedThrough = FeedThroughKind.None }, "FeedThrough to be Diagonal"),
        ["S5 step"] = ("s5", o => (S5Options)o with { GlobalStepSize = true }, "GlobalStepSize to be false"),
        ["LRU direction"] = ("lru", o => o with { Bidirectional = true }, "Bidirectional to be false"),
        ["LRU gamma"] = ("lru", o => (LruOptions)o with { Normalization = LruNormalization.TiedL2 }, "Normalization to be Trainable"),
        ["LRU output"] = ("lru", o => (LruOptions)o with { OutputForm = LruOutputForm.TwiceRealPart }, "OutputForm to be RealPart"),
        ["LRU form"] = ("lru", o => (LruOptions)o with { Form = SystemForm.Pre }, "Form to be Post"),
        ["LRU D"] = ("lru", o => (LruOptions)o with { FeedThrough = FeedThroughKind.Dense }, "FeedThrough to be Diagonal"),
        ["LRU map"] = ("lru", o => o with { Scaffold = new GluScaffold() }, "Nonlinearity to be FullGlu"),
        ["S4D direction"] = ("s4d", o => o with { Bidirectional = true }, "Bidirectional to be false"),
        ["S4D GELU"] = ("s4d", o => o with { Scaffold = new GluScaffold { Nonlinearity = Nonlinearity.FullGlu } }, "Gelu to be Exact"),
        ["S4D map"] = ("s4d", o => o with { Scaffold = new GluScaffold { Gelu = GeluForm.Exact } }, "Nonlinearity to be FullGlu"),
        ["S4D rule"] = ("s4d", o => (S4DOptions)o with { Discretization = Discretization.Bilinear }, "Discretization to be ZeroOrderHold"),
        ["RG-LRU complex"] = ("recurrentgemma", o => (RgLruOptions)o with { Complex = true }, "Complex to be false"),
        ["RG-LRU first"] = (
            "recurrentgemma", o => (RgLruOptions)o with { FirstStep = RgLruFirstStep.Paper }, "FirstStep to be UnitMultiplier"),
        ["RG-LRU heads"] = ("recurrentgemma", o => (RgLruOptions)o with { Heads = 4 }, "Scaffold.Heads to be 4"),
        ["RG-LRU norm"] = ("recurrentgemma", o => o with { Norm = NormKind.LayerNorm }, "Norm to be RmsNorm"),
        ["RG-LRU final"] = ("recurrentgemma", o => o with { FinalNorm = NormKind.None }, "FinalNorm to be RmsNorm"),
        ["RG-LRU epsilon"] = ("recurrentgemma", o => o with { NormEpsilon = 1e-5 }, "NormEpsilon to be 1E-06"),
        ["RG-LRU direction"] = ("recurrentgemma", o => o with { Bidirectional = true }, "Bidirectional to be false"),
        ["RG-LRU cap"] = ("recurrentgemma", o => o with { LogitsSoftCap = null }, "LogitsSoftCap to be a number"),
        ["scaffold"] = ("s5", o => o with { Scaffold = new MlpScaffold(), Norm = null }, "no public names"),
    };

    public static TheoryData<string> Options => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Options))]
    public void Read_NamesTheOption_ThatThePublicCodeDoesNotHave(string name)
    {
        var (file, change, said) = Wrong[name];
        var opened = PublicFile.Open(file);
        var options = opened.Options with { Architecture = change(opened.Options.Network) };
        Invoking(() => PythonCheckpoint.Read(new MemoryStream(opened.Bytes), options))
            .Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain(said);
    }

    [Fact]
    public void Read_NamesTheOptionOfTheModel_ThatThePublicCodeDoesNotHave()
    {
        var file = PublicFile.Open("s5");
        Error(options => options with { HasIntervals = true }).Should().Contain("HasIntervals to be false");
        Error(options => options with { MissingValues = MissingValues.Mean }).Should().Contain("MissingValues to be null");
        Error(options => options with { DerivedInputs = new() { Differences = true } }).Should().Contain("DerivedInputs to be none");

        string Error(Func<SequenceModelOptions, SequenceModelOptions> change)
            => Invoking(() => PythonCheckpoint.Read(new MemoryStream(file.Bytes), change(file.Options)))
                .Should().ThrowExactly<ArgumentException>().Which.Message;
    }

    [Theory]
    [InlineData("lru", "layers_0/out1/kernel", "layers_0/out3/kernel", "lacks 'params/encoder/layers_0/out1/kernel'")]
    [InlineData("s5", "layers_1/", "layers_7/", "layers_1'")]
    [InlineData("s5", "\"params/decoder/bias\"", "\"params.decoder.kernel\"", "'params/decoder/kernel' twice")]
    [InlineData("s5", "params/encoder/layers_0/seq/Lambda_im", "encoder/layers_0/seq/Lambda_re", "twice")]
    [InlineData("s4d", "s4_layers.1.", "s4_layers.2.", "s4_layers.1'")]
    [InlineData("recurrentgemma", "layers.1.temporal_block.linear_x.bias", "layers.1.temporal_block.k_proj.weight", "layer 2 is attention")]
    [InlineData("recurrentgemma", "layers.2.temporal_block.k_proj", "layers.0.temporal_block.k_proj", "first layer is attention")]
    public void ReadArchitecture_SaysWhatIsNotKnown(string file, string name, string other, string said)
    {
        byte[] altered = Renamed(PublicFile.Open(file).Bytes, name, other);
        Invoking(() => PythonCheckpoint.ReadArchitecture(new MemoryStream(altered)))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain(said);
    }

    [Theory]
    [InlineData("s4d_block", "s4_layers.0.layer.kernel.C", "[1,6,4,2]", "[2,3,4,2]", "two sides")]
    [InlineData("recurrentgemma", "model.layers.2.temporal_block.k_proj.weight", "[8,16]", "[16,8]", "num_key_value_heads")]
    [InlineData("recurrentgemma", "model.layers.0.mlp_block.gate_proj.weight", "[16,16]", "[8,32]", "the width, 16, must divide")]
    public void ReadArchitecture_SaysWhichShapeIsNotKnown(string file, string name, string shape, string other, string said)
    {
        string old = $"\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape}";
        byte[] altered = Renamed(PublicFile.Open(file).Bytes, old, $"\"{name}\":{{\"dtype\":\"F32\",\"shape\":{other}");
        Invoking(() => PythonCheckpoint.ReadArchitecture(new MemoryStream(altered)))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain(said);
    }

    [Theory]
    [InlineData("{ \"rope_theta\": 10000.0, \"rms_norm_eps\": 1e-06, \"hidden_activation\": \"gelu_pytorch_tanh\" }", null)]
    [InlineData("{ \"rope_theta\": 500000.0 }", "rope_theta")]
    [InlineData("{ \"partial_rotary_factor\": 1.0 }", "partial_rotary_factor")]
    [InlineData("{ \"rms_norm_eps\": 1e-05 }", "rms_norm_eps")]
    [InlineData("{ \"hidden_activation\": \"silu\" }", "hidden_activation")]
    public void ReadArchitecture_HoldsTheConfigBesideARecurrentGemmaAgainstWhatIsKnown(string config, string? refused)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            string path = Path.Combine(folder.FullName, "model.safetensors");
            File.WriteAllBytes(path, PublicFile.Open("recurrentgemma").Bytes);
            File.WriteAllText(Path.Combine(folder.FullName, "config.json"), config);
            using var file = File.OpenRead(path);
            var read = Invoking(() => PythonCheckpoint.ReadArchitecture(file));
            if (refused is null)
                read.Should().NotThrow();
            else
                read.Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain(refused);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Read_RefusesPolesThatGrow_UnlessTheyAreClipped()
    {
        var file = PublicFile.Open("s5");
        var exponential = file.Options with
        {
            Architecture = (S5Options)file.Options.Network with { Parametrization = S5Parametrization.Exponential },
        };
        Invoking(() => PythonCheckpoint.Read(new MemoryStream(file.Bytes), exponential))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain("Lambda_re").And.Contain("Clipped");
        PythonCheckpoint.Read(new MemoryStream(file.Bytes), file.Options)["Blocks.0.Core.LambdaRe"][1].Should().Be(0.25f);
    }

    [Fact]
    public void Statistics_OfABatchNorm_AreReadWithIt()
    {
        var file = PublicFile.Open("s5_tokens");
        file.Options.Network.Norm.Should().Be(NormKind.Affine);
        byte[] without = Renamed(file.Bytes, "batch_stats/encoder/layers_1/norm/var", "batch_stats/encoder/layers_1/norm/other");
        Invoking(() => PythonCheckpoint.Read(new MemoryStream(without), file.Options))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain("batch_stats/encoder/layers_1/norm/other");
    }

    [Fact]
    public void ReadOutsInOneTensor_AreThoseOfBothDirections()
    {
        // complex_normal has C of both directions side by side.
        var file = PublicFile.Open("s5_two_way");
        var options = file.Options with
        {
            Architecture = (S5Options)file.Options.Network with { OutputInitialization = S5OutputInitialization.ComplexNormal },
        };
        var parameters = file.Model.Parameters;
        using var stream = new MemoryStream();
        PythonCheckpoint.Write(stream, new TrainedModel(options, parameters, Summary.None));
        PythonCheckpoint.ReadArchitecture(new MemoryStream(stream.ToArray()))
            .Should().BeOfType<S5Options>().Which.OutputInitialization.Should().Be(S5OutputInitialization.ComplexNormal);
        PythonCheckpoint.Read(new MemoryStream(stream.ToArray()), options).Values.ToArray()
            .Should().BeNear(parameters.Values.ToArray().ToDouble(), Tolerance.Elementwise, "parameters");
    }

    [Fact]
    public void Pairs_OfS5_HaveTheHeadForDocuments()
    {
        var s5 = PublicFile.Open("s5");
        var options = s5.Options with { HasPairs = true };
        var parameters = new SequenceNetwork(options).Layout.Create(new Random(3));
        parameters["Blocks.0.Core.LambdaRe"].Fill(-0.4f);
        using var stream = new MemoryStream();
        PythonCheckpoint.Write(stream, new TrainedModel(options, parameters, Summary.None));
        new CheckpointReader(new MemoryStream(stream.ToArray())).Tensors.Select(tensor => tensor.Name)
            .Should().Contain("params/decoder/layer1/kernel").And.NotContain("params/decoder/kernel");
        PythonCheckpoint.Read(new MemoryStream(stream.ToArray()), options).Values.ToArray()
            .Should().BeNear(parameters.Values.ToArray().ToDouble(), Tolerance.Elementwise, "parameters");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void AlteredFile_Works_OrIsRefused(string name)
    {
        var opened = PublicFile.Open(name);
        FileMutations.Try(opened.Bytes, seed: 60, FileFuzzTests.Memory, Read);
        FileMutations.Try(opened.Bytes, seed: 61, FileFuzzTests.Memory, Read, copy => FileFuzzTests.WithHeaderLength(copy, opened.Bytes));
        FileFuzzTests.ForgeEveryNumber(opened.Bytes, Read);

        void Read(byte[] copy)
        {
            var options = opened.Of(PythonCheckpoint.ReadArchitecture(new MemoryStream(copy)));
            Reductions.IsFinite(PythonCheckpoint.Read(new MemoryStream(copy), options).Values).Should().BeTrue();
        }
    }

    // The same file with other text in its header.
    private static byte[] Renamed(byte[] file, string text, string other)
    {
        int length = BitConverter.ToInt32(file);
        string header = JsonNode.Parse(file.AsSpan(8, length))!.ToJsonString();
        header.Should().Contain(text);
        byte[] bytes = Encoding.UTF8.GetBytes(header.Replace(text, other));
        return [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. file[(8 + length)..]];
    }
}
