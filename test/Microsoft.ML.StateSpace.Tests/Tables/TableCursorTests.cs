using Microsoft.ML.Data;
using static Microsoft.ML.StateSpace.Tests.Tables.Readings;

namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>What ML.NET asks of a cursor, and what reading costs.</summary>
public class TableCursorTests
{
    [Fact]
    public void ACursor_AnswersOnlyOnARow_AndOnlyWhatWasAskedFor()
    {
        var view = Ml.Data.ToSequences(View(Of(2, 3)), Options);
        using var cursor = view.GetRowCursor([view.Schema["Features"]]);
        var features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> values = default;

        cursor.Position.Should().Be(-1);
        Invoking(() => features(ref values)).Should().Throw<InvalidOperationException>().WithMessage("*MoveNext*");
        Invoking(() => cursor.GetGetter<long>(view.Schema["FirstRow"])).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("*not active*");
        Invoking(() => cursor.GetGetter<float>(view.Schema["Features"])).Should().Throw<InvalidOperationException>();
        cursor.IsColumnActive(view.Schema["FirstRow"]).Should().BeFalse();

        cursor.MoveNext().Should().BeTrue();
        cursor.MoveNext().Should().BeTrue();
        cursor.Position.Should().Be(1);
        features(ref values);
        values.DenseValues().Should().Equal(2, 3, 4);
        for (int i = 0; i < 3; i++)
            cursor.MoveNext().Should().BeFalse();
        Invoking(() => features(ref values)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Ids_AreUniqueAndTheSameEachTime()
    {
        var view = Ml.Data.ToWindows(View(Of(9, 4)), Windows(3, 2));

        Ids(view).Should().OnlyHaveUniqueItems().And.Equal(Ids(view));
    }

    [Fact]
    public void OnlyColumnsThatAreAskedFor_AreReadOfTheTable()
    {
        var table = new Watched(View(Of(3, 4)));
        var view = Ml.Data.ToSequences(
            table, Options with { OrderColumnName = "Hour", FeatureColumnNames = ["Pressure", "Flow"], LabelColumnNames = ["Fault"] });

        Column(view, "FirstRow");
        table.Asked.Should().BeEquivalentTo("Machine", "Hour");
        Column(view, "Label");
        table.Asked.Should().BeEquivalentTo("Machine", "Hour", "Fault");
        Column(view, "Features");
        table.Asked.Should().BeEquivalentTo("Machine", "Hour", "Pressure", "Flow");
    }

    [Fact]
    public void AWindowAfterTheFirst_AllocatesNothing()
    {
        var options = Windows(20, 3) with
        {
            FeatureColumnNames = ["Pressure", "Flow", "Valve", "Count"], LabelColumnNames = ["Load"], Target = TableTarget.EveryStep,
            TimeColumnName = "Time", TimeUnit = 3600,
        };
        var view = Ml.Data.ToWindows(View(Of(4000)), options);
        using var cursor = view.GetRowCursor(view.Schema);
        string[] names = ["Features", "Label", "Intervals"];
        ValueGetter<VBuffer<float>>[] vectors = [.. names.Select(name => cursor.GetGetter<VBuffer<float>>(view.Schema[name]))];
        var buffers = new VBuffer<float>[3];
        void Read(int windows)
        {
            for (int i = 0; i < windows; i++)
            {
                cursor.MoveNext();
                for (int v = 0; v < vectors.Length; v++)
                    vectors[v](ref buffers[v]);
            }
        }
        Read(900);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(400);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        buffers[0].GetValues()[0].Should().Be(1299 * 3);
    }

    [Fact]
    public void MissingGroups_AreNamed()
    {
        var floats = Ml.Data.LoadFromEnumerable([new { Machine = 1f, Pressure = 1f }, new { Machine = float.NaN, Pressure = 1f }]);
        var rows = Of(2, 1);
        rows[2].Fault = "unheard of";
        var keys = Ml.Transforms.Conversion.MapValueToKey("Key", "Fault").Fit(View(Of(1))).Transform(View(rows));

        Invoking(() => Column(Ml.Data.ToSequences(floats, Options), "FirstRow")).Should().Throw<InvalidOperationException>()
            .WithMessage("Row 1: column 'Machine' names no group*");
        Invoking(() => Column(Ml.Data.ToSequences(keys, Options with { GroupColumnName = "Key" }), "FirstRow"))
            .Should().Throw<InvalidOperationException>().WithMessage("Row 2: column 'Key' names no group*");
    }

    private static List<DataViewRowId> Ids(IDataView view)
    {
        using var cursor = view.GetRowCursor([]);
        var read = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            read(ref id);
            ids.Add(id);
        }
        return ids;
    }

    /// <summary>Knows which columns the last cursor was made for.</summary>
    private sealed class Watched(IDataView view) : IDataView
    {
        public string[] Asked { get; private set; } = [];

        public DataViewSchema Schema => view.Schema;

        public bool CanShuffle => view.CanShuffle;

        public long? GetRowCount() => view.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        {
            Asked = [.. columnsNeeded.Select(column => column.Name)];
            return view.GetRowCursor(columnsNeeded, rand);
        }

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
            => [GetRowCursor(columnsNeeded, rand)];
    }
}
