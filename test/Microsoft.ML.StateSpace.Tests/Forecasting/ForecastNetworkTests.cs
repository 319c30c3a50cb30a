using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Streaming;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>A forecaster with a network, as a step of ML.NET.</summary>
public class ForecastNetworkTests
{
    private static readonly Demand[] Rows = Shops(500, 400);

    private static readonly ForecastingOptions WithNetwork = Demands.Options with
    {
        Architecture = new S5Options { Layers = 1, ModelSize = 16, StateSize = 8 },
        Training = new TrainingOptions { Seed = 2, Epochs = 80, LearningRate = 0.01 },
    };

    private static readonly ForecastingTransformer Model = Fit(WithNetwork, Rows);

    [Fact]
    public void ANetworkThatHelps_IsKept_WithWhatWasChosenForIt()
    {
        Model.NetworkWeight.Should().BeInRange(0.3, 1);
        Model.Options.Architecture.Should().BeOfType<S5Options>().Which.Bidirectional.Should().BeFalse();
        Model.Options.Training.Epochs.Should().Be(80);
        ErrorOf(Model).Should().BeLessThan(0.85 * ErrorOf(Fit(Demands.Options, Rows)));
        Fit(Model.Options, Rows).NetworkWeight.Should().Be(Model.NetworkWeight, "the options are whole");
    }

    [Fact]
    public void ANetworkThatDoesNotHelp_IsNotKept()
    {
        var rows = Of(80, 60);
        var (model, closed) = (Fit(WithNetwork, rows), Fit(Demands.Options, rows));
        model.NetworkWeight.Should().Be(0);
        (model.Options.Architecture, model.Options.Training).Should().Be((null, new TrainingOptions()));
        Answers(model, rows).Should().BeEquivalentTo(Answers(closed, rows));
    }

    [Fact]
    public void Engine_AnswersAsTransform()
    {
        var answers = Answers(Model, Rows);
        var engine = Model.CreateForecastEngine();
        for (int row = 0; row < Rows.Length; row++)
        {
            if (Rows[row].Day == 0)
                engine.Reset();
            engine.Observe(Values(Rows[row]));
            engine.Forecast(Ahead(row)).ToArray().Should().Equal(answers[row].Forecast);
            engine.LowerBound.ToArray().Should().Equal(answers[row].Lower);
            engine.UpperBound.ToArray().Should().Equal(answers[row].Upper);
        }
    }

    [Fact]
    public void SaveAndLoad_IsBitExact()
    {
        using var file = new MemoryStream();
        Ml.Model.Save(Model, View(Rows).Schema, file);
        file.Position = 0;
        var loaded = (ForecastingTransformer)new MLContext().Model.Load(file, out _);

        loaded.NetworkWeight.Should().Be(Model.NetworkWeight);
        loaded.Options.Architecture.Should().Be(Model.Options.Architecture);
        Answers(loaded, Rows).Should().BeEquivalentTo(Answers(Model, Rows), options => options.WithStrictOrdering());
    }

    [Fact]
    public void ASavedState_GoesOn_InAnEngineOfTheSameNetworkAlone()
    {
        var (engine, other) = (Model.CreateForecastEngine(), Model.CreateForecastEngine());
        for (int row = 0; row < 40; row++)
            engine.Observe(Values(Rows[row]));
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);
        StateSealTests.Check(state, Model.Model, 40);
        other.SetState(state);
        for (int row = 40; row < 60; row++)
        {
            engine.Observe(Values(Rows[row]));
            other.Observe(Values(Rows[row]));
            other.Forecast(Ahead(row)).ToArray().Should().Equal(engine.Forecast(Ahead(row)).ToArray());
        }
        var another = Fit(WithNetwork with { Training = WithNetwork.Training with { Seed = 3 } }, Rows);
        another.NetworkWeight.Should().BePositive();
        Invoking(() => another.CreateForecastEngine().SetState(state)).Should().Throw<ArgumentException>().WithMessage("*another model*");
    }

    [Fact]
    public void ASeries_IsForecastAlikeAmongOthersAndAlone()
        => Answers(Model, Rows[500..]).Should().BeEquivalentTo(Answers(Model, Rows)[500..], options => options.WithStrictOrdering());

    [Fact]
    public void AStep_AllocatesNothing()
    {
        var engine = Model.CreateForecastEngine();
        float[] row = Values(Rows[5]), ahead = Ahead(5);
        engine.Observe(row);
        engine.Forecast(ahead);
        NoAllocation.In(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                engine.Observe(row);
                engine.Forecast(ahead);
            }
        });
    }

    [Fact]
    public void ADamagedPayload_GivesTheNetwork_OrIsRefused()
    {
        var model = ForecastPayload.Read(new MemoryStream(Payload())).Model;
        model.Network!.Weight.Should().Be(Model.NetworkWeight);
        byte[] bytes = Payload();
        var random = new Random(12);
        for (int i = 0; i < 300; i++)
        {
            byte[] copy = [.. bytes];
            copy[random.Next(36, copy.Length)] ^= (byte)(1 << random.Next(8));
            SHA256.HashData(copy.AsSpan(36), copy.AsSpan(4));
            try
            {
                var read = ForecastPayload.Read(new MemoryStream(copy)).Model;
                read.Network?.Weight.Should().BeInRange(0, 1);
            }
            catch (InvalidDataException e)
            {
                e.Message.Should().NotBeEmpty();
            }
        }
    }

    [Fact]
    public void ACancelledTraining_Ends()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var options = WithNetwork with { Training = WithNetwork.Training with { Cancellation = cancellation.Token } };
        Invoking(() => Fit(options, Rows)).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void TheCancellationOfTheFit_EndsTheTrainingOfItsNetwork()
    {
        using var cancellation = new CancellationTokenSource();
        var reports = new CancelsAtOnce(cancellation);
        var options = WithNetwork with
        {
            Cancellation = cancellation.Token, Training = WithNetwork.Training with { Progress = reports },
        };
        Invoking(() => Fit(options, Rows)).Should().Throw<OperationCanceledException>();
        reports.Count.Should().Be(1);
    }

    private sealed class CancelsAtOnce(CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public int Count { get; private set; }

        public void Report(TrainingProgress value)
        {
            Count++;
            cancellation.Cancel();
        }
    }

    private static byte[] Payload() => ForecastPayload.Write(Model.Options, Model.Model);

    // Holidays count on some days of the week and not on others, which is no sum of both.
    private static Demand[] Shops(params int[] days)
    {
        var rows = Of(days);
        foreach (var row in rows)
        {
            bool isBusy = row.Holiday == row.Day % 7 < 3;
            row.Sales = float.IsNaN(row.Sales) ? float.NaN : 50 + (isBusy ? 30 : 0) + (float)row.Heat;
        }
        return rows;
    }

    private static double ErrorOf(ForecastingTransformer model)
    {
        var answers = Answers(model, Rows);
        return Enumerable.Range(50, 400).Where(row => !float.IsNaN(Rows[row + 1].Sales))
            .Average(row => Math.Abs(Rows[row + 1].Sales - answers[row].Forecast[0]));
    }

    private static float[] Values(Demand row) => [row.Sales, (float)row.Heat, row.Holiday ? 1 : 0];

    private static float[] Ahead(int row)
        => [.. Rows.Skip(row + 1).Take(Horizon).Where(next => next.Shop == Rows[row].Shop).Select(next => next.Holiday ? 1f : 0)];
}
