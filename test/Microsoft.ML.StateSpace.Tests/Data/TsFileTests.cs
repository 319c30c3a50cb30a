using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Data;

public sealed class TsFileTests : IDisposable
{
    private const string Header = "@problemName P\n@timeStamps false\n@univariate true\n@equalLength true\n@classLabel true a b\n@data\n";

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Load_GivesSeriesAndClassesOfTheHeader()
    {
        var view = Load("# comment\n% comment\n\n" + Header.ToUpperInvariant().Replace("A B", "a b") + "1,2,3:b\n 4, 5 ,6e-1:a\n");

        Dimensions(view).Should().Equal(3);
        Features(view).Should().BeBitwise([[1, 2, 3], [4, 5, 0.6f]]);
        view.GetColumn<uint>("Label").Should().Equal(2u, 1u);
        Keys(view).Should().Equal("a", "b");
        view.GetRowCount().Should().Be(2);
    }

    /// <summary>Writers list the classes of their own split in their own order.</summary>
    [Theory]
    [InlineData("b a c", "a b c")]
    [InlineData("10 9 1 -2 1e1", "-2 1 9 10 1e1")]
    [InlineData("2.0 1.0 10.0", "1.0 2.0 10.0")]
    [InlineData("10 9 x", "10 9 x")] // text, since not all are numbers
    [InlineData("nan 2 1", "1 2 nan")]
    [InlineData("b B a", "B a b")]
    public void Load_OrdersClassesIndependentlyOfTheHeader(string header, string expected)
    {
        string[] classes = header.Split(' ');
        var view = Load($"@classLabel true {header}\n@data\n" + string.Concat(classes.Select(c => $"1,2:{c}\n")));

        string[] keys = Keys(view);

        keys.Should().Equal(expected.Split(' '));
        view.GetColumn<uint>("Label").Select(key => keys[key - 1]).Should().Equal(classes);
    }

    [Theory]
    [InlineData("@equalLength true\n@seriesLength 0\n@dimensions -1\n")]
    [InlineData("@equalLength true\n@seriesLength -1\n@dimensions 0\n")]
    [InlineData("@seriesLength -1\n")]
    public void Load_TakesUnknownSizesFromTheData(string header)
        => Dimensions(Load(header + "@classLabel true a\n@data\n1,2,3:4,5,6:a\n")).Should().Equal(3, 2);

    [Fact]
    public void Load_TakesUnknownLengthsOfSeriesThatDiffer()
        => Dimensions(Load("@equalLength false\n@seriesLength -1\n@classLabel true a\n@data\n1,2,3:a\n1,2:a\n")).Should().Equal(0, 1);

    [Fact]
    public void Load_WithoutSeriesHasTheDimensionsOfTheHeader()
        => Dimensions(Load("@equalLength true\n@seriesLength 5\n@dimensions 2\n@data\n")).Should().Equal(5, 2);

    [Fact]
    public void Load_IsTimeMajor()
    {
        var view = Load("@dimensions 2\n@equalLength true\n@classLabel true a\n@data\n1,2,3:10,20,30:a\n");

        Dimensions(view).Should().Equal(3, 2);
        Features(view).Should().BeBitwise([[1, 10, 2, 20, 3, 30]]);
    }

    [Fact]
    public void Load_HasVariableSizeWhereLengthsDiffer()
    {
        var view = Load("@dimension 2\n@equalLength false\n@classLabel true a\n@data\n1,2:10,20:a\n3:30:a\n");

        ((VectorDataViewType)view.Schema["Features"].Type).IsKnownSize.Should().BeFalse();
        Dimensions(view).Should().Equal(0, 2);
        Features(view).Should().BeBitwise([[1, 10, 2, 20], [3, 30]]);
    }

    [Fact]
    public void Load_LetsTheHeaderDecideOnVariableSize()
        => ((VectorDataViewType)Load("@equalLength false\n@classLabel true a\n@data\n1,2:a\n3,4:a\n").Schema["Features"].Type).IsKnownSize
            .Should().BeFalse();

    [Fact]
    public void Load_ReadsMissingValuesAsNaN()
    {
        var view = Load(Header + "1,?,NaN:?\n");

        Features(view).Should().BeBitwise([[1, float.NaN, float.NaN]]);
        view.GetColumn<uint>("Label").Should().Equal(0u);
    }

    [Fact]
    public void Load_ReadsNumericTargets()
    {
        var view = Load("@univariate true\n@targetLabel true\n@data\n1,2:0.5\n3,4:?\n");

        view.GetColumn<float>("Label").Should().Equal(0.5f, float.NaN);
    }

    [Fact]
    public void Load_WithoutLabelHasNoLabelColumn()
    {
        var view = Load("@classLabel false\n@univariate true\n@data\n1,2\n3,4\n");

        view.Schema.GetColumnOrNull("Label").Should().BeNull();
        Features(view).Should().BeBitwise([[1, 2], [3, 4]]);
    }

