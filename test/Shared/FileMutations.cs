using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.StateSpace.Testing;

/// <summary>
/// Damaged copies of a file, the same ones for the same seed. The environment variable STATESPACE_MUTATIONS sets how many a test tries;
/// without it there are 2,000.
/// </summary>
internal static class FileMutations
{
    private const string Variable = "STATESPACE_MUTATIONS";

    /// <summary>What is put in the place of a number: limits of the usual types, signs, and sizes that no file has.</summary>
    public static readonly string[] ForgedNumbers =
    [
        "0", "-1", "1", "3", "255", "65536", "1000000", "1000000000", "2147483647", "2147483648", "-2147483648", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "0.5", "1e9", "1e308", "1e999", "null",
    ];

    /// <summary>How many mutations a test tries.</summary>
    public static int Count
        => int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : 2_000;

    /// <summary>
    /// Reads many damaged copies of a file. Each reading must end as it should or with an <see cref="InvalidDataException"/> that says why,
    /// and must not allocate more than <paramref name="memory"/> bytes.
    /// </summary>
    /// <param name="file">The file as it was written.</param>
    /// <param name="seed">Two runs with the same seed try the same copies.</param>
    /// <param name="memory">The most bytes that one reading may allocate.</param>
    /// <param name="read">Reads a copy, and throws anything but an <see cref="InvalidDataException"/> where what it got is wrong.</param>
    /// <param name="mend">
    /// Makes checksums and lengths of a damaged copy right again, so that the damage is found by what it does to the content.
    /// </param>
    public static void Try(byte[] file, int seed, long memory, Action<byte[]> read, Func<byte[], byte[]>? mend = null)
    {
        for (int i = 0; i < Count; i++)
        {
            byte[] copy = Mutate(file, new Random(unchecked(seed * 1_000_003 + i)));
            TryOne(mend is null ? copy : mend(copy), memory, read, $"mutation {i} of seed {seed}");
        }
    }

    /// <summary>Reads one damaged copy, under the law of <see cref="Try"/>.</summary>
    public static void TryOne(byte[] copy, long memory, Action<byte[]> read, string name)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read(copy);
        }
        catch (InvalidDataException e)
        {
            e.Message.Should().NotBeNullOrWhiteSpace();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The {name} ({copy.Length} bytes) ended in {e.GetType().Name}: {e.Message}", e);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        allocated.Should().BeLessThanOrEqualTo(memory, $"the {name} ({copy.Length} bytes) is read in little memory");
    }

    /// <summary>One random damage: bits, bytes, lengths, places and numbers are altered.</summary>
    public static byte[] Mutate(byte[] file, Random random)
    {
        byte[] copy = [.. file];
        int place = random.Next(file.Length), length = 1 + random.Next(Math.Min(64, file.Length - place));
        switch (random.Next(9))
        {
            case 0 or 1:
                copy[place] ^= (byte)(1 << random.Next(8));
                return copy;
            case 2:
                copy[place] = (byte)random.Next(256);
                return copy;
            case 3:
                random.NextBytes(copy.AsSpan(place, length));
                return copy;
            case 4:
                return file[..place];
            case 5:
                byte[] inserted = new byte[length];
                random.NextBytes(inserted);
                return [.. file[..place], .. inserted, .. file[place..]];
            case 6:
                return [.. file[..place], .. file[(place + length)..]];
            case 7:
                return [.. file[..(place + length)], .. file[place..]];
            default:
                return Forge(file, random);
        }
    }

    /// <summary>A copy with another number in the place of one, in text or in binary.</summary>
    public static byte[] Forge(byte[] file, Random random)
    {
        string forged = ForgedNumbers[random.Next(ForgedNumbers.Length)];
        var numbers = Numbers(file);
        if (numbers.Count > 0 && random.Next(2) == 0)
            return Replace(file, numbers[random.Next(numbers.Count)], forged);
        byte[] copy = [.. file];
        if (!long.TryParse(forged, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            value = -1;
        // Binary numbers stand at the head of a file more often than elsewhere.
        int place = random.Next(Math.Min(copy.Length, random.Next(2) == 0 ? 64 : int.MaxValue));
        if (copy.Length - place >= sizeof(long) && random.Next(2) == 0)
            BinaryPrimitives.WriteInt64LittleEndian(copy.AsSpan(place), value);
        else if (copy.Length - place >= sizeof(int))
            BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(place), unchecked((int)value));
        else
            copy[place] = unchecked((byte)value);
        return copy;
    }

    /// <summary>The places of all numbers that stand as text in a file, signs and fractions included.</summary>
    public static List<Range> Numbers(ReadOnlySpan<byte> file)
    {
        var numbers = new List<Range>();
        for (int i = 0; i < file.Length; i++)
        {
            int start = i;
            if (file[i] == '-' && i + 1 < file.Length)
                i++;
            if (!char.IsAsciiDigit((char)file[i]))
            {
                i = start;
                continue;
            }
            while (i < file.Length && (char.IsAsciiDigit((char)file[i]) || file[i] is (byte)'.' or (byte)'e' or (byte)'E'))
                i++;
            numbers.Add(start..i);
        }
        return numbers;
    }

    /// <summary>A copy with another text in the place of a part.</summary>
    public static byte[] Replace(byte[] file, Range part, string text)
        => [.. file[..part.Start], .. Encoding.UTF8.GetBytes(text), .. file[part.End..]];
}
