using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.StateSpace.Onnx.Tests.Face;
using Microsoft.ML.StateSpace.Onnx.Tests.Forecasting;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Pipelines;

/// <summary>ML.NET's converter on forecasters: those of rows that hold a whole history each are converted.</summary>
public sealed class HistoryConversionTests
{
    private const double Near = 1e-4;

    private static readonly MLContext Ml = SeriesCases.Ml;

    public static TheoryData<string> Names => SeriesCases.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Histories_AnswerWhatTransformAnswers(string name)
    {
        var (forecaster, table) = SeriesCases.Create(name);
        bool looksAhead = forecaster.CreateForecastEngine().KnownAhead > 0;
        var rows = Ml.Data.LoadFromEnumerable(Histories(forecaster.Options, table));
        var model = forecaster.ForHistories("History", looksAhead ? "Ahead" : null);
        var answers = model.Transform(rows);

        using var session = Convert(model, rows);

        for (int row = 0; row < 3; row++)
        {
            var inputs = PipelineInputs.Of(session, rows, row);
            using var results = new NamedResults(session, inputs);
            foreach (string column in new[] { "Forecast", "Lower", "Upper" })
            {
                var difference = new Difference();
                difference.Add(FaceAnswers.Read(answers, column)[row], results[$"{column}.output"].GetTensorDataAsSpan<float>());
                difference.Relative.Should().BeLessThan(Near, column);
            }
        }
    }

    [Fact]
    public void Tables_AreRefusedInWords()
    {
        var rows = Ml.Data.LoadFromEnumerable(SeriesRow.Table());
        var forecaster = SeriesCases.Create("One target").Model;
        var detector = AnomalyLaws.Fit("Two-sided");

        foreach (ITransformer model in new ITransformer[] { forecaster, detector })
            Invoking(() => Convert(model, rows)).Should().Throw<NotSupportedException>().WithMessage("*SaveAsOnnx*ForHistories*");
    }

    private static History[] Histories(ForecastingOptions options, SeriesRow[] table)
    {
        SeriesRow[] shop = [.. table.Where(row => row.Shop == "shop 1")];
        return
        [
            .. new[] { 1, 40, 130 }.Select(length => new History
            {
                Values = [.. shop[..length].SelectMany(row => SeriesCases.Values(options, row))],
                Ahead = [.. shop[length..(length + options.Horizon - length % 2)].SelectMany(row => SeriesCases.Ahead(options, row))],
            }),
        ];
    }

    private static InferenceSession Convert(ITransformer model, IDataView rows)
    {
        using var stream = new MemoryStream();
        Ml.Model.ConvertToOnnx(model, rows, stream);
        return new InferenceSession(stream.ToArray());
    }

    private sealed class History
    {
        [ColumnName("History")]
        public float[] Values { get; set; } = [];

        public float[] Ahead { get; set; } = [];
    }
}
