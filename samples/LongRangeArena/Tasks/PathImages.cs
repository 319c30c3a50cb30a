using Microsoft.ML.Data;

namespace LongRangeArena.Tasks;

/// <summary>
/// Images after the idea of Pathfinder (Linsley et al. 2018, arXiv:1805.08315), which is a task of the Long Range Arena: two dashed paths
/// among shorter ones, and a dot at two of the four ends. Do the dots lie at the ends of one path? A model reads the 32 x 32 pixels row by
/// row, 1,024 time steps of 0 or 1.
/// </summary>
/// <remarks>
/// <para>These are not the images of the arena, and accuracies on them cannot be compared with published ones. They are drawn by rules of
/// our own: a path walks in steps of one pixel, turns a little at each, and shows three steps of every five; grey levels, jitter and the
/// contour lengths of the original are not there.</para>
/// <para>The class is right by construction. Neighbouring dashes of one path are at most <see cref="Reach"/> pixels apart, in both
/// coordinates; pixels of two paths are further apart than that, in one. So whoever goes from pixel to pixel within that reach stays on a
/// path, and comes to its other end. The class is tossed after the paths are drawn, and paths are drawn anew until two ends of one path and
/// two of different paths are nearly equally far apart; so neither the paths nor the distance between the dots tell the class.</para>
/// </remarks>
internal static class PathImages
{
    /// <summary>Pixels of a row, and rows of an image.</summary>
    public const int Size = 32;

    /// <summary>How far apart, in both coordinates, neighbouring pixels of one path can be.</summary>
    public const int Reach = 3;

    private const int Dash = 3, Period = 5, LongDashes = 5, ShortDashes = 2, ShortPaths = 3, Border = 2, Tries = 200;
    private const double Turn = 0.25, LikeDistance = 2;

    /// <summary>So many images, half of each class, or one more of the second; decided by the seed.</summary>
    public static List<Row> Draw(int count, int seed)
    {
        var random = new Random(seed);
        bool[] connected = [.. Enumerable.Range(0, count).Select(i => i % 2 == 1)];
        random.Shuffle(connected);
        return [.. connected.Select(isConnected => DrawOne(isConnected, random))];
    }

    private static Row DrawOne(bool isConnected, Random random)
    {
        while (true)
        {
            var image = new float[Size * Size];
            if (TryPath(image, LongDashes, random) is not { } first || TryPath(image, LongDashes, random) is not { } second
                || OtherEnd(first, second, random) is not { } other)
                continue;
            for (int i = 0; i < ShortPaths; i++)
                _ = TryPath(image, ShortDashes, random);
            var end = isConnected ? first[^1] : other;
            Dot(image, first[0]);
            Dot(image, end);
            return new Row { Features = image, Label = isConnected ? 1u : 0u, First = first[0], Second = end };
        }
    }

    // An end of the second path that is nearly as far from the start of the first as that one's own end.
    private static (int X, int Y)? OtherEnd((int X, int Y)[] first, (int X, int Y)[] second, Random random)
    {
        double wanted = Distance(first[0], first[^1]);
        (int X, int Y)[] like = [.. new[] { second[0], second[^1] }
            .Where(end => Math.Abs(Distance(first[0], end) - wanted) <= LikeDistance)];
        return like.Length == 0 ? null : like[random.Next(like.Length)];
    }

    private static double Distance((int X, int Y) a, (int X, int Y) b) => Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2));

    // Draws a path that stays clear of what is there, and returns its pixels; null where some tries have found none.
    private static (int X, int Y)[]? TryPath(float[] image, int dashes, Random random)
    {
        for (int i = 0; i < Tries; i++)
        {
            (int X, int Y)[] path = [.. Walk(dashes, random)];
            if (!path.All(pixel => IsFree(image, pixel)))
                continue;
            foreach (var (x, y) in path)
                image[y * Size + x] = 1;
            return path;
        }
        return null;
    }

    // The pixels of so many dashes, from end to end.
    private static IEnumerable<(int X, int Y)> Walk(int dashes, Random random)
    {
        double x = random.NextDouble() * Size, y = random.NextDouble() * Size, direction = random.NextDouble() * Math.Tau;
        for (int step = 0; step < dashes * Period - (Period - Dash); step++)
        {
            if (step % Period < Dash)
                yield return ((int)Math.Floor(x), (int)Math.Floor(y));
            direction += Turn * (2 * random.NextDouble() - 1);
            (x, y) = (x + Math.Cos(direction), y + Math.Sin(direction));
        }
    }

    // Whether the pixel is inside, and other paths are out of reach, even if both had a dot there, which is one pixel more on every side.
    private static bool IsFree(float[] image, (int X, int Y) pixel)
    {
        const int Clear = Reach + 2;
        if (Math.Min(pixel.X, pixel.Y) < Border || Math.Max(pixel.X, pixel.Y) >= Size - Border)
            return false;
        for (int y = Math.Max(0, pixel.Y - Clear); y <= Math.Min(Size - 1, pixel.Y + Clear); y++)
        {
            int from = Math.Max(0, pixel.X - Clear), to = Math.Min(Size - 1, pixel.X + Clear);
            if (image.AsSpan(y * Size + from, to - from + 1).Contains(1f))
                return false;
        }
        return true;
    }

    private static void Dot(float[] image, (int X, int Y) centre)
    {
        for (int y = centre.Y - 1; y <= centre.Y + 1; y++)
            image.AsSpan(y * Size + centre.X - 1, 3).Fill(1);
    }

    /// <summary>An image, and whether its dots are connected.</summary>
    internal sealed class Row
    {
        /// <summary>(rows, columns), flat.</summary>
        public float[] Features { get; set; } = [];

        /// <summary>1 where the dots lie on one path, 0 where they lie on two.</summary>
        [KeyType(2)]
        public uint Label { get; set; }

        internal (int X, int Y) First { get; set; }

        internal (int X, int Y) Second { get; set; }
    }
}
