using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>
/// Every file that Core reads gives what was written, or an <see cref="InvalidDataException"/>, in little memory. Where a checksum was made
/// right again behind the damage, what is read must at least be a model, a state or a training that works. The environment variable
/// STATESPACE_MUTATIONS sets how many copies each test damages; without it there are 2,000.
/// </summary>
public sealed class FileFuzzTests : IDisposable
{
    internal const long Memory = 4_000_000;

    private static readonly byte[] Model = SmallModel.Write(SmallModel.Create());

    private static readonly byte[] Bank = SmallModel.Write(TrainedCases.Create("Bank, few filters of a channel"));

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public void Model_IsWhatWasWritten_OrRefused()
        => FileMutations.Try(Model, seed: 1, Memory, copy => SmallModel.Write(SmallModel.Read(copy)).Should().Equal(Model));

    [Fact]
    public void Model_WithARightChecksum_Works_OrIsRefused()
        => FileMutations.Try(Model, seed: 2, Memory, ReadAndPredict, copy => Seal(copy, Model));

    [Fact]
    public void Model_WithAForgedNumber_Works_OrIsRefused() => ForgeEveryNumber(Model, ReadAndPredict);

    [Fact]
    public void AnyModel_WithAForgedOption_Works_OrIsRefused()
    {
        var models = ModelCases.AllNames.Select(name => (name, SmallModel.Create(ModelCases.Options(name))))
            .Concat(BankCases.All.Keys.Select(name => (name, TrainedCases.Create(name))));
        foreach (var (name, model) in models)
        {
            byte[] file = SmallModel.Write(model);
            var header = SafetensorsHeader.Read(new MemoryStream(file));
            byte[] options = Encoding.UTF8.GetBytes(header.Metadata["options"]), data = file[header.Bytes.Length..];
            foreach (var number in FileMutations.Numbers(options))
            {
                foreach (string forged in FileMutations.ForgedNumbers)
                {
                    var metadata = new Dictionary<string, string>(header.Metadata)
                    {
                        ["options"] = Encoding.UTF8.GetString(FileMutations.Replace(options, number, forged)),
                    };
                    FileMutations.TryOne(
                        SmallModel.Seal([.. SafetensorsHeader.Create(metadata, header.Tensors).Bytes, .. data]), Memory, ReadAndPredict,
                        $"{forged} in the options of '{name}', {metadata["options"]},");
                }
            }
        }
    }

    [Fact]
    public void Bank_WithARightChecksum_Works_OrIsRefused()
        => FileMutations.Try(Bank, seed: 5, Memory, ReadAndPredict, copy => Seal(copy, Bank));

    [Fact]
    public void Bank_WithAForgedNumber_Works_OrIsRefused() => ForgeEveryNumber(Bank, ReadAndPredict);

    [Fact]
    public void ModelJson_IsRead_OrRefused()
    {
        var header = SafetensorsHeader.Read(new MemoryStream(Model));
        byte[] data = Model[header.Bytes.Length..];
        foreach (string key in new[] { "options", "summary", "groups" })
            FileMutations.Try(Encoding.UTF8.GetBytes(header.Metadata[key]), seed: 3 + key.Length, Memory, json =>
            {
                var metadata = new Dictionary<string, string>(header.Metadata) { [key] = Encoding.UTF8.GetString(json) };
                ReadAndPredict(SmallModel.Seal([.. SafetensorsHeader.Create(metadata, header.Tensors).Bytes, .. data]));
            });
    }

    [Fact]
    public void ArchitectureJson_IsRead_OrRefused()
    {
        var single = SmallModel.Create().Options.Architecture;
        foreach (var architecture in (ArchitectureOptions[])[single, new EnsembleOptions { Members = [single, single], Weights = [1, 2] },
            new StateSpaceBankOptions { Filters = 640, Bidirectional = true }])
        {
            FileMutations.Try(JsonSerializer.SerializeToUtf8Bytes(architecture), seed: 20, Memory, json =>
            {
                try
                {
                    JsonSerializer.Deserialize<ArchitectureOptions>(json)?.GetType().Should().NotBeNull();
                }
                catch (JsonException)
                {
                    // This is what users of System.Text.Json expect.
                }
            });
        }
    }

    [Fact]
    public void Checkpoint_IsWhatWasWritten_OrRefused()
    {
        var (identity, written, file) = Checkpoint();
        FileMutations.Try(file, seed: 30, Memory, copy =>
        {
            var read = Load(copy, identity);
            (read.Epoch, read.Engine.Steps, read.BestEpoch, read.BestLoss, read.FirstLoss, read.Elapsed).Should().Be(
                (written.Epoch, written.Engine.Steps, written.BestEpoch, written.BestLoss, written.FirstLoss, written.Elapsed));
            read.Engine.Values.Should().BeBitwise(written.Engine.Values);
            read.Engine.First.Should().BeBitwise(written.Engine.First);
            read.Engine.Second.Should().BeBitwise(written.Engine.Second);
            read.Best.Values.Should().BeBitwise(written.Best.Values);
        });
    }

    [Fact]
    public void Checkpoint_WithARightChecksum_IsOneOfThisTraining_OrRefused()
    {
        var (identity, _, file) = Checkpoint();
        FileMutations.Try(file, seed: 31, Memory, copy => LoadSensible(copy, identity), copy => Seal(copy, file));
        ForgeEveryNumber(file, copy => LoadSensible(copy, identity));
    }

