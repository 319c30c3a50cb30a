using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Data;
using Xunit.Abstractions;

namespace Microsoft.ML.StateSpace.Tests.Data;

/// <summary>
/// Altered <c>.ts</c> files: each gives what stands in it, by the reading of a naive oracle, or an <see cref="InvalidDataException"/> that
/// names the file and the line. <c>STATESPACE_FUZZ</c> sets the number of files, and so makes the test longer.
/// </summary>
public sealed partial class TsFileFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int UsualMutations = 2000;

    private static readonly string[] Forged =
    [
        "0", "-1", "1", "7", "2147483647", "2147483648", "-2147483648", "99999999999999999999", "1e39", "-1e-50", "NaN", "?", "Infinity",
        "x", "",
    ];

    private static readonly string[] Originals =
    [
        "# made by hand\n@problemName P\n@timeStamps false\n@univariate true\n@equalLength true\n@seriesLength 3\n@classLabel true b a\n"
            + "@data\n1,2,3:b\n4,5,6e-1:a\n-7,?,9:b\n",
        "@dimensions 2\n@equalLength false\n@classLabel true 10 9 -1.5\n@data\n1,2:10,20:9\n3:30:10\n0.5,1.5,2.5:1,2,3:-1.5\n",
        "@timeStamps true\n@dimensions 2\n@classLabel true up down\n@data\n"
            + "(2007-01-01 00:00:00,241.5),(2007-01-01 00:01:00,?):(0,1),(1,2):up\n(0,3),(1,4):(0,5),(2.5,6):down\n",
        "@univariate true\n@equalLength true\n@targetLabel true\n@data\n1,2:0.5\n3,4:?\n5,NaN:-2\n",
        "@classLabel false\n@dimensions 3\n@data\n1,2:3,4:5,6\n7,8:9,10:11,12\n",
    ];

    private readonly MLContext _ml = new(seed: 1);

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Load_GivesWhatStandsInTheFileOrNamesTheLine()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("STATESPACE_FUZZ"), out int asked) ? asked : UsualMutations;
        var random = new Random(1);
        int read = 0, refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = i < Originals.Length ? Encoding.UTF8.GetBytes(Originals[i])
                : Altered(Encoding.UTF8.GetBytes(Originals[random.Next(Originals.Length)]), random);
            File.WriteAllBytes(_path, bytes);
            if (Check(bytes))
                read++;
            else
                refused++;
        }
        output.WriteLine($"{read} files read, {refused} refused");
        read.Should().BeGreaterThan(count / 10);
        refused.Should().BeGreaterThan(count / 10);
    }

    // Whether the file was read.
    private bool Check(byte[] bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        IDataView view;
        try
        {
            view = _ml.Data.LoadFromTsFile(_path);
        }
        catch (InvalidDataException error)
        {
            error.Message.Should().MatchRegex($@"^{Regex.Escape(_path)}, line \d+: .{{10}}", "that is how an error begins, for\n{0}", text);
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{error.GetType()} for\n{text}", error);
        }
        Rows(view).Should().Equal(Oracle(view), "that stands in\n{0}", text);
        return true;
    }

    private static List<string> Rows(IDataView view)
    {
        var rows = view.GetColumn<float[]>("Features").Select(Line).ToList();
        var label = view.Schema.GetColumnOrNull("Label");
        if (label is { Type: KeyDataViewType })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            label.Value.GetKeyValues(ref names);
            string[] classes = [.. names.DenseValues().Select(name => name.ToString())];
            return [.. rows.Zip(view.GetColumn<uint>("Label"), (row, key) => $"{row} -> {(key == 0 ? "?" : classes[key - 1])}")];
        }
        return label is null ? rows : [.. rows.Zip(view.GetColumn<float>("Label"), (row, target) => $"{row} -> {Line([target])}")];
    }

    private static string Line(float[] values) => string.Join(' ', values.Select(v => v.ToString("r", CultureInfo.InvariantCulture)));

    // Reads the lines behind '@data' with as little knowledge of the format as will do.
    private List<string> Oracle(IDataView view)
    {
        var label = view.Schema.GetColumnOrNull("Label")?.Type;
        var lines = File.ReadAllLines(_path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not ('#' or '%'));
        var rows = new List<string>();
        foreach (string line in lines.SkipWhile(line => !DataLine().IsMatch(line)).Skip(1))
        {
            string stampsGone = Stamp().Replace(line, "$1");
            string[] fields = stampsGone.Split(':');
            string answer = label is null ? "" : fields[^1].Trim();
            float[][] dimensions = [.. (label is null ? fields : fields[..^1]).Select(Values)];
            int length = dimensions[0].Length;
            string row = Line([.. Enumerable.Range(0, length).SelectMany(t => dimensions.Select(d => d[t]))]);
            rows.Add(label is null ? row
                : label is KeyDataViewType ? $"{row} -> {(answer == "" ? "?" : answer)}"
                : $"{row} -> {Line([Value(answer)])}");
        }
        return rows;
    }

    private static float[] Values(string field) => field.Trim() == "" ? [] : [.. field.Split(',').Select(Value)];

    private static float Value(string text) => text.Trim() == "?" ? float.NaN : (float)double.Parse(text, CultureInfo.InvariantCulture);

    private static byte[] Altered(byte[] original, Random random)
    {
        string text = Encoding.UTF8.GetString(original);
        switch (random.Next(6))
        {
            case 0: // one bit
                byte[] flipped = [.. original];
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1: // cut off
                return original[..random.Next(original.Length)];
            case 2: // some characters gone
                int from = random.Next(text.Length);
                return Encoding.UTF8.GetBytes(text.Remove(from, Math.Min(random.Next(1, 6), text.Length - from)));
            case 3: // a character of the format too many
                return Encoding.UTF8.GetBytes(text.Insert(random.Next(text.Length), ":,()?@#\n 1.-e"[random.Next(13)].ToString()));
            case 4: // a number forged, those of the header among them
                var numbers = Number().Matches(text);
                var number = numbers[random.Next(numbers.Count)];
                return Encoding.UTF8.GetBytes(
                    text.Remove(number.Index, number.Length).Insert(number.Index, Forged[random.Next(Forged.Length)]));
            default: // a line twice, gone or elsewhere
                var lines = text.Split('\n').ToList();
                int line = random.Next(lines.Count);
                string moved = lines[line];
                if (random.Next(2) == 0)
                    lines.RemoveAt(line);
                if (random.Next(2) == 0)
                    lines.Insert(random.Next(lines.Count + 1), moved);
                return Encoding.UTF8.GetBytes(string.Join('\n', lines));
        }
    }

    [GeneratedRegex(@"^@data(\s|$)", RegexOptions.IgnoreCase)]
    private static partial Regex DataLine();

    [GeneratedRegex(@"\([^(),]*,([^(),]*)\)")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"-?\d+(\.\d+)?(e-?\d+)?")]
    private static partial Regex Number();
}
