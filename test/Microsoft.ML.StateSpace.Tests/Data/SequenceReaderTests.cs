using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Data;

public class SequenceReaderTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void ReadClasses_KeepsValuesAndClassesInRowOrder()
    {
        var rows = Samples.Variable();
        var view = Views.Keyed(_ml, rows);

        var set = SequenceReader.ReadClasses(view, Column(view, "Features", 2), "Label");

        Assert.Equal(rows.Length, set.Count);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(rows[i].Features, set.Values(i).ToArray());
            Assert.Equal(i % 3, set.Label(i));
            Assert.Equal(rows[i].Features.Length / 2, set.Length(i));
        }
    }

    [Fact]
    public void ReadClasses_GivesTokensAsNumbersFromOne()
    {
        var rows = Samples.Tokens();
        var view = Views.Keyed(_ml, rows);
        var column = Column(view, "Features", null);

        var set = SequenceReader.ReadClasses(view, column, "Label");

        Assert.Equal(5, column.Vocabulary);
        Assert.All(Enumerable.Range(0, set.Count), i => Assert.Equal(rows[i].Features.Select(token => (float)token), set.Values(i).ToArray()));
    }

    [Fact]
    public void ReadTargets_KeepsBothSequences()
    {
        var rows = Samples.VariableSignals();
        var view = _ml.Data.LoadFromEnumerable(rows);

        var set = SequenceReader.ReadTargets(view, Column(view, "Input", 2), Column(view, "Target", 2));

        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(rows[i].Input, set.Values(i).ToArray());
            Assert.Equal(rows[i].Target, set.TargetsOf(i).ToArray());
        }
    }

    [Theory]
    [InlineData(null, 2)] // the last dimension
    [InlineData(3, 3)] // the option wins
    public void Of_TakesChannelsFromOptionThenDimensions(int? option, int expected)
    {
        var view = Views.Keyed(_ml, Samples.Dimensioned());

        Assert.Equal(expected, Column(view, "Features", option).Channels);
    }

    [Fact]
    public void Fit_NamesRowColumnAndRemedyOfMissingValue()
    {
        var rows = Samples.Dimensioned();
        rows[7].Features[5] = float.NaN;

        string message = FitError<InvalidOperationException>(Views.Keyed(_ml, rows));

        Assert.Contains("Row 7", message);
        Assert.Contains("'Features'", message);
        Assert.Contains("time step 2, channel 1", message);
        Assert.Contains("ReplaceMissingValues", message);
    }

    [Fact]
    public void Fit_RefusesEmptySequence()
    {
        var rows = Samples.Variable();
        rows[3].Features = [];

        Assert.Contains("Row 3", FitError<InvalidOperationException>(Views.Keyed(_ml, rows), channels: 2));
    }

    [Fact]
    public void Fit_RefusesVariableSizeThatIsNoWholeNumberOfSteps()
    {
        var rows = Samples.Variable();
        rows[4].Features = new float[7];

        string message = FitError<InvalidOperationException>(Views.Keyed(_ml, rows), channels: 2);

        Assert.Contains("Row 4", message);
        Assert.Contains("Channels", message);
    }

    [Fact]
    public void Fit_RefusesKnownSizeThatChannelsDoNotDivide()
        => Assert.Contains("Channels", FitError<InvalidOperationException>(Views.Fixed(_ml), channels: 5));

    [Fact]
    public void Fit_RefusesChannelsBelowOne()
        => Assert.Contains("Channels", FitError<ArgumentOutOfRangeException>(Views.Fixed(_ml), channels: 0));

    [Fact]
    public void Fit_RefusesNoRows()
        => Assert.Contains("no rows", FitError<InvalidOperationException>(Keyed([])));

    [Fact]
    public void Fit_RefusesMissingLabel()
    {
        var rows = Samples.Fixed();
        rows[2].Name = "unheard of";

        string message = FitError<InvalidOperationException>(Keyed(rows));

        Assert.Contains("Row 2", message);
        Assert.Contains("'Label'", message);
    }

    [Fact]
    public void Fit_RefusesOneClassAlone()
    {
        var rows = Samples.Fixed().Where(r => r.Name == "slow").ToArray();

        Assert.Contains("at least two", FitError<InvalidOperationException>(Views.Keyed(_ml, rows)));
    }

    [Fact]
    public void Fit_RefusesRowsThatAreAllOfOneClass()
        => Assert.Contains("at least two classes", FitError<InvalidOperationException>(Keyed(Samples.Fixed().Where(r => r.Name == "fast"))));

    [Fact]
    public void Fit_NamesTheColumnsThereAreWhenOneIsMissing()
    {
        var view = _ml.Transforms.CopyColumns("Series", "Features").Append(_ml.Transforms.DropColumns("Features")).Fit(Views.Fixed(_ml)).Transform(Views.Fixed(_ml));

        string message = FitError<ArgumentOutOfRangeException>(view);

        Assert.Contains("'Features'", message);
        Assert.Contains("'Series'", message);
    }

    [Fact]
    public void Fit_SaysHowToMakeALabelAKey()
    {
        var rows = _ml.Data.LoadFromEnumerable(Samples.Fixed());
        var estimator = _ml.MulticlassClassification.Trainers.StateSpace(labelColumnName: "Name");

        Assert.Contains("MapValueToKey", Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(rows)).Message);
    }

    [Fact]
    public void Fit_RefusesTargetsThatDoNotMatchTheSteps()
    {
        var rows = Samples.VariableSignals();
        rows[5].Target = [1, 2, 3];
        var estimator = _ml.Transforms.StateSpace.SequenceToSequence(channels: 2, outputs: 2);

        string message = Assert.Throws<InvalidOperationException>(() => estimator.Fit(_ml.Data.LoadFromEnumerable(rows))).Message;

        Assert.Contains("Row 5", message);
        Assert.Contains("Outputs", message);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("single")]
    [InlineData("int")]
    [InlineData("bool")]
    public void LabelValues_SurviveTheModelFileInTheirOwnType(string kind)
    {
        LabelValues values = kind switch
        {
            "text" => LabelValues.Of(["a", "b c", "ü"]),
            "single" => new LabelValues<float>(NumberDataViewType.Single, [0.1f, float.NaN, -1e-20f]),
            "int" => new LabelValues<int>(NumberDataViewType.Int32, [3, -1, int.MaxValue]),
            _ => new LabelValues<bool>(BooleanDataViewType.Instance, [false, true]),
        };

        var read = LabelValues.FromRecord(values.ToRecord());

        Assert.True(values.SameAs(read));
        Assert.Equal(values.GetType(), read.GetType());
    }

    private static SequenceColumn Column(IDataView view, string name, int? option) => SequenceColumn.Of(view.Schema[name], option, "Channels");

    /// <summary>Rows under the keys of the usual ones.</summary>
    private IDataView Keyed(IEnumerable<FixedRow> rows)
        => _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(_ml.Data.LoadFromEnumerable(Samples.Fixed())).Transform(_ml.Data.LoadFromEnumerable(rows));

    private string FitError<TException>(IDataView view, int? channels = null)
        where TException : Exception
        => Assert.Throws<TException>(() => _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels)).Fit(view)).Message;
}
