using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Data;

public sealed class TsfFileTests : IDisposable
{
    private const string Header = "@relation R\n@attribute series_name string\n@attribute start_timestamp date\n";

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Load_GivesARowAValue()
    {
        var view = Load(
            "# comment\n\n@relation R\n@attribute series_name string\n@attribute weight numeric\n@horizon 2\n@missing true\n"
            + "@equallength false\n@data\nT1:2.5:1,2,?\nT 2:?: -1e3 \n");

        view.Schema.Select(column => column.Name).Should().Equal("series_name", "weight", "Index", "Value");
        view.GetColumn<string>("series_name").Should().Equal("T1", "T1", "T1", "T 2");
        view.GetColumn<float>("weight").ToArray().Should().BeBitwise([2.5f, 2.5f, 2.5f, float.NaN]);
        view.GetColumn<int>("Index").Should().Equal(0, 1, 2, 0);
        view.GetColumn<float>("Value").ToArray().Should().BeBitwise([1, 2, float.NaN, -1000]);
        view.GetRowCount().Should().Be(4);
    }

    [Theory]
    [InlineData("yearly", "1980-01-31 06:00", "1981-01-31 06:00")]
    [InlineData("quarterly", "1979-04-30 06:00", "1979-07-31 06:00")]
    [InlineData("monthly", "1979-02-28 06:00", "1979-03-31 06:00")]
    [InlineData("weekly", "1979-02-07 06:00", "1979-02-14 06:00")]
    [InlineData("daily", "1979-02-01 06:00", "1979-02-02 06:00")]
    [InlineData("Hourly", "1979-01-31 07:00", "1979-01-31 08:00")]
    [InlineData("half_hourly", "1979-01-31 06:30", "1979-01-31 07:00")]
    [InlineData("minutely", "1979-01-31 06:01", "1979-01-31 06:02")]
    [InlineData("secondly", "1979-01-31 06:00:01", "1979-01-31 06:00:02")]
    [InlineData("10_minutes", "1979-01-31 06:10", "1979-01-31 06:20")]
    [InlineData("4_seconds", "1979-01-31 06:00:04", "1979-01-31 06:00:08")]
    [InlineData("2_months", "1979-03-31 06:00", "1979-05-31 06:00")]
    public void Load_GivesEachValueItsTime(string frequency, string second, string third)
    {
        var view = Load($"{Header}@frequency {frequency}\n@data\na:1979-01-31 06-00-00:1,2,3\n");

        var culture = System.Globalization.CultureInfo.InvariantCulture;
        view.GetColumn<DateTime>("Time").Should().Equal(
            new DateTime(1979, 1, 31, 6, 0, 0), DateTime.Parse(second, culture), DateTime.Parse(third, culture));
        view.GetColumn<DateTime>("start_timestamp").Should().AllBeEquivalentTo(new DateTime(1979, 1, 31, 6, 0, 0));
    }

    [Fact]
    public void Load_WithoutAStart_GivesTheMissingTime()
        => Load(Header + "@frequency daily\n@data\na:?:1,2\n").GetColumn<DateTime>("Time").Should().AllBeEquivalentTo(default(DateTime));

    [Theory]
    [InlineData(Header + "@data\na:1979-01-01 00-00-00:1\n")]
    [InlineData("@attribute series_name string\n@frequency daily\n@data\na:1\n")]
    public void Load_WithoutFrequencyOrStart_HasNoTimes(string text) => Load(text).Schema.GetColumnOrNull("Time").Should().BeNull();

    [Theory]
    [InlineData("", 0, "without '@data'")]
    [InlineData("T1:1,2\n", 1, "before '@data'")]
    [InlineData("@attribute series_name\n@data\n", 1, "a name and a type")]
    [InlineData("@attribute series_name text\n@data\n", 1, "Write string, numeric or date")]
    [InlineData("@attribute a string\n@attribute a string\n@data\n", 2, "two columns")]
    [InlineData("@attribute Value string\n@data\n", 1, "two columns")]
    [InlineData("@attribute a string\n@frequency now_and_then\n@data\n", 2, "'now_and_then' is not known")]
    [InlineData("@attribute a string\n@frequency 0_minutes\n@data\n", 2, "is not known")]
    [InlineData("@relation R\n@data\n", 2, "no '@attribute'")]
    [InlineData("@attribute a string\n@data\n1,2\n", 3, "2 fields between ':', but this one has 1")]
    [InlineData("@attribute a string\n@data\nx:1,y\n", 3, "'y' is no number")]
    [InlineData("@attribute a string\n@data\nx:1,1e39\n", 3, "beyond the range of Single")]
    [InlineData("@attribute a numeric\n@data\nx:1\n", 3, "'x' is no number")]
    [InlineData("@attribute a date\n@data\n1979-01-01:1\n", 3, "and no date")]
    [InlineData(Header + "@frequency yearly\n@data\na:9998-01-01 00-00-00:1,2,3\n", 6, "would have no date")]
    public void Load_NamesTheLineOfAnError(string text, int line, string what)
    {
        string message = Invoking(() => Load(text)).Should().ThrowExactly<InvalidDataException>().Which.Message;

        message.Should().Contain($"line {line}:").And.Contain(what).And.Contain(_path);
    }

    [Fact]
    public void Load_GivesWhatWindowsAreMadeOf()
    {
        var view = Load(
            Header + "@frequency monthly\n@data\na:1979-01-01 00-00-00:1,2,3,4,5\nb:1980-01-01 00-00-00:10,20,30,40\n");

        var windows = _ml.Data.ToWindows(view, 3, "series_name", ["Value"], labelColumnName: "Value", horizon: 1);

        windows.GetColumn<float[]>("Features").Should().BeBitwise([[1, 2, 3], [2, 3, 4], [10, 20, 30]]);
        windows.GetColumn<float>("Label").Should().Equal(4, 5, 40);
    }

    [Fact]
    public void ACursor_RefusesColumnsThatItWasNotMadeFor_AndStandsNowhereAtFirst()
    {
        var view = Load("@attribute a string\n@data\nx:1,2\n");
        using var cursor = view.GetRowCursor([view.Schema["Value"]]);

        Invoking(() => cursor.GetGetter<int>(view.Schema["Index"])).Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => cursor.GetGetter<double>(view.Schema["Value"])).Should().Throw<InvalidOperationException>();
        var read = cursor.GetGetter<float>(view.Schema["Value"]);
        float value = 0;
        Invoking(() => read(ref value)).Should().Throw<InvalidOperationException>().WithMessage("The cursor stands on no row*");
        cursor.MoveNext().Should().BeTrue();
        read(ref value);
        value.Should().Be(1);
        cursor.MoveNext().Should().BeTrue();
        cursor.MoveNext().Should().BeFalse();
        cursor.MoveNext().Should().BeFalse();
    }

    private IDataView Load(string text)
    {
        File.WriteAllText(_path, text);
        return _ml.Data.LoadFromTsfFile(_path);
    }
}
