using System.Runtime.InteropServices;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>What is said to checkpoints of Mamba-2 that the library cannot compute, and to others that it does not know.</summary>
public class Mamba2CheckpointTests
{
    private const int Width = 4, Inner = 8, Heads = 2, States = 3, Taps = 4;

    public static TheoryData<string, string> Settings => new()
    {
        { "rmsnorm", "mixer.norm.weight" }, { "d_ssm", "d_ssm" }, { "D_has_hdim", "D_has_hdim" }, { "heads", "3 heads" },
        { "convolution", "twice the size" }, { "layers", "backbone.layers.1" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void ReadArchitecture_NamesTheSettingThatIsNotKnown(string setting, string named)
    {
        var tensors = Checkpoint();
        const string Mixer = "backbone.layers.0.mixer.";
        switch (setting)
        {
            case "rmsnorm":
                tensors.Remove(Mixer + "norm.weight");
                break;
            case "d_ssm":
                tensors[Mixer + "out_proj.weight"] = [Width, 2 * Inner];
                break;
            case "D_has_hdim":
                tensors[Mixer + "D"] = [Inner];
                break;
            case "heads":
                tensors[Mixer + "dt_bias"] = [3];
                break;
            case "convolution":
                tensors[Mixer + "conv1d.weight"] = [Inner + 2 * States + 1, 1, Taps];
                break;
            default:
                tensors["backbone.layers.3.norm.weight"] = [Width];
                break;
        }
        Invoking(() => PythonCheckpoint.ReadArchitecture(Stream(tensors)))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain(named);
    }

    [Theory]
    [InlineData("mixer.in_proj.bias", "in_proj.bias")]
    [InlineData("mixer.Wqkv.weight", "Wqkv")]
    public void Read_NamesTheTensor_ThatTheModelDoesNotHave(string name, string named)
    {
        var tensors = Checkpoint();
        var options = Tokens(PythonCheckpoint.ReadArchitecture(Stream(tensors)));
        tensors["backbone.layers.0." + name] = [Width];
        Invoking(() => PythonCheckpoint.Read(Stream(tensors), options))
            .Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain(named).And.Contain("Mamba-2 of 1 layers");
    }

    [Fact]
    public void ReadArchitecture_ShowsTheNames_OfAnUnknownFamily()
        => Invoking(() => PythonCheckpoint.ReadArchitecture(Stream(new() { ["wte.weight"] = [3, 2], ["h.0.attn.bias"] = [2] })))
            .Should().ThrowExactly<InvalidDataException>().Which.Message
            .Should().Contain("'h.0.attn.bias', 'wte.weight'").And.Contain("Mamba-2");

    [Theory]
    [InlineData("""{"n_groups": 8}""", "n_groups = 8")]
    [InlineData("""{"ssm_cfg": {"layer": "Mamba2", "ngroups": 2}}""", "ngroups = 2")]
    [InlineData("""{"ssm_cfg": {"norm_before_gate": true}}""", "norm_before_gate = True")]
    [InlineData("""{"time_step_limit": [0.01, Infinity]}""", "time_step_limit")]
    [InlineData("""{"layer_norm_epsilon": 1e-06}""", "layer_norm_epsilon")]
    [InlineData("""{"hidden_act": "gelu"}""", "gelu")]
    [InlineData("""{"n_groups": 1, "time_step_limit": [0.0, Infinity], "norm_epsilon": 1e-05, "hidden_act": "silu"}""", null)]
    [InlineData("""{"ssm_cfg": null, "ngroups": null, "norm_before_gate": false}""", null)]
    [InlineData("[1, 2", null)]
    public void AConfigBesideTheFile_IsHeldAgainstWhatIsComputed(string config, string? named)
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "model.safetensors");
        try
        {
            File.WriteAllBytes(path, Stream(Checkpoint()).ToArray());
            File.WriteAllText(Path.Combine(folder, "config.json"), config);
            void Read()
            {
                using var file = File.OpenRead(path);
                PythonCheckpoint.ReadLanguageModel(file);
            }
            if (named is null)
                Invoking(Read).Should().NotThrow();
            else
                Invoking(Read).Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain(named);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ReadLanguageModel_NeedsATable()
    {
        var tensors = Checkpoint();
        tensors.Remove("backbone.embedding.weight");
        Invoking(() => PythonCheckpoint.ReadLanguageModel(Stream(tensors)))
            .Should().ThrowExactly<InvalidDataException>().WithMessage("*table of tokens*Mamba-2*");
    }

    [Fact]
    public void Write_NamesTheOption_ThatThePublicCodeDoesNotHave()
    {
        var mamba2 = (SsdOptions)PythonCheckpoint.ReadArchitecture(Stream(Checkpoint()));
        var lru = new LruOptions { Layers = 1, ModelSize = 4, StateSize = 2, Bidirectional = false };
        foreach (var (named, architecture) in new (string, NetworkOptions)[]
                 {
                     ("LruOptions in a MlpScaffold", lru with { Scaffold = new MlpScaffold() }),
                     ("SsdOptions in a MambaScaffold", mamba2 with { Scaffold = new MambaScaffold() }),
                     ("Architecture.Norm", mamba2 with { Norm = NormKind.LayerNorm }),
                     ("Architecture.FinalNorm", mamba2 with { FinalNorm = NormKind.LayerNorm }),
                     ("Architecture.NormEpsilon", mamba2 with { NormEpsilon = 1e-6 }),
                     ("Architecture.LogitsSoftCap", mamba2 with { LogitsSoftCap = 30 }),
                     ("Architecture.Bidirectional", mamba2 with { Bidirectional = true }),
                 })
        {
            Invoking(() => PythonCheckpoint.Write(new MemoryStream(), SmallModel.Create(Tokens(architecture))))
                .Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain(named);
        }
    }

    /// <summary>The law of <see cref="FileFuzzTests"/>; a file of this format has no checksum, so what it holds is what it says.</summary>
    [Fact]
    public void AlteredFile_Works_OrIsRefused()
    {
        byte[] file = Stream(Checkpoint()).ToArray();
        FileMutations.Try(file, seed: 52, FileFuzzTests.Memory, Read);
        FileMutations.Try(file, seed: 53, FileFuzzTests.Memory, Read, copy => FileFuzzTests.WithHeaderLength(copy, file));
        FileFuzzTests.ForgeEveryNumber(file, Read);

        static void Read(byte[] copy)
        {
            foreach (float value in PythonCheckpoint.ReadLanguageModel(new MemoryStream(copy)).Parameters.Values)
                float.IsFinite(value).Should().BeTrue();
        }
    }

    private static SequenceModelOptions Tokens(NetworkOptions architecture)
        => new() { Task = SequenceTask.Classification, Inputs = 1, Vocabulary = 6, Outputs = 2, Architecture = architecture };

    private static Dictionary<string, int[]> Checkpoint()
    {
        const string Mixer = "backbone.layers.0.mixer.";
        return new()
        {
            ["backbone.embedding.weight"] = [5, Width], ["backbone.layers.0.norm.weight"] = [Width], ["backbone.norm_f.weight"] = [Width],
            [Mixer + "A_log"] = [Heads], [Mixer + "D"] = [Heads], [Mixer + "dt_bias"] = [Heads], [Mixer + "norm.weight"] = [Inner],
            [Mixer + "in_proj.weight"] = [2 * Inner + 2 * States + Heads, Width], [Mixer + "out_proj.weight"] = [Width, Inner],
            [Mixer + "conv1d.weight"] = [Inner + 2 * States, 1, Taps], [Mixer + "conv1d.bias"] = [Inner + 2 * States],
        };
    }

    private static MemoryStream Stream(Dictionary<string, int[]> tensors)
    {
        int offset = 0;
        var entries = new List<SafetensorsEntry>();
        foreach (var (name, shape) in tensors)
        {
            entries.Add(new SafetensorsEntry(name, shape, offset, shape.Aggregate((a, b) => a * b)));
            offset += entries[^1].Length;
        }
        byte[] header = SafetensorsHeader.Create(new Dictionary<string, string> { ["format"] = "pt" }, entries).Bytes;
        return new([.. header, .. MemoryMarshal.AsBytes(Draw.Uniform(offset, 60).AsSpan())]);
    }
}
