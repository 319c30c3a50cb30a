using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Options and summaries as JSON. Enums stand by name, every double is kept to the last bit. Nothing unknown is accepted; what is missing
/// gets the record's own default. The attributes are those of <c>System.Text.Json</c>, but not its serializer: what that prepares for the
/// first record takes longer than everything else in a model file.
/// </summary>
internal static class ModelJson
{
    private static readonly JsonWriterOptions Settings = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write<T>(T value)
        where T : class
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Settings))
            RecordWriter.Write(json, value, typeof(T));
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <exception cref="JsonException">The text is no <typeparamref name="T"/>; the message names the member.</exception>
    /// <exception cref="InvalidDataException">It holds a kind of record, or a member, that only a later version knows.</exception>
    public static T Read<T>(string json)
        where T : class
    {
        try
        {
            return (T)RecordReader.Read(Encoding.UTF8.GetBytes(json), typeof(T));
        }
        catch (InvalidOperationException e)
        {
            // A text whose escapes are no Unicode.
            throw new JsonException(e.Message, e);
        }
    }
}
