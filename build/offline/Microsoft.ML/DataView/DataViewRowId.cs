// Mirrors Microsoft.ML.Data.DataViewRowId (package Microsoft.ML.DataView). The mixing functions are our own: the ids differ, their laws do not.
namespace Microsoft.ML.Data;

public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public int CompareTo(DataViewRowId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public override string ToString() => $"{High:x16}{Low:x16}";

    public DataViewRowId Fork() => Mix(Low, High, 0x9E3779B97F4A7C15, 0xD1B54A32D192ED03);

    public DataViewRowId Next() => Mix(Low, High, 0x8CB92BA72F3D8DD7, 0xAEF17502108EF2D9);

    public DataViewRowId Combine(DataViewRowId other)
    {
        var shifted = Fork();
        return Mix(shifted.Low ^ other.Low, shifted.High ^ other.High, 0xD6E8FEB86659FD93, 0xE7037ED1A0B428DB);
    }

    private static DataViewRowId Mix(ulong low, ulong high, ulong first, ulong second)
    {
        low = Scramble(low + first);
        high = Scramble(high + second + low);
        return new(Scramble(low + high), high);
    }

    private static ulong Scramble(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
