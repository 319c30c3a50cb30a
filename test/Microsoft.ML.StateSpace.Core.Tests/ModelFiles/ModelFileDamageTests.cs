using System.Text;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

public class ModelFileDamageTests
{
    private static readonly byte[] File = SmallModel.Write(SmallModel.Create());

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x02)]
    [InlineData(0x20)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Read_RefusesAFileWithAnyOneByteAltered(int flip)
    {
        for (int i = 0; i < File.Length; i++)
        {
            byte[] altered = [.. File];
            altered[i] ^= (byte)flip;

            var error = Record.Exception(() => SmallModel.Read(altered));

            (error is InvalidDataException)
                .Should().BeTrue($"byte {i} ('{(char)File[i]}') altered by {flip:X2} gave {error?.GetType().Name ?? "a model"}");
        }
    }

    [Fact]
    public void Read_RefusesAFileTruncatedAtAnyLength()
    {
        for (int length = 0; length < File.Length; length++)
        {
            byte[] truncated = File[..length];

            var seekable = Invoking(() => SmallModel.Read(truncated)).Should().ThrowExactly<InvalidDataException>().Which;
            var forwardOnly = Invoking(() => ModelFile.Read(new ForwardOnlyStream(new MemoryStream(truncated))))
                .Should().ThrowExactly<InvalidDataException>().Which;

            seekable.Message.Should().Contain("truncated");
            forwardOnly.Message.Should().Contain("truncated");
        }
    }

    [Theory]
    [InlineData("\\\"Layers\\\":2", "\\\"Layers\\\":1000", "'Blocks.2.")]
    [InlineData("\\\"Layers\\\":2", "\\\"Layers\\\":1000000", "Layers must lie in")]
    [InlineData("\\\"Layers\\\":2", "\\\"Layers\\\":1", "'Blocks.1.")]
    [InlineData("\\\"ModelSize\\\":3", "\\\"ModelSize\\\":10000", "'Encoder.Weight' of shape (10000, 3)")]
    [InlineData("\\\"ModelSize\\\":3", "\\\"ModelSize\\\":100000", "ModelSize must lie in")]
    [InlineData("\\\"ModelSize\\\":3", "\\\"ModelSize\\\":2147483647", "options")]
    [InlineData("\\\"Outputs\\\":2", "\\\"Outputs\\\":0", "Outputs")]
    [InlineData("\"Encoder.Weight\"", "\"Encoder.Weighs\"", "Encoder.Weighs")]
    [InlineData("\"shape\":[2],\"data", "\"shape\":[1,2],\"data", "of shape (1, 2)")]
    [InlineData("Encoder.Weight\\\":\\\"Decayed", "Encoder.Weight\\\":\\\"Plain", "Plain")]
    public void Read_HoldsTheContentAgainstTheNetwork_InLittleMemory(string text, string replacement, string named)
    {
        string latin = Encoding.Latin1.GetString(File);
        latin.Should().Contain(text);
        byte[] edited = Encoding.Latin1.GetBytes(latin.Replace(text, replacement));
        BitConverter.TryWriteBytes(edited, BitConverter.ToInt64(edited) + edited.Length - File.Length);
        byte[] forged = SmallModel.Seal(edited);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Message(forged).Should().Contain("altered").And.Contain(named);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(4_000_000);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Read_RefusesParametersThatAreNotFinite(float value)
    {
        var model = SmallModel.Create();
        model.Parameters["Decoder.Bias"][1] = value;

        Message(SmallModel.Write(model)).Should().Contain("'Decoder.Bias'").And.Contain("finite");
    }

    [Fact]
    public void Read_TakesNoMemoryForClaims()
    {
        byte[] header = Safetensors("{", 0), data = Safetensors(
            """{"x":{"dtype":"F32","shape":[500000000],"data_offsets":[0,2000000000]}}""", 16);
        BitConverter.TryWriteBytes(header, 99_000_000L);
        foreach (byte[] claim in new[] { header, data })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();

            Invoking(() => ModelFile.Read(new ForwardOnlyStream(new MemoryStream(claim)))).Should().ThrowExactly<InvalidDataException>();

            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(4_000_000);
        }
    }

    [Fact]
    public void Read_NamesTheFile_AndTheRemedy()
    {
        string path = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllBytes(path, File[..^1]);
            using var stream = System.IO.File.OpenRead(path);

            Invoking(() => ModelFile.Read(stream)).Should().ThrowExactly<InvalidDataException>()
                .Which.Message.Should().Contain(path).And.Contain("save the model anew");
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    [Fact]
    public void Read_SaysWhenAParameterWasAltered()
    {
        byte[] altered = [.. File];
        altered[^1] ^= 1;

        Message(altered).Should().Contain("altered");
        Message(altered).Should().Contain("checksum");
    }

    [Fact]
    public void Read_SaysWhenTheFileIsOfALaterVersion()
    {
        string message = Message(SmallModel.Edit(File, "\"version\":\"1\"", "\"version\":\"2\""));

        message.Should().Contain("later version");
        message.Should().Contain("version 2");
    }

    [Fact]
    public void Read_SaysWhenTheCoreIsUnknown()
    {
        string message = Message(SmallModel.Edit(File, "\\\"core\\\":\\\"S5\\\"", "\\\"core\\\":\\\"S9\\\""));

        message.Should().Contain("'S9'");
        message.Should().Contain("S5, LRU");
    }

    [Theory]
    [InlineData("\\\"Inputs\\\":", "\\\"Imputs\\\":", "Imputs")]
    [InlineData("\\\"Layers\\\":2", "\\\"Layers\\\":0", "Layers")]
    [InlineData("\\\"Bilinear\\\"", "\\\"Billnear\\\"", "Discretization")]
    [InlineData("\\\"Input.Mean\\\":", "\\\"Input.Moan\\\":", "Input.Mean")]
    public void Read_SaysWhichOptionCannotBeUnderstood(string text, string replacement, string named)
        => Message(SmallModel.Edit(File, text, replacement)).Should().Contain(named);

    // The bank has 4 groups of filters of one channel, of 256 features each.
    [Theory]
    [InlineData("\"Bank.Mix\"", "\"Bank.Mux\"", "Bank.Mux")]
    [InlineData("\"Bank.Threshold\"", "\"Bank.Thresholx\"", "Bank.Thresholx")]
    [InlineData("\\\"Filters\\\":1,", "\\\"Filters\\\":65536,", "'Bank.Rate' of shape (4096, 2, 16)")]
    [InlineData("\\\"Filters\\\":1,", "\\\"Filters\\\":2000000000,", "Filters must lie in")]
    [InlineData("\\\"LargestOrder\\\":1", "\\\"LargestOrder\\\":5", "LargestOrder must lie in")]
    [InlineData("\\\"Bidirectional\\\":false", "\\\"Bidirectional\\\":true", "'Bank.Threshold' of shape (18, 16)")]
    [InlineData("\"shape\":[4,2,16]", "\"shape\":[8,16]", "of shape (8, 16)")]
    [InlineData("\"ReadOut.Weight\"", "\"ReadOut.Wright\"", "ReadOut.Wright")]
    public void Read_HoldsTheContentOfABankAgainstItsOptions_InLittleMemory(string text, string replacement, string named)
    {
        byte[] file = SmallModel.Write(TrainedCases.Create("Bank, few filters of a channel"));
        string latin = Encoding.Latin1.GetString(file);
        latin.Should().Contain(text);
        byte[] edited = Encoding.Latin1.GetBytes(latin.Replace(text, replacement));
        BitConverter.TryWriteBytes(edited, BitConverter.ToInt64(edited) + edited.Length - file.Length);
        byte[] forged = SmallModel.Seal(edited);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Message(forged).Should().Contain("altered").And.Contain(named);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(4_000_000);
    }

    [Fact]
    public void Read_SaysWhenASafetensorsFileIsNoModel()
    {
        Message(Safetensors("""{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4))
            .Should().Contain("lack 'format'");
        Message(Safetensors("""{"__metadata__":{"format":"pt"}}""", 0)).Should().Contain("'pt'");
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", "'F64'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "needs 8 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "data_offsets are (-4, 0)")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", "data_offsets are (2, 6)")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,-4]}}""", "negative extent")]
    [InlineData("""{"x":{"dtype":"F32","shape":[65536,65536],"data_offsets":[0,0]}}""", "overflow")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "starts at byte 4")]
    [InlineData(
        """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "inside the one before it")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", "nothing else")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"offsets":[0,4]}}""", "lacks data_offsets")]
    [InlineData(
        """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "uplicate")]
    [InlineData("""{"__metadata__":{"a":1}}""", "header")]
    [InlineData("""[]""", "header")]
    [InlineData("""{"x" """, "header")]
    public void Read_SaysWhatIsWrongInAHeader(string header, string named) => Message(Safetensors(header, 16)).Should().Contain(named);

    [Fact]
    public void Read_SaysWhenTheHeaderLengthIsAbsurd()
    {
        Message(Encoding.ASCII.GetBytes("PK and other text that is no model")).Should().Contain("length of a header");
        Message(new byte[64]).Should().Contain("length of a header");
    }

    private static string Message(byte[] file)
        => Invoking(() => SmallModel.Read(file)).Should().ThrowExactly<InvalidDataException>().Which.Message;

    private static byte[] Safetensors(string header, int dataBytes)
        => [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]];
}
