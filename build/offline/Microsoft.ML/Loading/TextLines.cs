// The line reader and field splitter of TextLoader (internal there too).
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>A field of a line; one that is not <see cref="Valid"/> was badly quoted and reads as missing.</summary>
internal readonly record struct TextField(ReadOnlyMemory<char> Text, bool Valid = true);

/// <summary>The non-empty lines of all files of a source, without headers.</summary>
internal sealed class TextLines(IMultiStreamSource source, TextLoader.Options options) : IDisposable
{
    private TextReader _reader;
    private string _line;
    private int _file;

    internal long LineNumber { get; private set; }

    public void Dispose() => _reader?.Dispose();

    internal bool MoveNext()
    {
        while (true)
        {
            if (_reader is null)
            {
                if (_file == source.Count)
                    return false;
                _reader = source.OpenTextReader(_file++);
                LineNumber = 0;
                if (options.HasHeader)
                    ReadLine();
            }
            while (ReadLine())
            {
                if (_line.Length > 0)
                    return true;
            }
            _reader.Dispose();
            _reader = null;
        }
    }

    internal void Split(List<TextField> fields)
    {
        fields.Clear();
        int at = 0;
        do
        {
            while (at < _line.Length && char.IsWhiteSpace(_line[at]) && !options.Separators.Contains(_line[at]))
                at++;
            fields.Add(options.AllowQuoting && at < _line.Length && _line[at] == '"' ? Quoted(ref at) : Plain(ref at));
        }
        while (at++ < _line.Length);
    }

    private bool ReadLine()
    {
        LineNumber++;
        return (_line = _reader.ReadLine()) is not null;
    }

    private int EndFrom(int at)
    {
        int end = _line.AsSpan(at).IndexOfAny(options.Separators);
        return end < 0 ? _line.Length : at + end;
    }

    private TextField Plain(ref int at)
    {
        int start = at;
        at = EndFrom(at);
        var text = _line.AsMemory(start, at - start);
        return new(options.TrimWhitespace ? text.TrimEnd() : text);
    }

    private TextField Quoted(ref int at)
    {
        var text = new StringBuilder();
        while (++at < _line.Length)
        {
            if (_line[at] != '"')
            {
                text.Append(_line[at]);
                continue;
            }
            if (at + 1 < _line.Length && _line[at + 1] == '"')
            {
                text.Append(_line[at++]);
                continue;
            }
            int end = EndFrom(at + 1);
            bool clean = string.IsNullOrWhiteSpace(_line[(at + 1)..end]);
            at = end;
            return clean ? new(text.ToString().AsMemory()) : new(default, false);
        }
        return new(default, false);
    }
}
