using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Data;

public class SequenceReaderTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Read_OfClasses_KeepsValuesAndClassesInRowOrder()
    {
        var rows = Samples.Variable();
        var view = Views.Keyed(_ml, rows);

        var set = SequenceReader.Read(view, Column(view, "Features", 2), new ClassTarget(view.Schema["Label"]));

        set.Count.Should().Be(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            set.Values(i).Should().BeBitwise(rows[i].Features);
            set.Classes(i)[0].Should().Be(i % 3);
            set.Length(i).Should().Be(rows[i].Features.Length / 2);
        }
    }

    [Fact]
    public void Read_OfClasses_GivesTokensAsNumbersFromOne()
    {
        var rows = Samples.Tokens();
        var view = Views.Keyed(_ml, rows);
        var column = Column(view, "Features", null);

        var set = SequenceReader.Read(view, column, new ClassTarget(view.Schema["Label"]));

        column.Vocabulary.Should().Be(5);
        Enumerable.Range(0, set.Count)
            .Should().AllSatisfy(i => set.Values(i).Should().BeBitwise(rows[i].Features.Select(token => (float)token)));
    }

    [Fact]
    public void Read_OfTargets_KeepsBothSequences()
    {
        var rows = Samples.VariableSignals();
        var view = _ml.Data.LoadFromEnumerable(rows);

        var set = SequenceReader.Read(
            view, Column(view, "Input", 2), ValueTarget.OfSteps(view.Schema["Target"], 2, "Outputs"));

        for (int i = 0; i < rows.Length; i++)
        {
            set.Values(i).Should().BeBitwise(rows[i].Input);
            set.TargetsOf(i).Should().BeBitwise(rows[i].Target);
        }
    }

    [Theory]
    [InlineData(null, 2)] // the last dimension
    [InlineData(3, 3)] // the option wins
    public void Of_TakesChannelsFromOptionThenDimensions(int? option, int expected)
    {
        var view = Views.Keyed(_ml, Samples.Dimensioned());

        Column(view, "Features", option).Channels.Should().Be(expected);
    }

    [Fact]
    public void Fit_NamesRowColumnAndRemedyOfMissingValue()
    {
        var rows = Samples.Dimensioned();
        rows[7].Features[5] = float.NaN;

        string message = Invoking(() => _ml.Transforms.StateSpace.SequenceClassification(
                Views.Options() with { MissingValues = MissingValues.Error }).Fit(Views.Keyed(_ml, rows)))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message;

        message.Should().Contain("Row 7");
        message.Should().Contain("'Features'");
        message.Should().Contain("time step 2, channel 1");
        message.Should().Contain("ReplaceMissingValues");
    }

    [Fact]
    public void Fit_RefusesEmptySequence()
    {
        var rows = Samples.Variable();
        rows[3].Features = [];

        FitError<InvalidOperationException>(Views.Keyed(_ml, rows), channels: 2).Should().Contain("Row 3");
    }

    [Fact]
    public void Fit_RefusesVariableSizeThatIsNoWholeNumberOfSteps()
    {
        var rows = Samples.Variable();
        rows[4].Features = new float[7];

        string message = FitError<InvalidOperationException>(Views.Keyed(_ml, rows), channels: 2);

        message.Should().Contain("Row 4");
        message.Should().Contain("Channels");
    }

    [Fact]
    public void Fit_RefusesKnownSizeThatChannelsDoNotDivide()
        => FitError<InvalidOperationException>(Views.Fixed(_ml), channels: 5).Should().Contain("Channels");

    [Fact]
    public void Fit_RefusesChannelsBelowOne()
        => FitError<ArgumentOutOfRangeException>(Views.Fixed(_ml), channels: 0).Should().Contain("Channels");

    [Fact]
    public void Fit_RefusesNoRows()
        => FitError<InvalidOperationException>(Keyed([])).Should().Contain("no rows");

    [Fact]
    public void Fit_RefusesMissingLabel()
    {
        var rows = Samples.Fixed();
        rows[2].Name = "unheard of";

        string message = FitError<InvalidOperationException>(Keyed(rows));

        message.Should().Contain("Row 2");
        message.Should().Contain("'Label'");
    }

    [Fact]
    public void Fit_RefusesOneClassAlone()
    {
        var rows = Samples.Fixed().Where(r => r.Name == "slow").ToArray();

        FitError<InvalidOperationException>(Views.Keyed(_ml, rows)).Should().Contain("at least two");
    }

    [Fact]
    public void Fit_RefusesRowsThatAreAllOfOneClass()
        => FitError<InvalidOperationException>(Keyed(Samples.Fixed().Where(r => r.Name == "fast")))
            .Should().Contain("at least two classes");

    [Fact]
    public void Fit_NamesTheColumnsThereAreWhenOneIsMissing()
    {
        var view = _ml.Transforms.CopyColumns("Series", "Features").Append(_ml.Transforms.DropColumns("Features")).Fit(Views.Fixed(_ml))
            .Transform(Views.Fixed(_ml));

        string message = FitError<ArgumentOutOfRangeException>(view);

        message.Should().Contain("'Features'");
        message.Should().Contain("'Series'");
    }

    [Fact]
    public void Fit_SaysHowToMakeALabelAKey()
    {
        var rows = _ml.Data.LoadFromEnumerable(Samples.Fixed());
        var estimator = _ml.MulticlassClassification.Trainers.StateSpace(labelColumnName: "Name");

        Invoking(() => estimator.Fit(rows))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which.Message.Should().Contain("MapValueToKey");
    }

    [Fact]
    public void Fit_RefusesTargetsThatDoNotMatchTheSteps()
    {
        var rows = Samples.VariableSignals();
        rows[5].Target = [1, 2, 3];
        var estimator = _ml.Transforms.StateSpace.SequenceToSequence(channels: 2, outputs: 2);

        string message = Invoking(() => estimator.Fit(_ml.Data.LoadFromEnumerable(rows)))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message;

        message.Should().Contain("Row 5");
        message.Should().Contain("Outputs");
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

        values.SameAs(read).Should().BeTrue();
        read.GetType().Should().Be(values.GetType());
    }

    private static SequenceColumn Column(IDataView view, string name, int? option)
        => SequenceColumn.Of(view.Schema[name], option, "Channels");

    /// <summary>Rows under the keys of the usual ones.</summary>
    private IDataView Keyed(IEnumerable<FixedRow> rows)
        => _ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(_ml.Data.LoadFromEnumerable(Samples.Fixed()))
            .Transform(_ml.Data.LoadFromEnumerable(rows));

    private string FitError<TException>(IDataView view, int? channels = null)
        where TException : Exception
        => Invoking(() => _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels)).Fit(view))
            .Should().ThrowExactly<TException>().Which.Message;
}
