using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Forecasting;

/// <summary>An exported forecaster answers as its engine does, row by row and for whole series.</summary>
public sealed class ForecastLaws
{
    private const double Near = 1e-4;

    private static readonly string[] Outputs = ["forecast", "lower_bound", "upper_bound"];

    public static TheoryData<string> Names => SeriesCases.Names;

    // All series side by side, which begin one after the other, so each has another age.
    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_AnswerAsTheEngine(string name)
    {
        var (model, rows) = SeriesCases.Create(name);
        var series = Series(model, rows);
        using var session = Session(model, OnnxForm.Step);
        int size = StateSize(session);
        var engines = series.Select(_ => model.CreateForecastEngine()).ToArray();
        var states = series.Select(_ => new double[size]).ToArray();
        Difference[] differences = [new(), new(), new()];
        for (int time = 0; time < series[0].Rows.Length + series.Length - 1; time++)
        {
            int[] active = [.. Enumerable.Range(0, series.Length).Where(i => time - i >= 0 && time - i < series[i].Rows.Length)];
            // Some have no rows ahead, some fewer than the horizon.
            int ahead = Math.Min((time * 5) % (engines[0].Horizon + 1), active.Min(i => series[i].Rows.Length - 1 - (time - i)));
            using var inputs = new SeriesInputs();
            inputs.Add("row", [.. active.SelectMany(i => series[i].Rows[time - i])], active.Length, engines[0].InputLength);
            inputs.Add("state", active.SelectMany(i => states[i]).ToArray(), active.Length, size);
            if (engines[0].KnownAhead > 0)
                inputs.Add(
                    "known_ahead", [.. active.SelectMany(i => series[i].Ahead(time - i, ahead))], active.Length, ahead,
                    engines[0].KnownAhead);
            var results = inputs.Run(session, [.. Outputs, "next_state"]);
            foreach (var (i, place) in active.Select((i, place) => (i, place)))
            {
                engines[i].Observe(series[i].Rows[time - i]);
                Compare(engines[i], series[i].Ahead(time - i, ahead), results, place, active.Length, differences);
                results[3].GetTensorDataAsSpan<double>().Slice(place * size, size).CopyTo(states[i]);
            }
        }
        differences.Max(difference => difference.Relative).Should().BeLessThan(Near);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Series_AnswerAsTheEngineBehindTheirLastRow(string name)
    {
        var (model, rows) = SeriesCases.Create(name);
        var series = Series(model, rows);
        using var session = Session(model, OnnxForm.Sequences);
        int[] lengths = [.. series.Select((one, i) => Math.Max(0, one.Rows.Length - model.Options.Horizon - 40 * i)), 0, 1];
        series = [.. series, series[0], series[1]];
        int longest = lengths.Max() + 3, width = series[0].Rows[0].Length;
        using var inputs = new SeriesInputs();
        // What stands behind the last row would be noticed.
        float[] Row(int i, int time) => time < lengths[i] ? series[i].Rows[time] : [.. Enumerable.Repeat(1e6f, width)];
        inputs.Add(
            "rows", [.. series.SelectMany((_, i) => Enumerable.Range(0, longest).SelectMany(time => Row(i, time)))], series.Length, longest,
            width);
        inputs.Add("lengths", [.. lengths.Select(length => (long)length)], series.Length);
        int known = model.CreateForecastEngine().KnownAhead, horizon = model.Options.Horizon;
        if (known > 0)
            inputs.Add(
                "known_ahead", [.. series.SelectMany((one, i) => one.Ahead(lengths[i] - 1, horizon))], series.Length, horizon, known);

        var results = inputs.Run(session, Outputs);

        Difference[] differences = [new(), new(), new()];
        for (int i = 0; i < series.Length; i++)
        {
            var engine = model.CreateForecastEngine();
            foreach (float[] row in series[i].Rows[..lengths[i]])
                engine.Observe(row);
            Compare(engine, series[i].Ahead(lengths[i] - 1, horizon), results, i, series.Length, differences);
        }
        differences.Max(difference => difference.Relative).Should().BeLessThan(Near);
    }

    [Fact]
    public void Networks_AreAmongTheCases()
    {
        string[] names =
        [
            .. ((IEnumerable<object[]>)SeriesCases.Names).Select(row => (string)row[0])
                .Where(name => name.Contains("network", StringComparison.Ordinal)),
        ];
        names.Should().NotBeEmpty();
        foreach (string name in names)
            SeriesCases.Create(name).Model.NetworkWeight.Should().BePositive(name);
    }

    [Fact]
    public void Metadata_NamesColumns()
    {
        var (model, _) = SeriesCases.Create("All columns");
        using var session = Session(model, OnnxForm.Step);
        var texts = session.ModelMetadata.CustomMetadataMap;

        texts["task"].Should().Be("Forecasting");
        JsonSerializer.Deserialize<string[]>(texts["row_columns"]).Should().Equal("Sales", "Visits", "Queue", "Plan", "Kind");
        JsonSerializer.Deserialize<Dictionary<string, string>>(texts["columns"]).Should().Equal(new Dictionary<string, string>
        {
            ["forecast"] = "Forecast", ["lower_bound"] = "Lower", ["upper_bound"] = "Upper",
        });
    }

    [Fact]
    public void File_HoldsWhatTheStreamGets()
    {
        var (model, _) = SeriesCases.Create("One target");
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}", "model.onnx");
        using var stream = new MemoryStream();
        try
        {
            model.SaveAsOnnx(path);
            model.SaveAsOnnx(stream);

            File.ReadAllBytes(path).Should().Equal(stream.ToArray());
            stream.CanWrite.Should().BeTrue("the stream stays open");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    // The graph itself takes what FileSizeTests allows it, too; it does not grow with the horizon.
    [Theory]
    [InlineData(null)]
    [InlineData(100)]
    public void File_IsAboutAsLargeAsTheWeights(int? trained)
    {
        var options = SeriesCases.Create("All columns").Model.Options with { Horizon = 200, TrainedHorizon = trained };
        var rows = SeriesCases.Ml.Data.LoadFromEnumerable(SeriesRow.Table(2, 600));
        var model = SeriesCases.Ml.Forecasting.ForecastByStateSpace(options).Fit(rows);
        long weights = sizeof(double) * (long)model.Model.Weights.Length;

        foreach (var form in Enum.GetValues<OnnxForm>())
        {
            using var stream = new MemoryStream();
            model.SaveAsOnnx(stream, new OnnxExportOptions { Form = form });
            stream.Length.Should().BeLessThan((long)(1.1 * weights) + 100_000, "the weights have {0} bytes ({1})", weights, form);
            weights.Should().BeGreaterThan(100_000);
        }
    }

    private static SeriesOfCase[] Series(ForecastingTransformer model, SeriesRow[] rows)
        => [.. rows.GroupBy(row => row.Shop).Select(shop => new SeriesOfCase(model.Options, [.. shop]))];

    private static void Compare(
        ForecastEngine engine, float[] ahead, IReadOnlyList<OrtValue> results, int place, int count, Difference[] differences)
    {
        float[][] expected = [[.. engine.Forecast(ahead)], [.. engine.LowerBound], [.. engine.UpperBound]];
        for (int output = 0; output < expected.Length; output++)
        {
            var all = results[output].GetTensorDataAsSpan<float>();
            int stride = all.Length / count;
            differences[output].Add(expected[output], all.Slice(place * stride, stride));
        }
    }

    private static int StateSize(InferenceSession session)
        => int.Parse(session.ModelMetadata.CustomMetadataMap["state_size"], System.Globalization.CultureInfo.InvariantCulture);

    private static InferenceSession Session(ForecastingTransformer model, OnnxForm form)
    {
        using var stream = new MemoryStream();
        model.SaveAsOnnx(stream, new OnnxExportOptions { Form = form });
        return new InferenceSession(stream.ToArray());
    }

    /// <summary>The rows of one series as an engine takes them.</summary>
    private sealed class SeriesOfCase(ForecastingOptions options, SeriesRow[] rows)
    {
        public float[][] Rows { get; } = [.. rows.Select(row => SeriesCases.Values(options, row))];

        public float[] Ahead(int row, int count)
            => [.. rows.Skip(row + 1).Take(count).SelectMany(next => SeriesCases.Ahead(options, next))];
    }
}
