using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Persistence;

/// <summary>
/// A damaged model zip of ML.NET gives the step that was saved, or an exception. What of the zip is ML.NET's own it reads by itself, and
/// refuses in its own ways; whatever this library refuses is an <see cref="InvalidDataException"/>. The environment variable
/// STATESPACE_MUTATIONS sets how many copies each test damages; without it there are 2,000.
/// </summary>
public class ModelZipFuzzTests
{
    private const long Memory = 16_000_000;

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Zip_GivesTheStepThatWasSaved_OrIsRefused()
    {
        var (model, zip) = Saved();
        byte[] schema = Schema(zip);
        FileMutations.Try(zip, seed: 60, Memory, copy =>
        {
            // ML.NET reserves whatever a damaged schema claims, before it calls anyone. On another thread that does not count.
            bool isMeasured = Schema(copy).SequenceEqual(schema);
            if ((isMeasured ? Load(copy) : OnAnotherThread(() => Load(copy))) is not { } loaded)
                return;
            loaded.Options.Should().Be(model.Options);
            loaded.Model.Parameters.Values.SequenceEqual(model.Model.Parameters.Values).Should().BeTrue();
        });
    }

    [Fact]
    public void Payload_WithRightChecksums_Works_OrIsRefused()
    {
        var (_, zip) = Saved();
        byte[] payload = Payload(zip);
        // The damage may have given the classes and the column other names, which the data then do not have.
        var rows = _ml.Transforms.DropColumns("Label").Fit(Views.Fixed(_ml)).Transform(Views.Fixed(_ml));
        FileMutations.Try(
            payload, seed: 61, Memory,
            copy =>
            {
                if (Load(WithPayload(zip, copy)) is { Input.Name: "Features" } loaded)
                    Cells.Read(loaded.Transform(rows)).Should().NotBeEmpty();
            },
            Seal);
    }

    [Fact]
    public void Payload_WithAForgedNumber_Works_OrIsRefused()
    {
        var (_, zip) = Saved();
        byte[] payload = Payload(zip);
        int head = 48 + BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(44));
        foreach (var number in FileMutations.Numbers(payload.AsSpan(0, head)))
        {
            if (number.Start.Value < 48)
                continue;
            foreach (string forged in FileMutations.ForgedNumbers)
            {
                byte[] copy = FileMutations.Replace(payload, number, forged);
                BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(44), head - 48 + copy.Length - payload.Length);
                FileMutations.TryOne(
                    Seal(copy), Memory, sealedCopy => Load(WithPayload(zip, sealedCopy))?.Model.Should().NotBeNull(),
                    $"{forged} in the head at {number}");
            }
        }
    }

    private (SequenceClassificationTransformer Model, byte[] Zip) Saved()
    {
        var model = Views.FitFixed(_ml);
        using var file = new MemoryStream();
        _ml.Model.Save(model, Views.Fixed(_ml).Schema, file);
        return (model, file.ToArray());
    }

    // A task that may run for long has a thread of its own, and throws here what it threw there.
    private static T OnAnotherThread<T>(Func<T> work)
        => Task.Factory.StartNew(work, default, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();

    // The schema in a zip, or nothing where it cannot be read.
    private static byte[] Schema(byte[] zip)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(zip));
            using var entry = archive.GetEntry("Schema")?.Open() ?? Stream.Null;
            using var content = new MemoryStream();
            entry.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException or IOException)
        {
            return [];
        }
    }

    // The step of ours, where there is one and it was not refused by ML.NET.
    private SequenceClassificationTransformer? Load(byte[] zip)
    {
        try
        {
            var loaded = _ml.Model.Load(new MemoryStream(zip), out _);
            return (loaded is IEnumerable<ITransformer> chain ? chain : [loaded])
                .OfType<SequenceClassificationTransformer>().FirstOrDefault();
        }
        catch (Exception e)
        {
            Exception cause = e;
            while (cause.InnerException is not null && cause is not InvalidDataException)
                cause = cause.InnerException;
            if (cause is not InvalidDataException && IsOurs(cause))
                throw;
            return null;
        }
    }

    // Whether the code that called for trouble is this library's, and not ML.NET's. ML.NET marks what it throws itself, which tells also
    // where its methods were compiled into ours, and so are missing from the stack.
    private static bool IsOurs(Exception e)
    {
        if (e.Data.Contains("ML_IsMarked"))
            return false;
        foreach (var frame in new StackTrace(e).GetFrames())
            if (frame.GetMethod()?.DeclaringType?.FullName is { } type && type.StartsWith("Microsoft.ML.", StringComparison.Ordinal))
                return type.StartsWith("Microsoft.ML.StateSpace.", StringComparison.Ordinal);
        return false;
    }

    private static byte[] Payload(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var entry = archive.Entries.Single(e => e.Name == "StateSpace.bin").Open();
        using var content = new MemoryStream();
        entry.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] WithPayload(byte[] zip, byte[] payload)
    {
        using var file = new MemoryStream();
        file.Write(zip);
        using (var archive = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = archive.Entries.Single(e => e.Name == "StateSpace.bin");
            string name = entry.FullName;
            entry.Delete();
            using var written = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            written.Write(payload);
        }
        return file.ToArray();
    }

    /// <summary>A damaged payload with the lengths and the checksums of what it holds.</summary>
    private static byte[] Seal(byte[] payload)
    {
        byte[] copy = [.. payload];
        if (copy.Length < 48)
            return copy;
        const string Key = "\"checksum\":\"";
        int start = 48 + BinaryPrimitives.ReadInt32LittleEndian(copy.AsSpan(44));
        int place = Encoding.Latin1.GetString(copy).IndexOf(Key, StringComparison.Ordinal) + Key.Length;
        if (place >= Key.Length && place + 64 <= copy.Length && start >= 48 && start <= place)
        {
            copy.AsSpan(place, 64).Fill((byte)'0');
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(copy.AsSpan(start)))).CopyTo(copy, place);
        }
        BinaryPrimitives.WriteInt64LittleEndian(copy.AsSpan(36), copy.Length - 44);
        SHA256.HashData(copy.AsSpan(36)).CopyTo(copy, 4);
        return copy;
    }
}