    [Theory]
    [InlineData("2007-01-01 00:00:00", "2007-01-01 00:01:00", "2007-01-01 00:03:00.5", 1)]
    [InlineData("2007-12-31T23:59:00Z", "2008-01-01T00:00:00Z", "2008-01-01T00:02:00.5Z", 1)]
    [InlineData("0", "6e1", "180.5", 1)]
    [InlineData("-1000000000.25", "-999999940.25", "-999999819.75", 1)]
    public void Load_MakesIntervalsOfTimeStamps(string first, string second, string third, uint key)
    {
        string text = $"@timeStamps true\n@dimensions 2\n@classLabel true 1 2\n@data\n({first},241.5),({second},?), ({third},3)"
            + $":({first},1), ({second},2),({third},4):1\n";

        var view = Load(text, intervalUnit: 60);

        Features(view).Should().BeBitwise([[241.5f, 1, float.NaN, 2, 3, 4]]);
        view.GetColumn<float[]>("Intervals").Should().BeBitwise([[1, 1, 120.5f / 60]]);
        view.GetColumn<uint>("Label").Should().Equal(key);
    }

    [Fact]
    public void Load_MeasuresIntervalsByTheMedianStepOfTheFile()
    {
        var view = Load("@timeStamps true\n@data\n(0,1),(2,1),(4,1),(5,1)\n(7,1),(9,1),(19,1)\n");

        view.GetColumn<float[]>("Intervals").Should().BeBitwise([[1, 1, 1, 0.5f], [1, 1, 5]]);
    }

    [Fact]
    public void Load_WithSingleStepsHasIntervalsOfOne()
        => Load("@timeStamps true\n@data\n(3,1)\n").GetColumn<float[]>("Intervals").Should().BeBitwise([[1]]);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Load_RefusesAUnitThatIsNoTime(double unit)
        => Invoking(() => Load("@timeStamps true\n@data\n(3,1)\n", unit)).Should().Throw<ArgumentOutOfRangeException>()
            .WithParameterName("intervalUnit");

    [SharedDataFact("unittest-ts")]
    public void Load_ReadsTheTimeStampsOfAeon()
    {
        var view = _ml.Data.LoadFromTsFile(SharedData.Path("unittest-ts", "UnitTestTimeStamps_TRAIN.ts"));

        view.GetColumn<float[]>("Intervals").Should().BeBitwise([.. Enumerable.Repeat(new float[] { 1, 1, 1, 1 }, 4)]);
    }

    [Fact]
    public void Load_GivesIntervalsThatTheEstimatorTakes()
    {
        string text = "@timeStamps true\n@classLabel true a b\n@data\n"
            + string.Concat(Enumerable.Range(1, 6).Select(i => $"(0,{i}),({i},2),(9,{-i}):{(i % 2 == 0 ? "a" : "b")}\n"));
        var view = Load(text);

        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { IntervalColumnName = "Intervals" }).Fit(view);

