using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>A model of few, peculiar values, and ways to do things to its file.</summary>
internal static class SmallModel
{
    // One, minus zero, the smallest and the largest numbers, and a tenth.
    private static readonly int[] Bits =
        [0x3F800000, unchecked((int)0x80000000), 1, unchecked((int)0x807FFFFF), 0x7F7FFFFF, unchecked((int)0xFF7FFFFF), 0x3DCCCCCD];

    public static TrainedModel Create() => Create(new SequenceModelOptions
    {
        Task = SequenceTask.Classification,
        Inputs = 3,
        Outputs = 2,
        Architecture = new S5Options { Layers = 2, ModelSize = 3, StateSize = 4, Bidirectional = true, Dropout = 0.1, Blocks = 2,
            Discretization = Discretization.Bilinear },
    });

    public static TrainedModel Create(SequenceModelOptions options, bool withExtremes = true)
    {
        var parameters = new SequenceNetwork(options).Layout.Create(new Random(1));
        for (int i = 0; withExtremes && i < Bits.Length; i++)
            parameters.Values[i] = BitConverter.Int32BitsToSingle(Bits[i]);
        return new TrainedModel(
            options,
            parameters,
            new TrainingSummary
            {
                Options = new TrainingOptions { Epochs = 7, LearningRate = 0.1 + 0.2, ClassWeights = [1, 1 / 3.0], Seed = 5 },
                Epochs = 6,
                BestEpoch = 4,
                ValidationLoss = double.NaN,
                ValidationMetric = 0.1,
                Stop = TrainingStop.EarlyStopping,
                Duration = TimeSpan.FromTicks(123456789),
                ParameterCount = 7,
            });
    }

    public static byte[] Write(TrainedModel model)
    {
        using var stream = new MemoryStream();
        ModelFile.Write(stream, model);
        return stream.ToArray();
    }

    public static TrainedModel Read(byte[] file) => ModelFile.Read(new MemoryStream(file));

    /// <summary>The file with a text of its header replaced by another of equal length and the checksum made good again.</summary>
    public static byte[] Edit(byte[] file, string text, string replacement)
    {
        replacement.Length.Should().Be(text.Length);
        string latin = Encoding.Latin1.GetString(file);
        latin.Should().Contain(text);
        return Seal(Encoding.Latin1.GetBytes(latin.Replace(text, replacement)));
    }

    /// <summary>The file with the checksum of what it holds; unchanged where it has no place for one.</summary>
    public static byte[] Seal(byte[] file)
    {
        byte[] edited = [.. file];
        string latin = Encoding.Latin1.GetString(file);
        const string Key = "\"checksum\":\"";
        int place = latin.IndexOf(Key, StringComparison.Ordinal) + Key.Length;
        if (place < Key.Length || place + 64 > file.Length)
            return edited;
        var checksum = edited.AsSpan(place, 64);
        checksum.Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(edited))).CopyTo(checksum);
        return edited;
    }
}
