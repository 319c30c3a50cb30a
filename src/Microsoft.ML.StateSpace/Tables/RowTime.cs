using System.Numerics;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>
/// A column that orders rows in time. A value is told by a key of 64 bits: keys are ordered as the values are, so that rows can be compared
/// and sorted without knowing the type, and no digit of a time is lost.
/// </summary>
internal abstract class RowTime
{
    private const ulong Sign = 1UL << 63;

    /// <summary>The key of the row that was read.</summary>
    public ulong Key { get; private protected set; }

    /// <summary>Whether the row that was read has no value.</summary>
    public bool IsMissing { get; private protected set; }

    public abstract void Read();

    /// <summary>The time from one key to another, in the column's numbers or in seconds.</summary>
    public abstract double Between(ulong earlier, ulong later);

    /// <summary>The value of a key, for messages.</summary>
    public abstract string Text(ulong key);

    public static RowTime Of(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var type when type == typeof(DateTime)
            => new Whole<DateTime>(row, column, time => time.Ticks, ticks => Texts.Of(new DateTime(ticks)), zeroIsMissing: true),
        var type when type == typeof(DateTimeOffset)
            => new Whole<DateTimeOffset>(
                row, column, time => time.UtcTicks, ticks => Texts.Of(new DateTime(ticks)) + " UTC", zeroIsMissing: true),
        var type when type == typeof(TimeSpan)
            => new Whole<TimeSpan>(row, column, time => time.Ticks, ticks => Texts.Of(new TimeSpan(ticks)), zeroIsMissing: false),
        var type when type == typeof(float) => new Real<float>(row, column),
        var type when type == typeof(double) => new Real<double>(row, column),
        var type when type == typeof(sbyte) => Integers<sbyte>(row, column),
        var type when type == typeof(byte) => Integers<byte>(row, column),
        var type when type == typeof(short) => Integers<short>(row, column),
        var type when type == typeof(ushort) => Integers<ushort>(row, column),
        var type when type == typeof(int) => Integers<int>(row, column),
        var type when type == typeof(uint) => Integers<uint>(row, column),
        var type when type == typeof(long) => Integers<long>(row, column),
        _ => Integers<ulong>(row, column),
    };

    private static Whole<T> Integers<T>(DataViewRow row, DataViewSchema.Column column)
        where T : IBinaryInteger<T>
        => new(row, column, long.CreateSaturating, Texts.Of, zeroIsMissing: false) { Scale = 1 };

    /// <summary>Values that are a whole number, such as the ticks of a time.</summary>
    private sealed class Whole<T>(
        DataViewRow row, DataViewSchema.Column column, Func<T, long> convert, Func<long, string> text, bool zeroIsMissing) : RowTime
    {
        private readonly ValueGetter<T> _read = row.GetGetter<T>(column);

        public double Scale { get; init; } = 1.0 / TimeSpan.TicksPerSecond;

        public override void Read()
        {
            T value = default!;
            _read(ref value);
            long number = convert(value);
            IsMissing = zeroIsMissing && number == 0;
            Key = (ulong)number ^ Sign;
        }

        public override double Between(ulong earlier, ulong later) => (double)((Int128)Number(later) - Number(earlier)) * Scale;

        public override string Text(ulong key) => text(Number(key));

        private static long Number(ulong key) => (long)(key ^ Sign);
    }

    /// <summary>Values that are numbers with a fraction.</summary>
    private sealed class Real<T>(DataViewRow row, DataViewSchema.Column column) : RowTime
        where T : INumberBase<T>
    {
        private readonly ValueGetter<T> _read = row.GetGetter<T>(column);

        public override void Read()
        {
            T value = default!;
            _read(ref value);
            double number = double.CreateTruncating(value) + 0.0; // so that there is only one zero
            IsMissing = double.IsNaN(number);
            ulong bits = BitConverter.DoubleToUInt64Bits(number);
            Key = (bits & Sign) == 0 ? bits | Sign : ~bits;
        }

        public override double Between(ulong earlier, ulong later) => Number(later) - Number(earlier);

        public override string Text(ulong key) => Texts.Of(Number(key));

        private static double Number(ulong key) => BitConverter.UInt64BitsToDouble((key & Sign) != 0 ? key ^ Sign : ~key);
    }
}