        _ml.MulticlassClassification.Evaluate(model.Transform(view));
    }

    [Theory]
    [InlineData(Header + "1,2,3:a\n1,x,3:b\n", 8, "'x' is no number")]
    [InlineData(Header + "1,2,3:a\n\n1,2:b\n", 9, "2 time steps")]
    [InlineData(Header + "1,2,3:c\n", 7, "the class 'c' is not among")]
    [InlineData(Header + "1,2,1e39:a\n", 7, "'1e39' is beyond the range of Single")]
    [InlineData(Header + "1,2,3\n", 7, "at least one dimension")]
    [InlineData(Header + "1,2:3,4:a\n", 7, "1 dimension, but this series has 2")]
    [InlineData("@dimensions 2\n@classLabel true a\n@data\n1,2:3:a\n", 4, "dimension 2 has 1 values, the first has 2")]
    [InlineData("@equalLength true\n@seriesLength 4\n@classLabel true a\n@data\n1,2:a\n", 5, "announces 4 time steps")]
    [InlineData("@classLabel true\n@data\n", 1, "followed by the names of all classes")]
    [InlineData("@equalLength maybe\n@data\n", 1, "true or false")]
    [InlineData("@classLabel true a b a\n@data\n", 1, "'a' twice")]
    [InlineData("@seriesLength many\n@data\n", 1, "a whole number")]
    [InlineData("@dimensions 99999999999\n@data\n", 1, "a whole number")]
    [InlineData("@dimensions 2000000000\n@seriesLength 2000000000\n@equalLength true\n@data\n", 4, "more than a vector can hold")]
    [InlineData("@problemName P\n1,2:a\n", 2, "before '@data'")]
    [InlineData("1\t2\t3\n", 1, "LoadFromTextFile")]
    [InlineData("@problemName P\n", 1, "without '@data'")]
    [InlineData("@classLabel true a\n@data\n(1,2):a\n", 3, "@timeStamps true")]
    [InlineData("@classLabel true a\n@data\n(1,2:a\n", 3, "not balanced")]
    [InlineData("@timeStamps true\n@data\n(0,1),(1,2)(2,3),,(3,4)\n", 3, "is no '(time stamp,value)'")]
    [InlineData("@timeStamps true\n@data\n(0,1,2)\n", 3, "is no '(time stamp,value)'")]
    [InlineData("@timeStamps true\n@data\n(0,1),x\n", 3, "is no '(time stamp,value)'")]
    [InlineData("@timeStamps true\n@data\n(0,1),(noon,2)\n", 3, "'noon' is neither a number up to 1e27 nor a date")]
    [InlineData("@timeStamps true\n@data\n(-7e28,1),(7e28,2)\n", 3, "'-7e28' is neither")]
    [InlineData("@timeStamps true\n@data\n(0,1),(1,2)\n(2007-01-01,2)\n", 4, "'2007-01-01' is a date, those before are numbers")]
    [InlineData("@timeStamps true\n@data\n(0,1),(1,2),(1,3)\n", 3, "of step 2 is not after that of the step before")]
    [InlineData("@timeStamps true\n@data\n(0,1),(1,2):(0,1),(2,3)\n", 3, "dimension 2 has other time stamps")]
    [InlineData("@classLabel true a\n@targetLabel true\n@data\n", 3, "one of them")]
    [InlineData("@RELATION iris\n@attribute x numeric\n@data\n1,2,a\n", 1, "ARFF")]
    [InlineData("% Weka\n@attribute x numeric\n@data\n1,2,a\n", 2, "ARFF")]
    // A class that the header does not announce: by a name, by a number, behind known dimensions and unknown ones.
    [InlineData("@problemName P\n@data\n1,2,3:a\n", 3, "'@classLabel true'")]
    [InlineData("@problemName P\n@data\n1,2,3:1\n", 3, "'@classLabel true'")]
    [InlineData("@univariate true\n@data\n1:1\n", 3, "'@classLabel true'")]
    [InlineData("@univariate false\n@dimensions 2\n@data\n1,2:3,4:1\n", 4, "'@targetLabel true'")]
    [InlineData("@timeStamps true\n@data\n(0,1),(1,2):a\n", 3, "'@classLabel true'")]
    public void Load_NamesTheLineOfAnError(string text, int line, string what)
    {
        string message = Invoking(() => Load(text)).Should().ThrowExactly<InvalidDataException>().Which.Message;

        message.Should().Contain($"line {line}:");
        message.Should().Contain(what);
        message.Should().Contain(_path);
    }

    [Fact]
    public void Load_GivesWhatTheEstimatorTakes()
    {
        string text = "@dimensions 2\n@equalLength false\n@classLabel true slow middling fast\n@data\n"
            + string.Concat(Samples.Variable().Select(r => $"{Join(r.Features, 0)}:{Join(r.Features, 1)}:{r.Name}\n"));
        var view = Load(text);

        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options()).Fit(view);

        model.Options.Channels.Should().Be(2);
        _ml.MulticlassClassification.Evaluate(model.Transform(view));
    }

    [SharedDataTheory("italypowerdemand", "gunpoint", "syntheticcontrol", "basicmotions", "japanesevowels", "osuleaf")]
    [InlineData("italypowerdemand", "ItalyPowerDemand_TRAIN.ts", 67, new[] { 24 }, 2)]
    [InlineData("gunpoint", "GunPoint_TRAIN.ts", 50, new[] { 150 }, 2)]
    [InlineData("syntheticcontrol", "SyntheticControl_TRAIN.ts", 300, new[] { 60 }, 6)]
    [InlineData("basicmotions", "BasicMotions_TRAIN.ts", 40, new[] { 100, 6 }, 4)]
    [InlineData("japanesevowels", "JapaneseVowels_TEST.ts", 370, new[] { 0, 12 }, 9)]
    [InlineData("osuleaf", "OSULeaf_TRAIN.ts", 200, new[] { 427 }, 6)]
    public void Load_ReadsTheArchive(string set, string file, int rows, int[] dimensions, int classes)
    {
        var view = _ml.Data.LoadFromTsFile(SharedData.Path(set, file));

        view.GetRowCount().Should().Be(rows);
        Dimensions(view).Should().Equal(dimensions);
        ((KeyDataViewType)view.Schema["Label"].Type).Count.Should().Be((ulong)classes);
        view.GetColumn<uint>("Label").Should().AllSatisfy(label => label.Should().BeInRange(1u, (uint)classes));
    }

    private static string[] Keys(IDataView view)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Label"].GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static string Join(float[] values, int channel)
        => string.Join(',',
            values.Where((_, i) => i % 2 == channel).Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static int[] Dimensions(IDataView view) => [.. ((VectorDataViewType)view.Schema["Features"].Type).Dimensions];

    private static IEnumerable<float[]> Features(IDataView view) => view.GetColumn<float[]>("Features");

    private IDataView Load(string text, double? intervalUnit = null)
    {
        File.WriteAllText(_path, text);
        return _ml.Data.LoadFromTsFile(_path, intervalUnit);
    }
}
