using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>
/// A message in the wire format of protocol buffers, read from the description of that format alone: keys are a field's number and one of
/// four kinds, lengths and whole numbers are base 128 with the lowest digits first.
/// </summary>
internal sealed class WireMessage
{
    private readonly List<(int Field, object Value)> _fields = [];

    public static WireMessage Read(byte[] bytes)
    {
        var message = new WireMessage();
        int at = 0;
        while (at < bytes.Length)
        {
            ulong key = Digits(bytes, ref at);
            object value;
            switch (key % 8)
            {
                case 0:
                    value = (long)Digits(bytes, ref at);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(at, 8));
                    at += 8;
                    break;
                case 2:
                    int length = checked((int)Digits(bytes, ref at));
                    value = bytes.AsSpan(at, length).ToArray();
                    at += length;
                    break;
                case 5:
                    value = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at, 4));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"There is no kind {key % 8} of field.");
            }
            message._fields.Add(((int)(key / 8), value));
        }
        return message;
    }

    public bool Has(int field) => _fields.Any(found => found.Field == field);

    public IEnumerable<T> All<T>(int field) => _fields.Where(found => found.Field == field).Select(found => (T)found.Value);

    public long Integer(int field) => All<long>(field).LastOrDefault();

    public double Double(int field) => All<double>(field).LastOrDefault();

    public string? Text(int field) => Has(field) ? Encoding.UTF8.GetString(All<byte[]>(field).Last()) : null;

    public WireMessage? Message(int field) => Messages(field).LastOrDefault();

    public IEnumerable<WireMessage> Messages(int field) => All<byte[]>(field).Select(Read);

    private static ulong Digits(byte[] bytes, ref int at)
    {
        ulong number = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte digit = bytes[at++];
            number += (ulong)(digit % 128) << shift;
            if (digit < 128)
                return number;
        }
    }
}
