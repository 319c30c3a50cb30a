using System.Text;

namespace Microsoft.ML.StateSpace.AutoML.Journal;

/// <summary>The lines of a journal as a file.</summary>
internal sealed class JournalLines
{
    private const byte NewLine = (byte)'\n';

    private readonly string _path;
    private readonly JournalChain _chain = new();

    private JournalLines(string path) => _path = path;

    /// <summary>Bytes of the lines that were read or added; what a process left behind them before it was killed does not count.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of the file.</summary>
    public long FileLength { get; private set; }

    /// <summary>Reads the lines of a file; none where there is no file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Receives each line with its number, from 1, without and with its checksum.</param>
    /// <exception cref="InvalidDataException">The checksum of a line is not that of its content.</exception>
    public static JournalLines Read(string path, Action<int, string, string> read)
    {
        var lines = new JournalLines(path);
        byte[] bytes = Bytes(path);
        int number = 0, start = 0;
        for (int end; (end = Array.IndexOf(bytes, NewLine, start)) >= 0; start = end + 1)
        {
            number++;
            string line = Encoding.UTF8.GetString(bytes, start, end - start);
            read(number, lines.Open(line, number), line);
            lines.Length = end + 1;
        }
        lines.FileLength = bytes.Length;
        return lines;
    }

    /// <summary>Adds a JSON object, which is on the disk when this returns, as the line that this returns.</summary>
    public string Add(string json)
    {
        string line = _chain.Seal(json);
        Write(line);
        return line;
    }

    /// <summary>Adds a line that another journal has at this place; returns its JSON object.</summary>
    /// <exception cref="InvalidDataException">The line does not stand behind the last one.</exception>
    public string Copy(string line, int number)
    {
        string json = Open(line, number);
        Write(line);
        return json;
    }

    /// <summary>The exception for a line that cannot be used.</summary>
    public static InvalidDataException Unusable(string path, int number, string why, Exception? inner = null)
        => new(
            $"Line {number} of the journal '{path}' cannot be used: {why.TrimEnd('.')}. Delete the sweep's folder to begin anew.", inner);

    private string Open(string line, int number)
    {
        try
        {
            return _chain.Open(line);
        }
        catch (InvalidDataException e)
        {
            throw Unusable(_path, number, e.Message);
        }
    }

    private void Write(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + '\n');
        using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write);
        file.SetLength(Length);
        file.Position = Length;
        file.Write(bytes);
        file.Flush(flushToDisk: true);
        FileLength = Length += bytes.Length;
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
