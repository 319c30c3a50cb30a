namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>Reads as many bytes as a file claims to have, without taking memory for a claim before the bytes have come.</summary>
internal static class StreamBytes
{
    private const int FirstPart = 1 << 20;

    /// <summary>
    /// Reads that many bytes. Where the stream ends before, <paramref name="read"/> says how many there were; otherwise it equals the
    /// length of the array that is returned.
    /// </summary>
    public static byte[] Read(Stream stream, int count, out int read)
    {
        // A stream that can seek has been asked for its length before; another one must bring the bytes first.
        var bytes = new byte[stream.CanSeek ? count : Math.Min(count, FirstPart)];
        read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        while (read == bytes.Length && read < count)
        {
            Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            read += stream.ReadAtLeast(bytes.AsSpan(read), bytes.Length - read, throwOnEndOfStream: false);
        }
        return bytes;
    }
}
