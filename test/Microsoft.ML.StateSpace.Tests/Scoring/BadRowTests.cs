using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Scoring;

/// <summary>
/// A row that cannot be scored or read: the exception is the same wherever the row stands, and belongs to it. The rows before it are
/// delivered, and so are those behind it to whoever does not ask the bad one.
/// </summary>
public class BadRowTests
{
    private const int Rows = 150;

    private readonly MLContext _ml = new(seed: 1);

    /// <summary>The first row, the second, in the midst of what is read ahead, at the start of a read, and far behind.</summary>
    public static TheoryData<int> Places => [0, 1, 2, 5, 63, 64, 127, 149];

    [Theory]
    [MemberData(nameof(Places))]
    public void CreateEnumerable_DeliversTheRowsBeforeIt_ThenThrowsWhatARowAloneThrows(int place)
    {
        var model = Fit();
        var rows = WithABadOne(place);

        var delivered = new List<Answer>();
        var reading = () =>
        {
            var scored = model.Transform(_ml.Data.LoadFromEnumerable(rows));
            foreach (var row in _ml.Data.CreateEnumerable<Answer>(scored, reuseRowObject: false))
                delivered.Add(row);
        };

        reading.Should().ThrowExactly<InvalidOperationException>().WithMessage($"Row {place}: *no whole number of time steps*");
        delivered.Should().HaveCount(place);
        var expected = model.Transform(_ml.Data.LoadFromEnumerable(Good())).GetColumn<float[]>("Score").Take(place);
        delivered.Select(row => row.Score).Should().BeBitwise(expected);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Cursor_GoesOnBehindIt_AndItsOtherColumnsCanBeRead(int place)
    {
        var scored = Fit().Transform(_ml.Data.LoadFromEnumerable(WithABadOne(place)));
        using var cursor = scored.GetRowCursor([scored.Schema["Score"], scored.Schema["Features"]]);
        var score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        var features = cursor.GetGetter<VBuffer<float>>(scored.Schema["Features"]);
        VBuffer<float> value = default;
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            features(ref value);
            value.Length.Should().Be(count == place ? 7 : 6);
            var read = () => score(ref value);
            if (count != place)
                read();
            for (int again = 0; again < 2 && count == place; again++)
                read.Should().ThrowExactly<InvalidOperationException>().WithMessage($"Row {place}: *");
        }
        count.Should().Be(Rows);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Source_ThatFailsToMoveOn_StillDeliversTheRowsBefore(int place)
    {
        IEnumerable<VariableRow> Broken() => Good().Take(place).Concat(Fail());
        var scored = Fit().Transform(_ml.Data.LoadFromEnumerable(Broken()));

        var delivered = new List<Answer>();
        Invoking(() =>
        {
            foreach (var row in _ml.Data.CreateEnumerable<Answer>(scored, reuseRowObject: false))
                delivered.Add(row);
        }).Should().ThrowExactly<IOException>().WithMessage("the disk is gone");
        delivered.Should().HaveCount(place);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Source_ThatFailsToGiveAValue_IsHeardAtThatRow(int place)
    {
        var rows = Good().Select((row, i) => new FaultyRow(row.Features, isBad: i == place));
        using var cursor = Scores(Fit().Transform(_ml.Data.LoadFromEnumerable(rows)), out var score);
        VBuffer<float> value = default;
        for (int i = 0; i < Rows; i++)
        {
            cursor.MoveNext().Should().BeTrue();
            var read = () => score(ref value);
            if (i == place)
                read.Should().ThrowExactly<IOException>();
            else
                read();
        }
    }

    [Fact]
    public void Preview_OfGoodRows_DoesNotStumbleOverABadOneBehindThem()
    {
        var scored = Fit().Transform(_ml.Data.LoadFromEnumerable(WithABadOne(101)));

        scored.Preview(maxRows: 101).RowView.Should().HaveCount(101);
    }

    [Fact]
    public void PredictionEngine_AsksABadRowAgain_AndHearsTheSame()
    {
        using var engine = _ml.Model.CreatePredictionEngine<VariableRow, Answer>(Fit());
        float[] good = engine.Predict(Good()[0]).Score;

        for (int again = 0; again < 2; again++)
            Invoking(() => engine.Predict(new VariableRow { Features = new float[7] }))
                .Should().ThrowExactly<InvalidOperationException>().WithMessage("*no whole number of time steps*");
        engine.Predict(Good()[0]).Score.Should().BeBitwise(good);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Fit_NamesTheRow_WhereverItStands(int place)
        => Invoking(() => _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 2))
                .Fit(Views.Keyed(_ml, WithABadOne(place))))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage($"Row {place}: *no whole number of time steps*");

    private SequenceClassificationTransformer Fit()
        => _ml.Transforms.StateSpace.SequenceClassification(Views.Options(channels: 2)).Fit(Views.Keyed(_ml, Samples.Variable()));

    private static DataViewRowCursor Scores(IDataView scored, out ValueGetter<VBuffer<float>> score)
    {
        var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        return cursor;
    }

    private static VariableRow[] Good()
        => [.. Enumerable.Range(0, Rows).Select(i => new VariableRow { Features = Draw.Uniform(6, -1, 1, i), Name = $"{i % 3}" })];

    private static VariableRow[] WithABadOne(int place)
    {
        var rows = Good();
        rows[place].Features = new float[7]; // three and a half steps of two channels
        return rows;
    }

    private static IEnumerable<VariableRow> Fail()
    {
        yield return Throw();
        static VariableRow Throw() => throw new IOException("the disk is gone");
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class FaultyRow(float[] features, bool isBad)
    {
        public float[] Features => isBad ? throw new IOException("no such file") : features;
    }
}
