using System.Numerics;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>
/// A column that orders rows in time. A value is told by a key of 64 bits: keys are ordered as the values are, so that rows can be compared
/// and sorted without knowing the type, and no digit of a time is lost.
/// </summary>
internal abstract class RowTime
{
    protected const ulong Sign = 1UL << 63;

    /// <summary>The key of a row that has no value.</summary>
    public const ulong Missing = 0;

    /// <summary>Reads the key of the current row.</summary>
    public abstract ulong Read();

    /// <summary>The time from one key to another, in the column's numbers or in seconds.</summary>
    public abstract double Between(ulong earlier, ulong later);

    /// <summary>The value of a key, for messages.</summary>
    public abstract string Text(ulong key);

    public static RowTime Of(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var type when type == typeof(DateTime) => new WholeTime<DateTime, TicksOfDateTime>(row, column),
        var type when type == typeof(DateTimeOffset) => new WholeTime<DateTimeOffset, TicksOfDateTimeOffset>(row, column),
        var type when type == typeof(TimeSpan) => new WholeTime<TimeSpan, TicksOfTimeSpan>(row, column),
        var type when type == typeof(float) => new RealTime<float>(row, column),
        var type when type == typeof(double) => new RealTime<double>(row, column),
        var type when type == typeof(sbyte) => new WholeTime<sbyte, WholeNumber<sbyte>>(row, column),
        var type when type == typeof(byte) => new WholeTime<byte, WholeNumber<byte>>(row, column),
        var type when type == typeof(short) => new WholeTime<short, WholeNumber<short>>(row, column),
        var type when type == typeof(ushort) => new WholeTime<ushort, WholeNumber<ushort>>(row, column),
        var type when type == typeof(int) => new WholeTime<int, WholeNumber<int>>(row, column),
        var type when type == typeof(uint) => new WholeTime<uint, WholeNumber<uint>>(row, column),
        var type when type == typeof(long) => new WholeTime<long, WholeNumber<long>>(row, column),
        _ => new WholeTime<ulong, WholeNumber<ulong>>(row, column),
    };
}

/// <summary>Times that are a whole number, such as ticks.</summary>
/// <typeparam name="T">The type of the column.</typeparam>
/// <typeparam name="TNumber">What a value is as a number.</typeparam>
internal sealed class WholeTime<T, TNumber>(DataViewRow row, DataViewSchema.Column column) : RowTime
    where TNumber : ITimeNumber<T>
{
    private readonly ValueGetter<T> _read = row.GetGetter<T>(column);
    private T _value = default!;

    // The smallest Int64 has the key of what is missing, which no time is.
    public override ulong Read()
    {
        _read(ref _value);
        long number = TNumber.Of(_value);
        return TNumber.ZeroIsMissing && number == 0 ? Missing : (ulong)number ^ Sign;
    }

    public override double Between(ulong earlier, ulong later)
        => (double)((Int128)Number(later) - Number(earlier)) / TNumber.Unit;

    public override string Text(ulong key) => TNumber.Text(Number(key));

    private static long Number(ulong key) => (long)(key ^ Sign);
}

/// <summary>Times that are numbers with a fraction.</summary>
internal sealed class RealTime<T>(DataViewRow row, DataViewSchema.Column column) : RowTime
    where T : INumberBase<T>
{
    private readonly ValueGetter<T> _read = row.GetGetter<T>(column);
    private T _value = default!;

    public override ulong Read()
    {
        _read(ref _value);
        double number = double.CreateTruncating(_value) + 0.0; // so that there is only one zero
        ulong bits = BitConverter.DoubleToUInt64Bits(number);
        return double.IsNaN(number) ? Missing : (bits & Sign) == 0 ? bits | Sign : ~bits;
    }

    public override double Between(ulong earlier, ulong later) => Number(later) - Number(earlier);

    public override string Text(ulong key) => Texts.Of(Number(key));

    private static double Number(ulong key) => BitConverter.UInt64BitsToDouble((key & Sign) != 0 ? key ^ Sign : ~key);
}
