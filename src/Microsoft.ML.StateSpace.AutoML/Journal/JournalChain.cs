using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.StateSpace.AutoML.Journal;

/// <summary>
/// Makes and checks the lines of a journal, wherever they are kept. Each is a JSON object whose last member, <c>Checksum</c>, is the
/// beginning of the SHA-256 of the checksum before and of the line without that member. So a line that was altered, left out or moved is
/// found, and of two journals with the same line at one place all lines before it are the same.
/// </summary>
internal sealed class JournalChain
{
    private const string Member = ",\"Checksum\":\"", End = "\"}";
    private const int ChecksumLength = 16;

    private string _last = "";

    /// <summary>The next line, from a JSON object.</summary>
    public string Seal(string json)
    {
        string content = json[..^1];
        _last = Checksum(content);
        return content + Member + _last + End;
    }

    /// <summary>The JSON object of the next line.</summary>
    /// <exception cref="InvalidDataException">The checksum of the line is not that of its content.</exception>
    public string Open(string line)
    {
        int tail = Member.Length + ChecksumLength + End.Length;
        if (line.Length <= tail)
            throw new InvalidDataException("it has no checksum");
        string content = line[..^tail], checksum = Checksum(content);
        if (!line.EndsWith(Member + checksum + End, StringComparison.Ordinal))
            throw new InvalidDataException("it was altered, or another version wrote it: its checksum is not that of its content");
        _last = checksum;
        return content + "}";
    }

    private string Checksum(string content)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_last + content)))[..ChecksumLength];
}
