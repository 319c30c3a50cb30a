namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>Heads of d channels in double: entry i of head h stands in channel <c>i heads + h</c>.</summary>
internal static class HeadOracle
{
    /// <summary><c>k v^T</c> in every head.</summary>
    public static double[][] Outer(double[][] key, double[][] value, int size)
        => [.. key.Zip(value, (k, v) => Fill(k.Length / size, size * size, (entry, h) =>
            k[entry / size * (k.Length / size) + h] * v[entry % size * (k.Length / size) + h]))];

    /// <summary><c>q^T S</c> in every head.</summary>
    public static double[][] Inner(double[][] memory, double[][] query, int size)
        => [.. memory.Zip(query, (m, q) => Fill(q.Length / size, size, (j, h) => Enumerable.Range(0, size).Sum(
            i => q[i * (q.Length / size) + h] * m[(i * size + j) * (q.Length / size) + h])))];

    /// <summary>The same map of each group of neighbouring channels.</summary>
    public static double[][] Apart(double[][] x, int groups, Func<double[][], double[][]> map)
    {
        int size = x[0].Length / groups;
        double[][][] outputs = [.. Enumerable.Range(0, groups).Select(g => map([.. x.Select(row => row[(g * size)..((g + 1) * size)])]))];
        return [.. x.Select((_, t) => outputs.SelectMany(group => group[t]).ToArray())];
    }

    private static double[] Fill(int heads, int entries, Func<int, int, double> value)
        => [.. Enumerable.Range(0, entries).SelectMany(entry => Enumerable.Range(0, heads).Select(h => value(entry, h)))];
}
