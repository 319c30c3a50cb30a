using System.Globalization;
using FluentAssertions.Collections;
using FluentAssertions.Execution;
using FluentAssertions.Numeric;

namespace Microsoft.ML.StateSpace.Testing;

/// <summary>
/// Assertions about arrays of floating-point numbers. They are plain loops, which cost next to nothing on long arrays. They fail once, at
/// the first wrong element, and name its index, what it must be and what it is.
/// </summary>
internal static class ArrayAssertions
{
    public static GenericCollectionAssertions<float> Should(this float[]? actual) => new(actual!);

    public static GenericCollectionAssertions<float> Should(this ReadOnlySpan<float> actual) => new(actual.ToArray());

    public static GenericCollectionAssertions<float> Should(this Span<float> actual) => new(actual.ToArray());

    /// <summary>
    /// Every element is close to that of <paramref name="expected"/>. The error that it may have is <paramref name="tolerance"/> times the
    /// largest magnitude in <paramref name="expected"/>, and not times its own magnitude: the elements are sums, and the rounding errors of
    /// the large values go into every one.
    /// </summary>
    /// <param name="assertions">What <c>Should()</c> gives.</param>
    /// <param name="expected">The values from the oracle or the reference.</param>
    /// <param name="tolerance">A relative error, mostly one of <see cref="Tolerance"/>.</param>
    /// <param name="what">What the array is called in the message.</param>
    /// <param name="because">Why the array must be so.</param>
    /// <param name="becauseArgs">What <paramref name="because"/> formats.</param>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<float>> BeNear(
        this GenericCollectionAssertions<float> assertions, double[] expected, double tolerance, string what = "", string because = "",
        params object[] becauseArgs)
    {
        CheckNear(assertions.Subject is null ? null : Array.ConvertAll(ToArray(assertions.Subject), value => (double)value), expected,
            tolerance, what, because, becauseArgs);
        return new(assertions);
    }

    /// <inheritdoc cref="BeNear(GenericCollectionAssertions{float}, double[], double, string, string, object[])"/>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<double>> BeNear(
        this GenericCollectionAssertions<double> assertions, double[] expected, double tolerance, string what = "", string because = "",
        params object[] becauseArgs)
    {
        CheckNear(assertions.Subject is null ? null : ToArray(assertions.Subject), expected, tolerance, what, because, becauseArgs);
        return new(assertions);
    }

    /// <summary>Every element has the same bits as that of <paramref name="expected"/>: NaN is NaN, but 0 is not -0.</summary>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<float>> BeBitwise(
        this GenericCollectionAssertions<float> assertions, IEnumerable<float> expected, string because = "", params object[] becauseArgs)
    {
        CheckBits(assertions.Subject, expected, (a, e) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(e), "",
            because, becauseArgs);
        return new(assertions);
    }

    /// <inheritdoc cref="BeBitwise(GenericCollectionAssertions{float}, IEnumerable{float}, string, object[])"/>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<float>> BeBitwise(
        this GenericCollectionAssertions<float> assertions, ReadOnlySpan<float> expected, string because = "", params object[] becauseArgs)
        => BeBitwise(assertions, (IEnumerable<float>)expected.ToArray(), because, becauseArgs);

    /// <inheritdoc cref="BeBitwise(GenericCollectionAssertions{float}, IEnumerable{float}, string, object[])"/>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<double>> BeBitwise(
        this GenericCollectionAssertions<double> assertions, IEnumerable<double> expected, string because = "", params object[] becauseArgs)
    {
        CheckBits(assertions.Subject, expected, (a, e) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(e), "",
            because, becauseArgs);
        return new(assertions);
    }

    /// <summary>There are as many rows as in <paramref name="expected"/>, and every element of each has the same bits.</summary>
    [CustomAssertion]
    public static AndConstraint<GenericCollectionAssertions<float[]>> BeBitwise(
        this GenericCollectionAssertions<float[]> assertions, IEnumerable<float[]> expected, string because = "",
        params object[] becauseArgs)
    {
        float[][]? actual = assertions.Subject is null ? null : ToArray(assertions.Subject);
        float[][] rows = ToArray(expected);
        if (!HasLength(actual, rows.Length, "", because, becauseArgs))
            return new(assertions);
        for (int row = 0; row < rows.Length; row++)
            if (!CheckBits(actual![row], rows[row],
                (a, e) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(e), $"row {row}", because, becauseArgs))
                break;
        return new(assertions);
    }

    /// <summary>A number in float against an oracle in double: the difference is taken in double.</summary>
    [CustomAssertion]
    public static AndConstraint<NumericAssertions<float>> BeApproximately(
        this NumericAssertions<float> assertions, double expected, double precision, string because = "", params object[] becauseArgs)
    {
        ((double?)assertions.Subject).Should().BeApproximately(expected, precision, because, becauseArgs);
        return new(assertions);
    }

    /// <summary>A number in float between bounds in double.</summary>
    [CustomAssertion]
    public static AndConstraint<NumericAssertions<float>> BeInRange(
        this NumericAssertions<float> assertions, double minimum, double maximum, string because = "", params object[] becauseArgs)
    {
        ((double?)assertions.Subject).Should().BeInRange(minimum, maximum, because, becauseArgs);
        return new(assertions);
    }

    private static T[] ToArray<T>(IEnumerable<T> values) => values as T[] ?? [.. values];

    [CustomAssertion]
    private static void CheckNear(double[]? actual, double[] expected, double tolerance, string what, string because, object[] becauseArgs)
    {
        if (!HasLength(actual, expected.Length, what, because, becauseArgs))
            return;
        double largest = 0;
        foreach (double value in expected)
            if (Math.Abs(value) > largest)
                largest = Math.Abs(value);
        double bound = tolerance * largest;
        for (int i = 0; i < expected.Length; i++)
        {
            // Written so that a NaN on either side fails.
            if (!(Math.Abs(expected[i] - actual![i]) <= bound))
            {
                Fail(what, i, $"{Text(expected[i])} to {bound.ToString("G3", CultureInfo.InvariantCulture)}", Text(actual[i]), because,
                    becauseArgs);
                return;
            }
        }
    }

    [CustomAssertion]
    private static bool CheckBits<T>(IEnumerable<T>? actual, IEnumerable<T> expected, Func<T, T, bool> same, string what, string because,
        object[] becauseArgs)
        where T : IFormattable
    {
        T[]? found = actual is null ? null : ToArray(actual);
        T[] wanted = ToArray(expected);
        if (!HasLength(found, wanted.Length, what, because, becauseArgs))
            return false;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!same(found![i], wanted[i]))
            {
                Fail(what, i, $"{Text(wanted[i])} to the last bit", Text(found[i]), because, becauseArgs);
                return false;
            }
        }
        return true;
    }

    [CustomAssertion]
    private static bool HasLength<T>(T[]? actual, int expected, string what, string because, object[] becauseArgs)
    {
        if (actual?.Length == expected)
            return true;
        var execution = Execute.Assertion.BecauseOf(because, becauseArgs);
        string subject = what.Length > 0 ? Escape(what) : "{context:array}";
        if (actual is null)
            execution.FailWith("Expected " + subject + " to have {0} elements{reason}, but it is <null>.", expected);
        else
            execution.FailWith("Expected " + subject + " to have {0} elements{reason}, but it has {1}.", expected, actual.Length);
        return false;
    }

    [CustomAssertion]
    private static void Fail(string what, int index, string expected, string actual, string because, object[] becauseArgs)
        => Execute.Assertion.BecauseOf(because, becauseArgs).FailWith(
            "Expected " + (what.Length > 0 ? Escape(what) : "{context:array}")
                + $"[{index}] to be {expected}{{reason}}, but it is {actual}.");

    private static string Text<T>(T value) where T : IFormattable => value.ToString("R", CultureInfo.InvariantCulture);

    // FailWith reads braces as places to fill.
    private static string Escape(string text) => text.Replace("{", "{{").Replace("}", "}}");
}