    [Fact]
    public void StreamState_IsWhatWasWritten_OrRefused()
    {
        var (stream, state) = Stream();
        FileMutations.Try(state, seed: 40, Memory, copy =>
        {
            stream.TrySetState(copy).Should().BeTrue();
            var again = new byte[stream.StateBytes];
            stream.GetState(again);
            again.Should().Equal(state);
        });
    }

    [Fact]
    public void StreamState_WithARightChecksum_Works_OrIsRefused()
    {
        var (stream, state) = Stream();
        FileMutations.Try(
            state, seed: 41, Memory,
            copy =>
            {
                if (stream.TrySetState(copy))
                    stream.Step(new float[stream.Inputs]).Length.Should().BePositive();
                stream.Steps.Should().BeGreaterThanOrEqualTo(0);
            },
            copy => copy.Length < 32 ? copy : [.. copy[..^32], .. SHA256.HashData(copy.AsSpan(..^32))]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void ReadAndPredict(byte[] copy)
    {
        var model = SmallModel.Read(copy);
        var predictor = new SequencePredictor(model);
        var outputs = new float[predictor.OutputLength(3)];
        predictor.Predict(new float[3 * model.Options.Inputs], model.Options.HasIntervals ? [1, 1, 1] : [], outputs);
        outputs.Length.Should().BePositive();
    }

    private static (SequenceStream Stream, byte[] State) Stream()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var (_, parameters) = ModelCases.Create(options, ModelCases.Data(options, 5));
        var stream = new SequencePredictor(new TrainedModel(options, parameters, Summary.None)).CreateStream();
        for (int i = 0; i < 3; i++)
            stream.Step(Draw.Uniform(stream.Inputs, i + 1));
        var state = new byte[stream.StateBytes];
        stream.GetState(state);
        return (stream, state);
    }

    private (TrainingIdentity Identity, TrainingState State, byte[] File) Checkpoint()
    {
        var parameters = new SequenceNetwork(SmallTask.Model).Layout.Create(new Random(1));
        var identity = new TrainingIdentity(SmallTask.Model, SmallTask.Training, "0123456789abcdef");
        var state = new TrainingState(parameters)
        {
            Epoch = 4, BestEpoch = 3, BestLoss = 0.25, BestMetric = 0.5, FirstLoss = 0.7, Elapsed = TimeSpan.FromSeconds(3),
        };
        state.Engine.Steps = 24;
        int length = parameters.Values.Length;
        Draw.Uniform(length, 1).CopyTo(state.Engine.Values, 0);
        Draw.Uniform(length, 2).CopyTo(state.Engine.First, 0);
        Draw.Uniform(length, 3).CopyTo(state.Engine.Second, 0);
        string path = Path.Combine(_folder, "written");
        new CheckpointFile(path).Save(identity, state);
        return (identity, state, File.ReadAllBytes(path));
    }

    private TrainingState Load(byte[] copy, TrainingIdentity identity)
    {
        string path = Path.Combine(_folder, "altered");
        File.WriteAllBytes(path, copy);
        var state = new TrainingState(new SequenceNetwork(SmallTask.Model).Layout.Create(new Random(1)));
        new CheckpointFile(path).Load(identity, state).Should().BeTrue();
        return state;
    }

    // A file that says that it is of another training is refused in other words.
    private void LoadSensible(byte[] copy, TrainingIdentity identity)
    {
        TrainingState state;
        try
        {
            state = Load(copy, identity);
        }
        catch (InvalidOperationException e) when (e.Message.Contains("is of another training"))
        {
            return;
        }
        state.Epoch.Should().BeInRange(1, identity.Training.Epochs!.Value);
        state.Engine.Steps.Should().BeGreaterThanOrEqualTo(state.Epoch);
        state.BestEpoch.Should().BeInRange(0, state.Epoch);
        double.IsFinite(state.FirstLoss).Should().BeTrue();
    }

    /// <summary>Reads a safetensors file with every number of its header forged, one after the other, checksums made right again.</summary>
    internal static void ForgeEveryNumber(byte[] file, Action<byte[]> read)
    {
        int header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        foreach (var number in FileMutations.Numbers(file.AsSpan(0, header)))
            foreach (string forged in FileMutations.ForgedNumbers)
                FileMutations.TryOne(
                    Seal(FileMutations.Replace(file, number, forged), file), Memory, read, $"{forged} in the place of {number}");
    }

    /// <summary>A damaged copy with the length of its header and its checksum made right.</summary>
    private static byte[] Seal(byte[] copy, byte[] file) => SmallModel.Seal(WithHeaderLength(copy, file));

    /// <summary>A damaged copy with the length of its header made right.</summary>
    internal static byte[] WithHeaderLength(byte[] copy, byte[] file)
    {
        long data = file.Length - 8 - BinaryPrimitives.ReadInt64LittleEndian(file);
        if (copy.Length < 8 + data)
            return copy;
        byte[] mended = [.. copy];
        BinaryPrimitives.WriteInt64LittleEndian(mended, copy.Length - 8 - data);
        return mended;
    }
}
