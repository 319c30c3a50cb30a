using Microsoft.ML.Data;
using static Microsoft.ML.StateSpace.Tests.Tables.Readings;

namespace Microsoft.ML.StateSpace.Tests.Tables;

public class ToSequencesTests
{
    [Fact]
    public void AGroup_IsOneSequence()
    {
        var view = Ml.Data.ToSequences(View(Of(2, 1, 3)), Options);

        Column(view, "Machine").Should().Equal("a", "b", "c");
        Column(view, "Features").Should().Equal("0,1", "2", "3,4,5");
        Column(view, "FirstRow").Should().Equal("0", "2", "3");
        Column(view, "LastRow").Should().Equal("1", "2", "5");
        view.GetRowCount().Should().BeNull();
    }

    [Fact]
    public void NumbersOfAnyType_BecomeChannelsOfSingle()
    {
        var view = Ml.Data.ToSequences(
            View(Of(2, 1)), Options with { FeatureColumnNames = ["Count", "Flow", "Pressure", "Valve"] });

        view.Schema["Features"].Type.Should().Be(new VectorDataViewType(NumberDataViewType.Single, 0, 4));
        Column(view, "Features").Should().Equal("0,0,0,0,1,-1,1,1", "2,-2,2,0");
        Names(view).Should().Equal("Count", "Flow", "Pressure", "Valve");
    }

    [Fact]
    public void WithoutAGroupColumn_TheTableIsOneSequence()
    {
        var view = Ml.Data.ToSequences(View(Of(2, 1)), Options with { GroupColumnName = null });

        view.Schema.Select(column => column.Name).Should().Equal("Features", "FirstRow", "LastRow");
        Column(view, "Features").Should().Equal("0,1,2");
    }

    [Fact]
    public void AnEmptyTable_HasNoSequences()
        => Column(Ml.Data.ToSequences(View([]), Options), "Features").Should().BeEmpty();

    [Fact]
    public void AConstantLabel_KeepsItsType()
    {
        var view = Ml.Data.ToSequences(View(Of(2, 2)), Options with { LabelColumnNames = ["Fault"] });

        view.Schema["Label"].Type.Should().Be(TextDataViewType.Instance);
        Column(view, "Label").Should().Equal("none", "leak");
    }

    [Fact]
    public void SeveralConstantLabels_AreAVector()
    {
        var rows = Of(2, 2);
        foreach (var row in rows)
            (row.Load, row.Count) = row.Machine == "a" ? (1.5f, 2) : (3.5f, 4);

        var view = Ml.Data.ToSequences(View(rows), Options with { LabelColumnNames = ["Load", "Count"] });

        view.Schema["Label"].Type.Should().Be(new VectorDataViewType(NumberDataViewType.Single, 2));
        Column(view, "Label").Should().Equal("1.5,2", "3.5,4");
    }

    [Fact]
    public void ALabelARow_IsAVector()
    {
        var options = Options with { LabelColumnNames = ["Load"], Target = TableTarget.EveryStep };

        Column(Ml.Data.ToSequences(View(Of(2, 1)), options), "Label").Should().Equal("100,101", "102");
        Column(Ml.Data.ToSequences(View(Of(2, 1)), options with { LabelColumnNames = ["Load", "Valve"] }), "Label")
            .Should().Equal("100,0,101,1", "102,0");
        Column(Ml.Data.ToSequences(View(Of(2, 1)), options with { LabelColumnNames = ["Fault"] }), "Label")
            .Should().Equal("none,none", "leak");
    }

    [Fact]
    public void ALabelThatChangesInsideOfAGroup_NamesGroupRowAndBothValues()
    {
        var rows = Of(2, 3);
        rows[4].Fault = "none";

        var view = Ml.Data.ToSequences(View(rows), Options with { LabelColumnNames = ["Fault"] });

        Invoking(() => Column(view, "Label")).Should().Throw<InvalidOperationException>()
            .WithMessage("Row 4: *group 'b'*'Fault'*from 'leak' to 'none'*");
        Column(view, "Features").Should().HaveCount(2, "the label is not read where it is not asked for");
    }

    [Fact]
    public void AGroupThatComesAgain_NamesRowAndGroup()
    {
        var view = Ml.Data.ToSequences(View([.. Of(2, 1), .. Of(1)]), Options);

        Invoking(() => Column(view, "Features")).Should().Throw<InvalidOperationException>()
            .WithMessage("Row 3: group 'a' of column 'Machine' goes on here*SortsRows*");
    }

    [Fact]
    public void AKeyColumn_IsASequenceOfTokens()
    {
        var data = View(Of(2, 2));
        var keyed = Ml.Transforms.Conversion.MapValueToKey("Token", "Fault").Fit(data).Transform(data);

        var view = Ml.Data.ToSequences(keyed, Options with { FeatureColumnNames = ["Token"] });

        ((VectorDataViewType)view.Schema["Features"].Type).ItemType.Should().Be(keyed.Schema["Token"].Type);
        Column(view, "Features").Should().Equal("1,1", "2,2");
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Features"].GetKeyValues(ref names);
        names.DenseValues().Select(name => name.ToString()).Should().Equal("none", "leak");
    }

    [Fact]
    public void VectorsOfKnownSize_AreChannels()
    {
        var data = View(Of(2));
        var joined = Ml.Transforms.Concatenate("Both", "Pressure", "Load").Fit(data).Transform(data);

        var view = Ml.Data.ToSequences(joined, Options with { FeatureColumnNames = ["Hour", "Both"] });

        Column(view, "Features").Should().Equal("0,0,100,1,1,101");
        Names(view).Should().Equal("Hour", "Both.Pressure", "Both.Load");
    }

    [Fact]
    public void SortedRows_AreThoseOfATableInOrder()
    {
        var rows = Of(5, 1, 7);
        new Random(3).Shuffle(rows);
        string[] groups = [.. rows.Select(row => row.Machine).Distinct()];

        var view = Ml.Data.ToSequences(View(rows), Options with { OrderColumnName = "Time", SortsRows = true });

        Column(view, "Machine").Should().Equal(groups);
        Column(view, "Features").Should().Equal(groups.Select(
            group => string.Join(",", rows.Where(row => row.Machine == group).Select(row => row.Count).Order())));
    }

    [Fact]
    public void RowsOutOfOrder_AreNamed()
    {
        var rows = Of(3);
        rows[2].Hour = 0.5f;

        var view = Ml.Data.ToSequences(View(rows), Options with { OrderColumnName = "Hour" });

        Invoking(() => Column(view, "FirstRow")).Should().Throw<InvalidOperationException>()
            .WithMessage("Row 2: column 'Hour' goes back, from 1 to 0.5*SortsRows*");
    }

    private static IEnumerable<string> Names(IDataView view)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Features"].Annotations.GetValue("ChannelNames", ref names);
        return names.DenseValues().Select(name => name.ToString());
    }
}
