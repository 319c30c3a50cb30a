using FluentAssertions.Execution;
using Microsoft.ML.StateSpace.Testing;
using Xunit.Sdk;

namespace Microsoft.ML.StateSpace.Core.Tests.Assertions;

/// <summary>That the assertions about arrays fail where they must, and say why.</summary>
public sealed class ArrayAssertionsTests
{
    private static readonly float[] Three = [1, -8, 0.5f];

    [Fact]
    public void BeNear_Holds_WithinTheToleranceOfTheLargestMagnitude()
    {
        Three.Should().BeNear([1.007, -8, 0.493], 0.001, "y");
        Three.Should().BeNear([1, -8, 0.5], 0);
        new float[0].Should().BeNear([], 0);
        new double[] { 1, -8 }.Should().BeNear([1.007, -8], 0.001).And.HaveCount(2);
        Three.AsSpan(1).Should().BeNear([-8, 0.5], 0);
        ((ReadOnlySpan<float>)Three).Should().BeNear([1, -8, 0.5], 0);
    }

    [Fact]
    public void BeNear_NamesTheFirstWrongElement()
    {
        Message(() => Three.Should().BeNear([1, -8, 0.491], 0.001, "dx"))
            .Should().Be("Expected dx[2] to be 0.491 to 0.008, but it is 0.5.");
        Message(() => new double[] { 0.1, 3, 4 }.Should().BeNear([0.1, 2, 2], 0.25, "row {0}"))
            .Should().Be("Expected row {0}[1] to be 2 to 0.5, but it is 3.");
    }

    // FluentAssertions takes the array's name from the source file, where the build has left its path in the assembly.
    [Fact]
    public void BeNear_WithoutAName_StillSaysWhichElement()
        => Message(() => Three.Should().BeNear([1, -8, 1], 0))
            .Should().EndWith("[2] to be 1 to 0, but it is 0.5.");

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(float.NaN, double.NaN)]
    [InlineData(float.PositiveInfinity, 1)]
    public void BeNear_FailsOnWhatIsNoNumber(float actual, double expected)
        => Message(() => new[] { 0, actual }.Should().BeNear([0, expected], 0.1, "y"))
            .Should().StartWith("Expected y[1] to be ").And.EndWith(FormattableString.Invariant($", but it is {actual}."));

    [Fact]
    public void BeNear_FailsOnAnotherLength()
    {
        Message(() => Three.Should().BeNear([1, -8], 1, "y")).Should().Be("Expected y to have 2 elements, but it has 3.");
        Message(() => ((float[]?)null).Should().BeNear([1], 1, "y")).Should().Be("Expected y to have 1 elements, but it is <null>.");
    }

    [Fact]
    public void BeNear_GivesTheReason()
        => Message(() => Three.Should().BeNear([0, -8, 0.5], 0, "y", "the {0} says so", "oracle"))
            .Should().Be("Expected y[0] to be 0 to 0 because the oracle says so, but it is 1.");

    [Fact]
    public void Failures_AreCollectedInAScope()
        => Message(() =>
        {
            using var scope = new AssertionScope();
            Three.Should().BeNear([2, -8, 0.5], 0, "y");
            Three.Should().BeBitwise([1, -8, 1]);
        }).Should().Contain("y[0]").And.Contain("[2] to be 1 to the last bit");

    [Fact]
    public void BeBitwise_Holds_ForTheSameBits()
    {
        float[] odd = [float.NaN, -0f, float.PositiveInfinity, float.Epsilon];
        odd.Should().BeBitwise([.. odd]);
        odd.AsSpan().Should().BeBitwise(odd.AsSpan());
        new[] { double.NaN, -0.0 }.Should().BeBitwise([double.NaN, -0.0]);
        new[] { odd, Three }.Should().BeBitwise([odd, Three]);
    }

    [Fact]
    public void BeBitwise_NamesTheFirstWrongElement()
    {
        Message(() => Three.Should().BeBitwise([1, MathF.BitIncrement(-8), 9]))
            .Should().EndWith("[1] to be -7.9999995 to the last bit, but it is -8.");
        Message(() => new[] { 0f }.Should().BeBitwise([-0f])).Should().Contain("[0] to be -0 to the last bit, but it is 0.");
        Message(() => new[] { 0.0, double.NaN }.Should().BeBitwise([0, 1])).Should().Contain("[1] to be 1 to the last bit, but it is NaN.");
        Message(() => Three.Should().BeBitwise([1, -8, float.NaN], "rows do not mix"))
            .Should().EndWith("[2] to be NaN to the last bit because rows do not mix, but it is 0.5.");
    }

    [Fact]
    public void BeBitwise_FailsOnAnotherLength()
    {
        Message(() => Three.Should().BeBitwise([1, -8])).Should().EndWith(" to have 2 elements, but it has 3.");
        Message(() => new[] { Three }.Should().BeBitwise([Three, Three])).Should().Contain("to have 2 elements, but it has 1.");
    }

    [Fact]
    public void BeBitwise_OfRows_NamesTheRow()
        => Message(() => new[] { Three, Three }.Should().BeBitwise([Three, [1, 8, 0.5f]]))
            .Should().Be("Expected row 1[1] to be 8 to the last bit, but it is -8.");

    [Fact]
    public void BeApproximately_OfAFloat_TakesTheDifferenceInDouble()
    {
        1f.Should().BeApproximately(1 + 1e-9, 1.1e-9);
        Message(() => 1f.Should().BeApproximately(1 + 1e-9, 0.9e-9)).Should().Contain("differed by");
        Message(() => float.NaN.Should().BeApproximately(1.0, 0.5)).Should().Contain("NaN");
    }

    [Fact]
    public void BeInRange_OfAFloat_HasBoundsInDouble()
    {
        1f.Should().BeInRange(1.0, 1 + 1e-9);
        Message(() => 1f.Should().BeInRange(1 + 1e-9, 2.0)).Should().Contain("1.0");
        Message(() => float.NaN.Should().BeInRange(0.0, 1.0)).Should().Contain("NaN");
    }

    private static string Message(Action assertion) => Invoking(assertion).Should().Throw<XunitException>().Which.Message;
}
