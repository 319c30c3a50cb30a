using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Persistence;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Persistence;

public class PayloadTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed record Head(string Name);

    [Fact]
    public void Read_GivesBackHeadAndModel()
    {
        var model = Views.FitFixed(_ml).Model;

        var (head, read) = Read(Payload.Write(new Head("x"), model));

        head.Name.Should().Be("x");
        read.Options.Should().Be(model.Options);
        model.Parameters.Values.SequenceEqual(read.Parameters.Values).Should().BeTrue();
    }

    [Fact]
    public void Read_SaysThatAFileIsTruncated()
    {
        byte[] payload = Payload.Write(new Head("x"), Views.FitFixed(_ml).Model);

        foreach (int length in new[] { 0, 10, 60, payload.Length / 2, payload.Length - 1 })
            Invoking(() => Read(payload[..length])).Should().ThrowExactly<InvalidDataException>().WithMessage("*truncated*");
    }

    [Fact]
    public void Read_SaysThatAFileIsAltered()
    {
        byte[] payload = Payload.Write(new Head("x"), Views.FitFixed(_ml).Model);

        for (int i = 0; i < payload.Length; i += 101)
        {
            byte[] altered = [.. payload];
            altered[i] ^= 1;
            Invoking(() => Read(altered)).Should().ThrowExactly<InvalidDataException>();
        }
    }

    [Fact]
    public void Load_OfADamagedZipSaysWhy()
    {
        using var file = new MemoryStream();
        _ml.Model.Save(Views.FitFixed(_ml), Views.Fixed(_ml).Schema, file);
        Rewrite(file, bytes => bytes[..^100]);

        var exception = Record.Exception(() => _ml.Model.Load(file, out _));

        Messages(exception).Should().Contain("truncated");
    }

    [Fact]
    public void Load_OfANewerModelSaysWhy()
    {
        using var file = new MemoryStream();
        _ml.Model.Save(Views.FitFixed(_ml), Views.Fixed(_ml).Schema, file);
        Rewrite(file, bytes => [(byte)(bytes[0] + 1), .. bytes[1..]]);

        string messages = Messages(Record.Exception(() => _ml.Model.Load(file, out _)));

        messages.Should().Contain("version 2");
        messages.Should().Contain("Update the package");
    }

    [Fact]
    public void Load_OfAModelWithoutOurPartSaysWhy()
    {
        using var file = new MemoryStream();
        _ml.Model.Save(Views.FitFixed(_ml), Views.Fixed(_ml).Schema, file);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
            zip.Entries.Single(e => e.Name == "StateSpace.bin").Delete();
        file.Position = 0;

        Messages(Record.Exception(() => _ml.Model.Load(file, out _))).Should().Contain("has no 'StateSpace.bin'");
    }

    [Fact]
    public void Read_RefusesWhatInflates_BeforeItIsRead()
    {
        byte[] payload = Payload.Write(new Head("x"), Views.FitFixed(_ml).Model);
        using var file = new FileStream(
            Path.GetTempFileName(), new FileStreamOptions { Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        foreach (bool claimed in new[] { false, true })
        {
            file.Position = 0;
            if (claimed)
                BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(36), (4L << 30) - 44);
            file.Write(payload);
            file.SetLength(4L << 30); // zeros that take no room
            file.Position = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();

            Invoking(() => Payload.Read<Head>(file)).Should().ThrowExactly<InvalidDataException>().WithMessage("*altered*");

            (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(4_000_000);
        }
    }

    [Theory]
    [InlineData("\"Channels\":1", "\"Channels\":2", "channels")]
    [InlineData("\"Vocabulary\":0", "\"Vocabulary\":9", "tokens")]
    [InlineData("\"Values\":[\"", "\"Values\":[\"x\",\"", "classes")]
    [InlineData("\"WarmUp\":0", "\"WarmUp\":5", "WarmUp")]
    [InlineData("\"IntervalColumnName\":null}", "\"IntervalColumnName\":\"T\"}", "intervals")]
    [InlineData("\"Type\":\"ReadOnlyMemory`1\"", "\"Type\":\"Double\"", "labels")]
    [InlineData("\"Name\":\"Features\"", "\"Nome\":\"Features\"", "later version")]
    public void Load_HoldsTheStepAgainstItsModel(string text, string replacement, string named)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(Views.FitFixed(_ml), Views.Fixed(_ml).Schema, file);
        RewriteHead(file, head =>
        {
            head.Should().Contain(text);
            int at = head.LastIndexOf(text, StringComparison.Ordinal);
            return head[..at] + replacement + head[(at + text.Length)..];
        });

        var exception = Record.Exception(() => _ml.Model.Load(file, out _));

        Messages(exception).Should().Contain(named);
    }

    [Fact]
    public void Load_OfAModelThatKnowsNoWarmUp_HoldsNoStep()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var model = _ml.Transforms.StateSpace.SequenceToSequence(
            new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick }).Fit(view);
        using var file = new MemoryStream();
        _ml.Model.Save(model, view.Schema, file);
        RewriteHead(file, head =>
        {
            head.Should().Contain("\"WarmUp\":0,");
            return head.Replace("\"WarmUp\":0,", "", StringComparison.Ordinal);
        });

        var loaded = _ml.Model.Load(file, out _);

        loaded.Transform(view).GetColumn<float[]>("Output").Should().BeBitwise(model.Transform(view).GetColumn<float[]>("Output"));
    }

    private static Payload<Head> Read(byte[] payload) => Payload.Read<Head>(new MemoryStream(payload));

    // We know the name of our stream, but not the folder of the zip in which ML.NET puts it.
    private static void Rewrite(MemoryStream file, Func<byte[], byte[]> change)
    {
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = zip.Entries.Single(e => e.Name == "StateSpace.bin");
            using var content = new MemoryStream();
            using (var old = entry.Open())
                old.CopyTo(content);
            string name = entry.FullName;
            entry.Delete();
            using var written = zip.CreateEntry(name).Open();
            written.Write(change(content.ToArray()));
        }
        file.Position = 0;
    }

    // The head as another program might have written it, with lengths and checksum to match.
    private static void RewriteHead(MemoryStream file, Func<string, string> change)
        => Rewrite(file, payload =>
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(44));
            byte[] head = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(payload, 48, length)));
            byte[] all = [.. payload[..48], .. head, .. payload[(48 + length)..]];
            BinaryPrimitives.WriteInt32LittleEndian(all.AsSpan(44), head.Length);
            BinaryPrimitives.WriteInt64LittleEndian(all.AsSpan(36), all.Length - 44);
            SHA256.HashData(all.AsSpan(36)).CopyTo(all, 4);
            return all;
        });

    private static string Messages(Exception? exception)
        => exception is null ? "" : $"{exception.Message} {Messages(exception.InnerException)}";
}
