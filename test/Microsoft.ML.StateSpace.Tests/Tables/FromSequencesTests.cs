using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Tables.Readings;

namespace Microsoft.ML.StateSpace.Tests.Tables;

public class FromSequencesTests
{
    [Fact]
    public void AnswersOfSteps_GoToTheirRows()
    {
        var table = View(Of(3, 1, 2));
        var options = Options with { Target = TableTarget.EveryStep };
        var sequences = Ml.Data.ToSequences(table, options);

        var joined = Ml.Data.FromSequences(Copy(sequences, "Output"), table, options);

        joined.Schema["Output"].Type.Should().Be(NumberDataViewType.Single);
        Column(joined, "Output").Should().Equal("0", "1", "2", "3", "4", "5");
        Column(joined, "Machine").Should().Equal("a", "a", "a", "b", "c", "c");
        joined.GetRowCount().Should().Be(table.GetRowCount());
    }

    [Fact]
    public void AnAnswerOfAGroup_GoesToAllOfItsRows()
    {
        var table = View(Of(2, 3));

        var joined = Ml.Data.FromSequences(Copy(Ml.Data.ToSequences(table, Options), "Output", "LastRow"), table, Options);

        Column(joined, "Output").Should().Equal("1", "1", "4", "4", "4");
    }

    /// <summary>Every choice against a search through all windows for each row.</summary>
    [Theory]
    [InlineData(TableTarget.Sequence)]
    [InlineData(TableTarget.EveryStep)]
    public void AnswersOfWindows_AreThoseOfANaiveSearch(TableTarget target)
    {
        int[] lengths = [9, 1, 25, 3, 12];
        var rows = Of(lengths);
        var table = View(rows);
        foreach (int length in new[] { 1, 3, 7 })
            foreach (int stride in new[] { 1, 3, 11 })
                foreach (int horizon in new[] { 0, 2 })
                    foreach (bool incomplete in new[] { false, true })
                        foreach (bool lastOnly in new[] { false, true })
                        {
                            var options = Windows(length, stride) with
                            {
                                Horizon = horizon, KeepsIncomplete = incomplete, LastOnly = lastOnly, Target = target,
                                LabelColumnNames = ["Load"],
                            };
                            var windows = Ml.Data.ToWindows(table, options);
                            var answers = target == TableTarget.EveryStep ? Copy(windows, "Output")
                                : Ml.Transforms.Conversion.ConvertType("Output", "LastRow").Fit(windows).Transform(windows);

                            var joined = Ml.Data.FromSequences(answers, table, options, "Output");

                            Column(joined, "Output").Should().Equal(Naive(windows, rows, options), $"{options}");
                        }
    }

    [Fact]
    public void FilteredWindows_LeaveTheirRowsWithoutAnAnswer()
    {
        var table = View(Of(6));
        var options = Windows(2, 2) with { Target = TableTarget.EveryStep };
        var some = Ml.Data.FilterRowsByColumn(Double(Copy(Ml.Data.ToWindows(table, options), "Output")), "Place", 2, 3);

        Column(Ml.Data.FromSequences(some, table, options, "Output"), "Output").Should().Equal("NaN", "NaN", "2", "3", "NaN", "NaN");
    }

    [Fact]
    public void Keys_AreMissingWhereThereIsNoAnswer()
    {
        var data = View(Of(3, 2));
        var table = Ml.Transforms.Conversion.MapValueToKey("Tag", "Fault").Fit(data).Transform(data);
        var options = Windows(3) with { LabelColumnNames = ["Tag"], Target = TableTarget.EveryStep };

        var joined = Ml.Data.FromSequences(Copy(Ml.Data.ToWindows(table, options), "Answer", "Label"), table, options);

        joined.Schema["Answer"].Type.Should().BeOfType<KeyDataViewType>();
        Column(joined, "Answer").Should().Equal("1", "1", "1", "0", "0");
        VBuffer<ReadOnlyMemory<char>> names = default;
        joined.Schema["Answer"].GetKeyValues(ref names);
        names.Length.Should().Be(2);
    }

