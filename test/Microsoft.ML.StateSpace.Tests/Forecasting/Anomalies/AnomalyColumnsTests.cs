using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies;

/// <summary>Anomalies among series of unlike kinds, and among rows that are not equally far apart.</summary>
public class AnomalyColumnsTests
{
    private static readonly AnomalyOptions Options = new()
    {
        TargetColumnNames = ["Sales"], SeriesColumnName = "Shop", KnownAheadColumnNames = ["Holiday"], Season = 1,
    };

    // A holiday brings shops of one size more, and those of the other less.
    [Fact]
    public void WhatIsUsualForAKind_IsNoAnomaly_WhereAStaticCovariateTells()
    {
        Demand[] rows = Demands.Of(200, 200, 200, 200);
        var random = new Random(3);
        foreach (var row in rows)
        {
            row.Size = row.Shop is "a" or "c" ? 1 : 2;
            row.Sales = 100 + (row.Holiday ? 20 * (row.Size == 1 ? 1 : -1) : 0) + 4 * random.NextSingle();
        }
        int[] holidays = [.. Enumerable.Range(0, rows.Length).Where(row => rows[row].Holiday && rows[row].Day >= 60)];
        var (told, untold) = (PValues(Options with { StaticColumnNames = ["Size"] }, rows), PValues(Options, rows));
        holidays.Average(row => untold[row]).Should().BeLessThan(0.5 * holidays.Average(row => told[row]));
    }

    // A wave in time, of which every ninth row or so follows behind a pause.
    [Fact]
    public void AJumpBehindAPause_IsNoAnomaly_WhereTheIntervalTells()
    {
        Demand[] rows = Waves(900);
        int[] pauses = [.. Enumerable.Range(60, 840).Where(row => rows[row].Since > 1)];
        var options = Options with { KnownAheadColumnNames = [] };
        var (told, untold) = (PValues(options with { IntervalColumnName = "Since" }, rows), PValues(options, rows));
        pauses.Average(row => untold[row]).Should().BeLessThan(0.5 * pauses.Average(row => told[row]));
    }

    [Fact]
    public void AnEngine_AndASavedModel_AnswerAsTransform()
    {
        Demand[] rows = Waves(300);
        var options = Options with { KnownSoFarColumnNames = ["Heat"], StaticColumnNames = ["Size"], IntervalColumnName = "Since" };
        var table = Demands.View(rows);
        var model = Demands.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(options).Fit(table);
        double[][] answers = [.. model.Transform(table).GetColumn<double[]>("Anomaly")];
        var engine = model.CreateAnomalyEngine();
        engine.InputLength.Should().Be(5);
        for (int row = 0; row < rows.Length; row++)
        {
            var day = rows[row];
            engine.Score([day.Sales, (float)day.Heat, day.Holiday ? 1 : 0, day.Size, day.Since]).ToArray().Should().Equal(answers[row]);
        }
        answers[^1].Should().NotContain(double.NaN);

        using var stream = new MemoryStream();
        Demands.Ml.Model.Save(model, table.Schema, stream);
        stream.Position = 0;
        var loaded = (AnomalyTransformer)new MLContext().Model.Load(stream, out _);
        Cells.Read(loaded.Transform(table)).Should().Equal(Cells.Read(model.Transform(table)));
        loaded.Options.Should().BeEquivalentTo(model.Options);
    }

    [Fact]
    public void ACancelledFit_Ends()
        => Invoking(() => PValues(Options with { Cancellation = new CancellationToken(true) }, Demands.Of(80))).Should()
            .Throw<OperationCanceledException>();

    [Fact]
    public void AFittedDetector_HoldsNoToken()
    {
        using var source = new CancellationTokenSource();
        var model = Demands.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(Options with { Cancellation = source.Token })
            .Fit(Demands.View(Demands.Of(80)));
        model.Options.Cancellation.CanBeCanceled.Should().BeFalse();
    }

    private static double[] PValues(AnomalyOptions options, Demand[] rows)
    {
        var table = Demands.View(rows);
        return [.. Demands.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(options).Fit(table).Transform(table)
            .GetColumn<double[]>("Anomaly").Select(answer => answer[2])];
    }

    private static Demand[] Waves(int count)
    {
        Demand[] rows = Demands.Of(count);
        var random = new Random(5);
        double time = 0;
        foreach (var row in rows)
        {
            row.Since = random.Next(9) == 0 ? 5 : 1;
            time += row.Since;
            row.Sales = (float)(50 + 10 * Math.Sin(2 * Math.PI * time / 40) + 0.2 * random.NextDouble());
        }
        return rows;
    }
}
