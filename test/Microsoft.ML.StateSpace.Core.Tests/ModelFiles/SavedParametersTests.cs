using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

public sealed class SavedParametersTests : IDisposable
{
    private static readonly TrainedModel Trained = Trainer.Fit(SmallTask.Model, SmallTask.Training, SmallTask.Data());

    private static readonly TrainingOptions Untrained = SmallTask.Training with { Epochs = 0 };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Fit_WithoutAnEpoch_GivesTheModelBack_WithItsOwnStatistics()
        => Fit(SavedParameters.FromModel(Trained), Untrained).Parameters.Values.Should().BeBitwise(Trained.Parameters.Values);

    [Fact]
    public void Fit_ReadsAModelFile()
        => Fit(SavedParameters.FromFile(ModelPath()), Untrained).Parameters.Values.Should().BeBitwise(Trained.Parameters.Values);

    [Fact]
    public void Fit_GoesOnFromThere()
    {
        var (anew, further) = (new Reports(), new Reports());
        Trainer.Fit(SmallTask.Model, SmallTask.Training with { Progress = anew }, SmallTask.Data());
        Fit(SavedParameters.FromModel(Trained), SmallTask.Training with { Progress = further });
        further.All[0].TrainingLoss.Should().BeLessThan(anew.All[^1].TrainingLoss * 1.2).And.BeLessThan(anew.All[0].TrainingLoss);
    }

    [Fact]
    public void Anew_LeavesAPartAsInANewNetwork()
    {
        // What the seed draws and what the data are, where one layer of another network is all that is given.
        var fresh = Fit(SavedParameters.FromModel(Trained) with { Anew = ["Encoder", "Decoder", "Input"] }, Untrained).Parameters;
        var lines = new List<string>();
        var read = Fit(SavedParameters.FromModel(Trained) with { Anew = ["Decoder", "Input"] }, Untrained, lines.Add).Parameters;
        foreach (string name in new[] { "Decoder.Weight", "Input.Mean" })
            read[name].Should().BeBitwise(fresh[name]);
        read["Encoder.Weight"].Should().BeBitwise(Trained.Parameters["Encoder.Weight"]);
        lines.Should().ContainSingle(line => line.Contains("Decoder.Weight, Decoder.Bias begin anew"));
        read["Encoder.Weight"].ToArray().Should().NotEqual(fresh["Encoder.Weight"].ToArray());
    }

    [Fact]
    public void Fit_NamesTheFirstParameter_OfAnotherShape()
    {
        Message(SavedParameters.FromModel(Trained), SmallTask.Model with { Outputs = 3 })
            .Should().Contain("'Decoder.Weight'").And.Contain("(2, 8)").And.Contain("(3, 8)").And.Contain("Anew");
        var deeper = (LruOptions)SmallTask.Model.Architecture with { Layers = 2 };
        var two = Trainer.Fit(SmallTask.Model with { Architecture = deeper }, Untrained with { Epochs = 1 }, SmallTask.Data());
        Message(SavedParameters.FromModel(two), SmallTask.Model).Should().Contain("'Blocks.1.").And.Contain("does not have");
        Fit(SavedParameters.FromModel(two) with { Anew = ["Blocks.1"] }, Untrained)
            .Parameters["Encoder.Weight"].Should().BeBitwise(two.Parameters["Encoder.Weight"]);
    }

    [Fact]
    public void RequireAll_RefusesWhatLacks()
    {
        var deeper = SmallTask.Model with { Architecture = (LruOptions)SmallTask.Model.Architecture with { Layers = 2 } };
        Message(SavedParameters.FromModel(Trained) with { RequireAll = true }, deeper)
            .Should().Contain("lacks Blocks.1.").And.Contain("more");
        Message(SavedParameters.FromModel(Trained) with { Anew = ["Encoder", "Blocks", "Decoder", "Input"] }, SmallTask.Model)
            .Should().Contain("no value of this network");
    }

    [Fact]
    public void Fit_RefusesBanksEnsemblesAndTwoBeginnings()
    {
        var single = (NetworkOptions)SmallTask.Model.Architecture;
        foreach (var (architecture, named) in new (ArchitectureOptions, string)[]
                 {
                     (new StateSpaceBankOptions { Filters = 16 }, "closed form"),
                     (new EnsembleOptions { Members = [single, single] }, "ensemble"),
                 })
        {
            Invoking(() => ModelTraining.Fit(
                    SmallTask.Model with { Architecture = architecture },
                    new TrainingOptions { Seed = 1, InitialParameters = SavedParameters.FromModel(Trained) }, SmallTask.Data()))
                .Should().ThrowExactly<ArgumentException>().Which.Message.Should().Contain("InitialParameters").And.Contain(named);
        }
        var ensemble = ModelTraining.Fit(
            SmallTask.Model with { Architecture = new EnsembleOptions { Members = [single, single] } }, SmallTask.Training,
            SmallTask.Data());
        Message(SavedParameters.FromModel(ensemble), SmallTask.Model).Should().Contain("EnsembleOptions");
    }