    [Fact]
    public void SeveralAnswersAStep_AreAVector()
    {
        var table = View(Of(2, 3));
        var options = Windows(2) with { FeatureColumnNames = ["Pressure", "Load"], Target = TableTarget.EveryStep };

        var joined = Ml.Data.FromSequences(Copy(Ml.Data.ToWindows(table, options), "Output"), table, options);

        joined.Schema["Output"].Type.Should().Be(new VectorDataViewType(NumberDataViewType.Single, 2));
        Column(joined, "Output").Should().Equal("0,100", "1,101", "2,102", "3,103", "4,104");
    }

    [Fact]
    public void SortedRows_ComeInTheirOrder()
    {
        var rows = Of(3, 4);
        new Random(5).Shuffle(rows);
        var table = View(rows);
        var options = Options with { SortsRows = true, OrderColumnName = "Time", Target = TableTarget.EveryStep };

        var joined = Ml.Data.FromSequences(Copy(Ml.Data.ToSequences(table, options), "Output"), table, options);

        Column(joined, "Output").Should().Equal(Column(joined, "Pressure")).And.NotEqual(Column(table, "Pressure"));
    }

    [Fact]
    public void ATableAlone_IsReadWithoutThePredictions()
    {
        var table = View(Of(3));
        var joined = Ml.Data.FromSequences(Copy(Ml.Data.ToSequences(table, Options), "Output"), table, Options);

        Column(joined, "Pressure").Should().Equal("0", "1", "2");
    }

    [Fact]
    public void AnotherTable_IsRefusedWithTheRow()
    {
        var sequences = Copy(Ml.Data.ToSequences(View(Of(3, 2)), Options), "Output", "LastRow");

        Invoking(() => Column(Ml.Data.FromSequences(sequences, View(Of(2, 2)), Options), "Output"))
            .Should().Throw<InvalidOperationException>().WithMessage("Row 2: *group 'b'*group 'a'*Give the table*");
        Invoking(() => Column(Ml.Data.FromSequences(sequences, View(Of(3, 1)), Options), "Output"))
            .Should().Throw<InvalidOperationException>().WithMessage("Row 4: the table ends here*rows 3 to 4*");
    }

    [Fact]
    public void AModelOfEveryStep_AnswersTheRowsOfItsTable()
    {
        var table = View(Of(12, 15, 9));
        var options = Windows(6, 3) with
        {
            FeatureColumnNames = ["Hour", "Valve"], LabelColumnNames = ["Load"], Target = TableTarget.EveryStep, KeepsIncomplete = true,
            FeatureOutputColumnName = "Input", LabelOutputColumnName = "Target",
        };
        var pipeline = Ml.Transforms.StateSpace.ToWindows(options).Append(Ml.Transforms.StateSpace.SequenceToSequence(
            new SequenceToSequenceOptions { Architecture = Samples.Small, Training = Samples.Quick }));

        var joined = Ml.Data.FromSequences(pipeline.Fit(table).Transform(table), table, options);

        Column(joined, "Output").Should().HaveCount(36).And.NotContain("NaN");
    }

    private static IDataView Copy(IDataView view, string name, string from = "Features")
        => Ml.Transforms.CopyColumns(name, from).Fit(view).Transform(view);

    private static IDataView Double(IDataView view)
        => Ml.Transforms.Conversion.ConvertType("Place", "FirstRow", DataKind.Double).Fit(view).Transform(view);

    private static string[] Naive(IDataView windows, Reading[] rows, WindowOptions options)
    {
        int[] first = [.. Column(windows, "FirstRow").Select(int.Parse)], last = [.. Column(windows, "LastRow").Select(int.Parse)];
        return [.. Enumerable.Range(0, rows.Length).Select(row =>
        {
            int source = row - options.Horizon;
            int window = options.Target == TableTarget.EveryStep
                ? Array.FindIndex(first, f => f <= source && source <= last[Array.IndexOf(first, f)]) : Array.IndexOf(last, source);
            bool isThere = window >= 0 && rows[first[window]].Machine == rows[row].Machine;
            return isThere ? source.ToString(CultureInfo.InvariantCulture) : "NaN";
        })];
    }
}
