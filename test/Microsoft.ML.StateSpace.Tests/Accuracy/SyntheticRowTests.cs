using ArchitectureZoo.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Accuracy;

/// <summary>The rows of the synthetic tasks ask what the tasks say, and a seed decides them.</summary>
public sealed class SyntheticRowTests
{
    private const int Tokens = 8;
    private const uint Blank = 1, Marker = 10;

    [Fact]
    public void SelectiveCopy_AsksForTheTokensInTheirOrder()
    {
        var random = new Random(1);
        for (int i = 0; i < 100; i++)
        {
            var row = SelectiveCopy.Draw(random);
            uint[] copied = [.. row.Input[..64].Where(key => key != Blank)];

            copied.Length.Should().Be(4);
            copied.Should().AllSatisfy(key => key.Should().BeInRange(Blank + 1, Marker - 1));
            row.Input[64..].Should().Equal(Marker, Marker, Marker, Marker);
            row.Target[..(64 * Tokens)].Should().OnlyContain(value => value == 0);
            for (int k = 0; k < 4; k++)
            {
                float[] answer = row.Target[((64 + k) * Tokens)..((65 + k) * Tokens)];
                answer.Count(value => value == 0).Should().Be(Tokens - 1);
                answer[copied[k] - Blank - 1].Should().Be(1);
            }
        }
    }

    [Fact]
    public void Adding_AsksForTheSumOfTheMarkedNumbers()
    {
        var random = new Random(1);
        for (int i = 0; i < 100; i++)
        {
            var row = Adding.Draw(random);
            int[] marked = [.. Enumerable.Range(0, 100).Where(step => row.Input[2 * step + 1] == 1)];

            marked.Length.Should().Be(2);
            marked[0].Should().BeInRange(0, 49);
            marked[1].Should().BeInRange(50, 99);
            float first = row.Input[2 * marked[0]], second = row.Input[2 * marked[1]];
            row.Target.Should().BeBitwise(
                [.. new float[marked[0]], .. Enumerable.Repeat(first, marked[1] - marked[0]),
                    .. Enumerable.Repeat(first + second, 100 - marked[1])]);
        }
    }

    [Fact]
    public void Delay_AsksForTheInputOf32StepsBefore()
    {
        var row = Delay.Draw(new Random(1));
        row.Target[..32].Should().BeBitwise(new float[32]);
        row.Target[32..].Should().BeBitwise(row.Input[..^32]);
    }

    [Fact]
    public void Delay_InputHasVarianceOneAndNothingAboveATenthOfTheRate()
    {
        // The highest frequency of the noise limits how far neighbouring values are apart: E (x(t+1) - x(t))^2 = 2 (1 - r(1)), where r(1)
        // is the mean of the cosine over the band.
        var random = new Random(1);
        double power = 0, change = 0;
        int count = 0;
        for (int i = 0; i < 1000; i++)
        {
            float[] input = Delay.Draw(random).Input;
            for (int step = 1; step < input.Length; step++, count++)
            {
                power += input[step] * input[step];
                change += Math.Pow(input[step] - input[step - 1], 2);
            }
        }
        double correlation = Enumerable.Range(1, 40).Average(wave => Math.Cos(Math.Tau * wave / 400));
        (power / count).Should().BeInRange(0.95, 1.05);
        (change / count / (2 * (1 - correlation))).Should().BeInRange(0.95, 1.05);
    }

    [Fact]
    public void Parity_CountsTheOnes()
    {
        var row = Parity.Draw(new Random(1), 128);
        row.Input.Select((_, step) => row.Input[..(step + 1)].Sum() % 2).Should().BeBitwise(row.Target);
        row.Target.Should().Contain(1);
    }

    [Fact]
    public void Rows_AreDecidedByTheSeed()
    {
        SelectiveCopy.Draw(new Random(5)).Input.Should().Equal(SelectiveCopy.Draw(new Random(5)).Input);
        SelectiveCopy.Draw(new Random(6)).Input.Should().NotEqual(SelectiveCopy.Draw(new Random(5)).Input);
    }
}