    [Fact]
    public void Epochs_MayBeNoneWithInitialParametersAlone()
    {
        Invoking(Untrained.Validate).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("Epochs*");
        Invoking((Untrained with { InitialParameters = SavedParameters.FromModel(Trained), Method = new LbfgsOptions() }).Validate)
            .Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("Epochs*");
    }

    [Fact]
    public void ReadArchitecture_IsThatOfTheFileOrTheModel()
    {
        SavedParameters.FromFile(ModelPath()).ReadArchitecture().Should().Be(Trained.Options.Architecture);
        SavedParameters.FromModel(Trained).ReadArchitecture().Should().BeSameAs(Trained.Options.Architecture);
        SavedParameters.FromFile(PythonPath).ReadArchitecture().Should().BeOfType<S6Options>();
    }

    /// <summary>A checkpoint of a training is that of its beginning too.</summary>
    [Fact]
    public void Checkpoint_IsOfOneBeginning()
    {
        var checkpoint = new CheckpointFiles(Path.Combine(_folder, "training.checkpoint"));
        var other = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Seed = 3 }, SmallTask.Data());
        foreach (var beginning in new[] { Trained, other })
        {
            var training = SmallTask.Training with { InitialParameters = SavedParameters.FromModel(beginning) };
            TrainedModel Fit(TrainingOptions how, ICheckpoint? kept)
                => Trainer.Fit(SmallTask.Model, how, SmallTask.Data(), checkpoint: kept);
            Fit(training with { PauseAt = 0.5 }, checkpoint).Summary.Epochs.Should().Be(3);
            Fit(training, checkpoint).Parameters.Values.Should().BeBitwise(Fit(training, null).Parameters.Values);
        }
        Directory.GetFiles(_folder, "*.checkpoint").Should().HaveCount(2);
    }

    [Fact]
    public void Fit_BeginsWithAPublicCheckpoint_AndSaysWhatBeginsAnew()
    {
        var lines = new List<string>();
        var (options, data) = Tokens(PythonCheckpoint.ReadArchitecture(File.OpenRead(PythonPath)));
        var training = Untrained with { InitialParameters = SavedParameters.FromFile(PythonPath) };
        var read = Trainer.Fit(options, training, data, log: lines.Add);
        var expected = PythonCheckpoint.Read(File.OpenRead(PythonPath), options, seed: training.Seed!.Value);
        read.Parameters.Values.Should().BeBitwise(expected.Values);
        lines.Should().ContainSingle(line => line.Contains("'mamba.safetensors'") && line.Contains("Decoder.Weight, Decoder.Bias begin"));
        Trainer.Fit(options, training with { Epochs = 1 }, data).Parameters["Blocks.0.Core.StateSpace.ALog"]
            .Should().NotEqual(expected["Blocks.0.Core.StateSpace.ALog"].ToArray(), "it was trained further");
    }

    [Fact]
    public void Fit_TakesOtherTokens_WhereTheirTableBeginsAnew()
    {
        var (options, data) = Tokens(PythonCheckpoint.ReadArchitecture(File.OpenRead(PythonPath)), vocabulary: 40);
        var given = SavedParameters.FromFile(PythonPath);
        Invoking(() => Trainer.Fit(options, Untrained with { InitialParameters = given }, data))
            .Should().ThrowExactly<InvalidDataException>().WithMessage("*backbone.embedding.weight*(16, 6)*(40, 6)*");
        var read = Trainer.Fit(options, Untrained with { InitialParameters = given with { Anew = ["Encoder"] } }, data).Parameters;
        read["FinalNorm.Scale"].Should().BeBitwise(
            PythonCheckpoint.ReadLanguageModel(File.OpenRead(PythonPath)).Parameters["FinalNorm.Scale"]);
    }

    [Fact]
    public void Fit_RefusesACheckpointOfAnotherFamily()
        => Message(SavedParameters.FromFile(PythonPath), SmallTask.Model).Should().Contain("Mamba").And.Contain("LruOptions");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string PythonPath => Repository.Path("test", "data", "python", "mamba.safetensors");

    private string ModelPath()
    {
        string path = Path.Combine(_folder, "model.safetensors");
        using var file = File.Create(path);
        ModelFile.Write(file, Trained);
        return path;
    }

    // Other data, so other statistics.
    private static TrainedModel Fit(SavedParameters values, TrainingOptions training, Action<string>? log = null)
        => Trainer.Fit(SmallTask.Model, training with { InitialParameters = values }, SmallTask.Data(seed: 3), log: log);

    private static string Message(SavedParameters values, SequenceModelOptions model)
        => Invoking(() => Trainer.Fit(model, Untrained with { InitialParameters = values }, SmallTask.Data()))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message;

    private static (SequenceModelOptions Options, SequenceSet Data) Tokens(NetworkOptions architecture, int vocabulary = 16)
    {
        var data = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < 12; i++)
            data.Add([.. Draw.Uniform(20, 0, vocabulary + 1, 70 + i).Select(MathF.Floor)], i % 2);
        return (
            new()
            {
                Task = SequenceTask.Classification, Inputs = 1, Vocabulary = vocabulary + 1, Outputs = 2, DerivedInputs = new(),
                Architecture = architecture with { Pooling = Pooling.Mean },
            },
            data);
    }
}
