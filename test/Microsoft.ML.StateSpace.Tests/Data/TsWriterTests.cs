using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Data;

/// <summary>What is written as a .ts file is read again with the same bits.</summary>
public sealed class TsWriterTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Save_ThenLoad_GivesTheSameSequencesAndClasses(int channels)
    {
        var data = channels == 1 ? Keyed(Samples.Fixed()) : Keyed(Samples.Variable());

        var loaded = SaveAndLoad(data, channels: channels);

        loaded.GetColumn<float[]>("Features").Should().BeBitwise([.. data.GetColumn<float[]>("Features")]);
        Names(loaded).Should().Equal(Names(data));
        var type = (VectorDataViewType)loaded.Schema["Features"].Type;
        type.Dimensions.Should().Equal(channels == 1 ? [12] : [0, 2]);
    }

    [Fact]
    public void Save_WritesTheHeaderThatTheRowsHave()
    {
        VariableRow[] rows = [new() { Features = [1, 2.5f], Name = "b" }, new() { Features = [float.NaN, -1e-20f], Name = "a" }];

        _ml.Data.SaveAsTsFile(Keyed(rows), _path, channels: 2);

        string name = Path.GetFileNameWithoutExtension(_path);
        File.ReadAllText(_path).Should().Be(
            $"@problemName {name}\n@timeStamps false\n@missing true\n@univariate false\n@dimensions 2\n@equalLength true\n@seriesLength 1\n"
            + "@classLabel true b a\n@data\n1:2.5:b\n?:-1E-20:a\n");
    }

    [Fact]
    public void Save_ThenLoad_KeepsTargetsAndWhatIsMissing()
    {
        FixedRow[] rows = [new() { Features = new float[12], Weight = 0.1f }, new() { Features = new float[12], Weight = float.NaN }];
        rows[1].Features[3] = float.NaN;

        var loaded = SaveAndLoad(_ml.Data.LoadFromEnumerable(rows), label: "Weight");

        loaded.GetColumn<float[]>("Features").Should().BeBitwise([rows[0].Features, rows[1].Features]);
        loaded.GetColumn<float>("Label").Should().Equal(0.1f, float.NaN);
    }

    [Fact]
    public void Save_ThenLoad_KeepsBooleansAsClasses()
    {
        var rows = Samples.Binary();

        Names(SaveAndLoad(_ml.Data.LoadFromEnumerable(rows))).Should().Equal(rows.Select(row => row.Label.ToString()));
    }

    [Fact]
    public void Save_ThenLoad_KeepsKeysWithoutValuesAndMissingOnes()
    {
        var schema = SchemaDefinition.Create(typeof(KeyRow));
        schema["Label"].ColumnType = new KeyDataViewType(typeof(uint), 12);
        // LoadFromEnumerable counts keys from 0, and takes what is beyond their number as missing.
        KeyRow[] rows = [.. new uint[] { 11, 12, 1 }.Select(key => new KeyRow { Features = [1, key], Label = key })];

        var loaded = SaveAndLoad(_ml.Data.LoadFromEnumerable(rows, schema));

        loaded.GetColumn<uint>("Label").Should().Equal(12u, 0u, 2u);
    }

    [Fact]
    public void Save_ThenLoad_KeepsIntervals()
    {
        var data = Keyed(Samples.Irregular());

        var loaded = SaveAndLoad(data, intervals: "Intervals", channels: 2);

        var expected = data.GetColumn<float[]>("Intervals").ToArray();
        foreach (var (intervals, row) in loaded.GetColumn<float[]>("Intervals").Zip(expected))
        {
            intervals[0].Should().Be(1, "nobody knows the time before the first step");
            intervals[1..].Should().BeNear(Array.ConvertAll(row[1..], value => (double)value), Tolerance.Elementwise);
        }
        loaded.GetColumn<float[]>("Features").Should().BeBitwise([.. data.GetColumn<float[]>("Features")]);
    }

    [Fact]
    public void Save_WithoutLabel_WritesNone()
        => SaveAndLoad(Keyed(Samples.Fixed()), label: null).Schema.GetColumnOrNull("Label").Should().BeNull();

    [Fact]
    public void Save_WithoutRows_IsReadAsNoRows()
        => SaveAndLoad(_ml.Data.FilterRowsByColumn(Keyed(Samples.Fixed()), "Weight", lowerBound: 1e6)).GetColumn<float[]>("Features")
            .Should().BeEmpty();

    [Fact]
    public void Save_ThatFails_LeavesTheOldFile()
    {
        File.WriteAllText(_path, "old");
        VariableRow[] rows = [new() { Features = [1] }, new() { Features = [] }];

        Invoking(() => _ml.Data.SaveAsTsFile(_ml.Data.LoadFromEnumerable(rows), _path, labelColumnName: null))
            .Should().Throw<InvalidOperationException>().WithMessage("Row 1: column 'Features' holds an empty sequence*");

        File.ReadAllText(_path).Should().Be("old");
    }

    [Fact]
    public void Save_RefusesInfinity()
        => Invoking(() => _ml.Data.SaveAsTsFile(
                _ml.Data.LoadFromEnumerable([new VariableRow { Features = [1, float.PositiveInfinity] }]), _path, labelColumnName: null))
            .Should().Throw<InvalidOperationException>().WithMessage("Row 0: column 'Features' has an infinite value at time step 1*");

    [SharedDataFact("japanesevowels")]
    public void Save_ThenLoad_KeepsAFileOfTheArchive()
    {
        var data = _ml.Data.LoadFromTsFile(SharedData.Path("japanesevowels", "JapaneseVowels_TRAIN.ts"));

        var loaded = SaveAndLoad(data);

        loaded.GetColumn<float[]>("Features").Should().BeBitwise([.. data.GetColumn<float[]>("Features")]);
        loaded.GetColumn<uint>("Label").Should().Equal(data.GetColumn<uint>("Label"));
    }

    private IDataView Keyed<TRow>(IEnumerable<TRow> rows)
        where TRow : class
    {
        var view = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(view).Transform(view);
    }

    private IDataView SaveAndLoad(IDataView data, string? label = "Label", string? intervals = null, int? channels = null)
    {
        _ml.Data.SaveAsTsFile(data, _path, labelColumnName: label, intervalColumnName: intervals, channels: channels);
        return _ml.Data.LoadFromTsFile(_path, intervals is null ? null : 1);
    }

    private string[] Names(IDataView data)
        => [.. _ml.Transforms.Conversion.MapKeyToValue("Name", "Label").Fit(data).Transform(data)
            .GetColumn<ReadOnlyMemory<char>>("Name").Select(name => name.ToString())];

    private sealed class KeyRow
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }
}
