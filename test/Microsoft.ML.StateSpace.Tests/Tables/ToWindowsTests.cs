using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Tables.Readings;

namespace Microsoft.ML.StateSpace.Tests.Tables;

public class ToWindowsTests
{
    [Fact]
    public void Windows_StayInsideOfGroups()
    {
        var view = Ml.Data.ToWindows(View(Of(4, 1, 3)), Windows(3));

        view.Schema["Features"].Type.Should().Be(new VectorDataViewType(NumberDataViewType.Single, 3));
        Column(view, "Machine").Should().Equal("a", "a", "c");
        Column(view, "Features").Should().Equal("0,1,2", "1,2,3", "5,6,7");
        Column(view, "FirstRow").Should().Equal("0", "1", "5");
        Column(view, "LastRow").Should().Equal("2", "3", "7");
    }

    /// <summary>Every choice against windows that are cut from the rows of each group in the plainest way.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Windows_AreThoseOfANaiveCut(bool keepsIncomplete, bool lastOnly)
    {
        var rows = Of(9, 1, 25, 3, 2, 4);
        foreach (int length in new[] { 1, 2, 3, 7, 30 })
            foreach (int stride in new[] { 1, 2, 5, 40 })
                foreach (int horizon in new[] { 0, 1, 3, 40 })
                    foreach (var target in Enum.GetValues<TableTarget>())
                    {
                        var options = Windows(length, stride) with
                        {
                            KeepsIncomplete = keepsIncomplete, LastOnly = lastOnly, Horizon = horizon, LabelColumnNames = ["Load"],
                            Target = target,
                        };
                        var view = Ml.Data.ToWindows(View(rows), options);
                        var naive = NaiveWindows.Of(rows, options);

                        Column(view, "Features").Should().Equal(naive.Select(window => window.Features), $"{options}");
                        Column(view, "Label").Should().Equal(naive.Select(window => window.Label), $"{options}");
                    }
    }

    [Fact]
    public void LongGroups_HaveTheWindowsOfANaiveCut()
    {
        var rows = Of(7000, 3);
        var options = Windows(300, 77) with { KeepsIncomplete = true, LabelColumnNames = ["Load"], Horizon = 5 };

        var view = Ml.Data.ToWindows(View(rows), options);

        Column(view, "Features").Should().Equal(NaiveWindows.Of(rows, options).Select(window => window.Features));
    }

    [Fact]
    public void WithoutLabels_NoWindowIsLeftOutForTheHorizon()
        => Column(Ml.Data.ToWindows(View(Of(3)), Windows(3) with { Horizon = 2 }), "Features").Should().Equal("0,1,2");

    [Fact]
    public void TheLastWindow_HasAMissingLabelWhereItLiesBeyondTheGroup()
    {
        var options = Windows(2) with { LastOnly = true, Horizon = 1 };
        string[] Labels(string column) => Column(Ml.Data.ToWindows(View(Of(3)), options with { LabelColumnNames = [column] }), "Label");

        Labels("Load").Should().Equal("NaN");
        Labels("Flow").Should().Equal("NaN");
        Labels("Fault").Should().Equal("");
        Labels("Count").Should().Equal("0");
    }

    [Fact]
    public void SlotNames_AreThoseOfColumnsAndSteps()
    {
        var view = Ml.Data.ToWindows(View(Of(3)), 2, "Machine", ["Pressure", "Flow"]);

        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Features"].GetSlotNames(ref names);
        names.DenseValues().Select(name => name.ToString()).Should().Equal("Pressure[0]", "Flow[0]", "Pressure[1]", "Flow[1]");
    }

    [Fact]
    public void Cursors_DoNotDisturbOneAnother()
    {
        var view = Ml.Data.ToWindows(View(Of(40, 50, 60)), Windows(4, 3));
        string[] expected = Column(view, "Features");

        string[][] read = new string[8][];
        Parallel.For(0, read.Length, i => read[i] = Column(view, "Features"));

        read.Should().AllSatisfy(values => values.Should().Equal(expected));
    }

    [Fact]
    public void MissingValues_PassThrough()
    {
        var rows = Of(3);
        rows[1].Pressure = float.NaN;

        Column(Ml.Data.ToWindows(View(rows), Windows(2)), "Features").Should().Equal("0,NaN", "NaN,2");
    }

    /// <summary>Every whole number of the options is enrolled by being there.</summary>
    [Fact]
    public void NumbersOutOfRange_AreRefusedByName()
    {
        var numbers = typeof(WindowOptions).GetProperties().Where(option => option.PropertyType == typeof(int) && option.CanWrite);
        foreach (var option in numbers)
            foreach (int value in new[] { int.MinValue, -1, WindowOptions.Largest + 1, int.MaxValue })
            {
                var options = Windows(3);
                option.SetValue(options, value);

                Invoking(() => Ml.Data.ToWindows(View(Of(3)), options)).Should().Throw<ArgumentOutOfRangeException>()
                    .WithParameterName(option.Name);
            }
        numbers.Should().HaveCount(3);
    }

    [Fact]
    public void ChannelsOfImportance_AreNamedByTheColumns()
    {
        var windows = Ml.Data.ToWindows(View(Of(20, 20)), 4, "Machine", ["Hour", "Valve"], labelColumnName: "Load");
        var model = Ml.Regression.Trainers.StateSpace(
            new SequenceRegressionOptions { Architecture = Samples.Small, Training = Samples.Quick }).Fit(windows);

        Ml.Transforms.StateSpace.SequenceImportance(model, windows, repeats: 1, stretches: 0).Channels.Select(channel => channel.Name)
            .Should().Equal("Hour", "Valve");
    }

    [Fact]
    public void AWindowOfManyRows_FitsWhereItsVectorDoes()
    {
        var options = Windows(WindowOptions.Largest) with { FeatureColumnNames = [.. Enumerable.Repeat("Pressure", 3000)] };

        Invoking(() => Ml.Data.ToWindows(View(Of(2)), options)).Should().Throw<InvalidOperationException>().WithMessage("*Set Length*");
    }
}
