using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Forecasting;

/// <summary>An exported detector of anomalies answers as its engine does.</summary>
public sealed class AnomalyLaws
{
    private const double Near = 1e-4;

    private static readonly AnomalyOptions Plain = new()
    {
        TargetColumnNames = ["Sales"], SeriesColumnName = "Shop", Season = 1, Threads = 2,
    };

    private static readonly Dictionary<string, AnomalyOptions> All = new()
    {
        ["Two-sided"] = Plain with { Confidence = 90 },
        ["Too large, spikes are not learned"] = Plain with { Side = AlertSide.Positive, LongestSpike = 2, Confidence = 95 },
        ["Too small, two targets, all columns"] = Plain with
        {
            TargetColumnNames = ["Sales", "Visits"], Side = AlertSide.Negative, Season = 8, KnownSoFarColumnNames = ["Queue"],
            KnownAheadColumnNames = ["Plan"], StaticColumnNames = ["Kind"], LongestSpike = 5,
        },
        ["Intervals"] = Plain with { IntervalColumnName = "Gap", KnownAheadColumnNames = ["Plan"] },
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_AnswerAsTheEngine(string name)
    {
        var (model, series) = Create(name);
        using var session = Session(model, OnnxForm.Step);
        int size = int.Parse(session.ModelMetadata.CustomMetadataMap["state_size"], System.Globalization.CultureInfo.InvariantCulture);
        var difference = new Difference();
        foreach (float[][] rows in series)
        {
            var engine = model.CreateAnomalyEngine();
            double[] state = new double[size];
            foreach (float[] row in rows)
            {
                using var inputs = new SeriesInputs();
                inputs.Add("row", row, 1, row.Length);
                inputs.Add("state", state, 1, size);
                var results = inputs.Run(session, ["anomaly", "next_state"]);
                difference.Add(Floats(engine.Score(row)), Floats(results[0].GetTensorDataAsSpan<double>()));
                state = results[1].GetTensorDataAsSpan<double>().ToArray();
            }
        }
        difference.Relative.Should().BeLessThan(Near);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Series_AnswerAsTheEngine_AndHaveAlerts(string name)
    {
        var (model, series) = Create(name);
        using var session = Session(model, OnnxForm.Sequences);
        int longest = series.Max(rows => rows.Length), width = series[0][0].Length;
        int[] lengths = [.. series.Select((rows, i) => rows.Length - 10 * i)];
        using var inputs = new SeriesInputs();
        inputs.Add("rows", [.. series.SelectMany(rows => rows.SelectMany(row => row))], series.Length, longest, width);
        inputs.Add("lengths", [.. lengths.Select(length => (long)length)], series.Length);

        var answers = inputs.Run(session, ["anomaly"])[0].GetTensorDataAsSpan<double>();

        var difference = new Difference();
        int parts = answers.Length / (series.Length * longest), alerts = 0;
        for (int i = 0; i < series.Length; i++)
        {
            var engine = model.CreateAnomalyEngine();
            for (int time = 0; time < lengths[i]; time++)
            {
                var expected = engine.Score(series[i][time]);
                alerts += (int)expected[0];
                difference.Add(Floats(expected), Floats(answers.Slice((i * longest + time) * parts, parts)));
            }
        }
        difference.Relative.Should().BeLessThan(Near);
        alerts.Should().BePositive("otherwise nothing is shown");
    }

    public static AnomalyTransformer Fit(string name)
        => SeriesCases.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(All[name])
            .Fit(SeriesCases.Ml.Data.LoadFromEnumerable(SeriesRow.Table()));

    // What was learnt from, with some spikes.
    private static (AnomalyTransformer Model, float[][][] Series) Create(string name)
    {
        var model = Fit(name);
        var rows = SeriesRow.Table();
        for (int i = 60; i < rows.Length; i += 37)
            rows[i].Sales += i % 2 == 0 ? 60 : -60;
        var series = rows.GroupBy(row => row.Shop)
            .Select(shop => shop.Select(row => SeriesCases.Values(model.Options.Forecaster, row)).ToArray());
        return (model, [.. series]);
    }

    private static float[] Floats(ReadOnlySpan<double> values) => Array.ConvertAll(values.ToArray(), value => (float)value);

    private static InferenceSession Session(AnomalyTransformer model, OnnxForm form)
    {
        using var stream = new MemoryStream();
        model.SaveAsOnnx(stream, new OnnxExportOptions { Form = form });
        return new InferenceSession(stream.ToArray());
    }
}
