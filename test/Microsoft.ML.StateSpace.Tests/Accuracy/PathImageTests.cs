using LongRangeArena.Tasks;

namespace Microsoft.ML.StateSpace.Tests.Accuracy;

/// <summary>The images of dashed paths have the class that whoever follows the dashes finds.</summary>
public sealed class PathImageTests
{
    private const int Connected = 1;

    private static readonly List<PathImages.Row> Images = PathImages.Draw(400, seed: 1);

    [Fact]
    public void Draw_ConnectsTheDotsExactlyWhereTheClassSaysSo()
    {
        foreach (var image in Images)
            Follow(image.Features, image.First).Contains(image.Second).Should().Be(image.Label == Connected);
    }

    [Fact]
    public void Draw_ShowsTwoDotsAndPathsThatHaveNone()
    {
        foreach (var image in Images)
        {
            image.Features.Should().HaveCount(PathImages.Size * PathImages.Size).And.OnlyContain(value => value == 0 || value == 1);
            foreach (var (x, y) in new[] { image.First, image.Second })
                for (int dy = -1; dy <= 1; dy++)
                    image.Features.AsSpan((y + dy) * PathImages.Size + x - 1, 3).ToArray().Should().OnlyContain(value => value == 1);

            var seen = Follow(image.Features, image.First);
            seen.UnionWith(Follow(image.Features, image.Second));
            Lit(image.Features).Except(seen).Should().NotBeEmpty("some path has no dot");
        }
    }

    [Fact]
    public void Draw_IsBalancedAndDecidedByTheSeed()
    {
        Images.Count(image => image.Label == Connected).Should().Be(Images.Count / 2);
        var again = PathImages.Draw(400, seed: 1);
        again.Zip(Images).Should().AllSatisfy(pair => pair.First.Features.Should().Equal(pair.Second.Features));
        again.Zip(Images).Should().AllSatisfy(pair => pair.First.Label.Should().Be(pair.Second.Label));
        PathImages.Draw(1, seed: 2)[0].Features.Should().NotEqual(Images[0].Features);
    }

    [Fact]
    public void Draw_TellsTheClassNeitherByTheDistanceOfTheDotsNorByTheNumberOfPixels()
    {
        double Mean(bool connected, Func<PathImages.Row, double> of)
            => Images.Where(image => image.Label == Connected == connected).Average(of);

        double Distance(PathImages.Row image)
            => Math.Sqrt(Math.Pow(image.First.X - image.Second.X, 2) + Math.Pow(image.First.Y - image.Second.Y, 2));

        // The distances of two dots differ by at most 2 pixels between the classes; 200 images leave some hundredths of a deviation.
        Mean(true, Distance).Should().BeApproximately(Mean(false, Distance), 1.5);
        Mean(true, image => image.Features.Sum()).Should().BeApproximately(Mean(false, image => image.Features.Sum()), 2);
    }

    private static IEnumerable<(int X, int Y)> Lit(float[] image)
        => Enumerable.Range(0, image.Length).Where(i => image[i] == 1).Select(i => (i % PathImages.Size, i / PathImages.Size));

    // All lit pixels to which one comes from the start by jumps within reach.
    private static HashSet<(int X, int Y)> Follow(float[] image, (int X, int Y) start)
    {
        var lit = Lit(image).ToList();
        var seen = new HashSet<(int X, int Y)> { start };
        var next = new Queue<(int X, int Y)>(seen);
        while (next.TryDequeue(out var from))
        {
            foreach (var to in lit)
                if (Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)) <= PathImages.Reach && seen.Add(to))
                    next.Enqueue(to);
        }
        return seen;
    }
}
