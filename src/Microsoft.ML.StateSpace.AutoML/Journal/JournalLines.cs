using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.StateSpace.AutoML.Journal;

/// <summary>
/// The lines of a journal. Each is a JSON object whose last member, <c>Checksum</c>, is the beginning of the SHA-256 of the line before and
/// of the line without that member. So a line that was altered, left out or moved is found.
/// </summary>
internal sealed class JournalLines
{
    private const string Member = ",\"Checksum\":\"", End = "\"}";
    private const int ChecksumLength = 16;
    private const byte NewLine = (byte)'\n';

    private readonly string _path;
    private string _last = "";

    private JournalLines(string path) => _path = path;

    /// <summary>Bytes of the lines that were read or added; what a process left behind them before it was killed does not count.</summary>
    public long Length { get; private set; }

    /// <summary>Reads the lines of a file, without their checksums; none where there is no file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Receives each line with its number, from 1.</param>
    /// <exception cref="InvalidDataException">The checksum of a line is not that of its content.</exception>
    public static JournalLines Read(string path, Action<int, string> read)
    {
        var lines = new JournalLines(path);
        byte[] bytes = Bytes(path);
        int number = 0, start = 0;
        for (int end; (end = Array.IndexOf(bytes, NewLine, start)) >= 0; start = end + 1)
        {
            number++;
            read(number, lines.Content(bytes.AsSpan(start..end), number));
            lines.Length = end + 1;
        }
        return lines;
    }

    /// <summary>Adds a line, a JSON object, which is on the disk when this returns.</summary>
    public void Add(string json)
    {
        string content = json[..^1], checksum = Checksum(Encoding.UTF8.GetBytes(content));
        byte[] line = Encoding.UTF8.GetBytes(content + Member + checksum + End + '\n');
        using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write);
        file.SetLength(Length);
        file.Position = Length;
        file.Write(line);
        file.Flush(flushToDisk: true);
        (Length, _last) = (Length + line.Length, checksum);
    }

    /// <summary>The exception for a line that cannot be used.</summary>
    public static InvalidDataException Unusable(string path, int number, string why, Exception? inner = null)
        => new(
            $"Line {number} of the journal '{path}' cannot be used: {why.TrimEnd('.')}. Delete the sweep's folder to begin anew.", inner);

    private string Content(ReadOnlySpan<byte> line, int number)
    {
        int tail = Member.Length + ChecksumLength + End.Length;
        if (line.Length <= tail)
            throw Unusable(_path, number, "it has no checksum");
        var content = line[..^tail];
        string checksum = Checksum(content);
        if (!line[^tail..].SequenceEqual(Encoding.UTF8.GetBytes(Member + checksum + End)))
            throw Unusable(_path, number, "it was altered, or another version wrote it: its checksum is not that of its content");
        _last = checksum;
        return Encoding.UTF8.GetString(content) + "}";
    }

    private string Checksum(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(_last));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..ChecksumLength];
    }

    private static byte[] Bytes(string path)
    {
        if (!File.Exists(path))
            return [];
        using var file = File.Open(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..read];
    }
}
