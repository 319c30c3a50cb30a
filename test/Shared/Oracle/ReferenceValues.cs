using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The reference values of test/data, see the note there.</summary>
internal static class ReferenceValues
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Repository.Path("test", "data", "reference-values.json"))).RootElement;

    /// <summary>The numbers at a path such as <c>lru_post_l2/b/re</c>, flat whatever their nesting.</summary>
    public static double[] At(string path)
    {
        var element = Root;
        foreach (string key in path.Split('/'))
            element = element.ValueKind == JsonValueKind.Array ? element[int.Parse(key, CultureInfo.InvariantCulture)]
                : element.GetProperty(key);
        var numbers = new List<double>();
        Flatten(element, numbers);
        return [.. numbers];
    }

    public static double Number(string path) => At(path).Single();

    /// <summary>Numbers in rows of that many.</summary>
    public static double[][] Rows(string path, int columns) => [.. At(path).Chunk(columns)];

    /// <summary>The inputs that the entries generate: <c>scale sin(0.7 (i + 1) + k)</c>.</summary>
    public static double[] Wave(int k, int length, double scale = 0.5)
        => [.. Enumerable.Range(0, length).Select(i => scale * Math.Sin(0.7 * (i + 1) + k))];

    private static void Flatten(JsonElement element, List<double> numbers)
    {
        if (element.ValueKind == JsonValueKind.Number)
            numbers.Add(element.GetDouble());
        else
            foreach (var item in element.EnumerateArray())
                Flatten(item, numbers);
    }
}
