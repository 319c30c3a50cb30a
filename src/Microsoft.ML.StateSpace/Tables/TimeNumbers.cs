using System.Numerics;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Says what a time is as a whole number.</summary>
internal interface ITimeNumber<T>
{
    /// <summary>How many make one second, or one of the column's own numbers.</summary>
    static abstract double Unit { get; }

    /// <summary>Whether zero stands for a value that is not there. A loader gives it where it cannot read a date.</summary>
    static abstract bool ZeroIsMissing { get; }

    static abstract long Of(T value);

    static abstract string Text(long number);
}

/// <summary>A column of whole numbers.</summary>
internal readonly struct WholeNumber<T> : ITimeNumber<T>
    where T : IBinaryInteger<T>
{
    public static double Unit => 1;

    public static bool ZeroIsMissing => false;

    public static long Of(T value) => long.CreateSaturating(value);

    public static string Text(long number) => Texts.Of(number);
}

/// <summary>Ticks of a date.</summary>
internal readonly struct TicksOfDateTime : ITimeNumber<DateTime>
{
    public static double Unit => TimeSpan.TicksPerSecond;

    public static bool ZeroIsMissing => true;

    public static long Of(DateTime value) => value.Ticks;

    public static string Text(long number) => Texts.Of(new DateTime(number));
}

/// <summary>Ticks of a date in UTC.</summary>
internal readonly struct TicksOfDateTimeOffset : ITimeNumber<DateTimeOffset>
{
    public static double Unit => TimeSpan.TicksPerSecond;

    public static bool ZeroIsMissing => true;

    public static long Of(DateTimeOffset value) => value.UtcTicks;

    public static string Text(long number) => Texts.Of(new DateTime(number)) + " UTC";
}

/// <summary>Ticks of a duration.</summary>
internal readonly struct TicksOfTimeSpan : ITimeNumber<TimeSpan>
{
    public static double Unit => TimeSpan.TicksPerSecond;

    public static bool ZeroIsMissing => false;

    public static long Of(TimeSpan value) => value.Ticks;

    public static string Text(long number) => Texts.Of(new TimeSpan(number));
}
