using Microsoft.ML.StateSpace.Grains.Tests.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests;

/// <summary>The streams of an asset are streams, but that they step in one call.</summary>
public sealed class AssetGrainTests
{
    private const int Streams = 3;

    private static float[] Row(int stream, int time) => [MathF.Sin(time + stream), MathF.Cos(2 * time - stream)];

    private static StreamStep At(int time)
        => new([.. Enumerable.Range(0, Streams).SelectMany(stream => Row(stream, time))]) { Number = time };

    // What a batch answers to the last of these steps.
    private static float[] Batch(SequenceTransformer model, params int[] times)
    {
        using var batch = model.CreateStreamingBatch(Streams);
        float[] answers = [];
        foreach (int time in times)
            answers = batch.Step(At(time).Values).ToArray();
        return answers;
    }

    [Fact]
    public async Task Step_AnswersWhatABatchAnswers()
    {
        await using var cluster = await Cluster.Start();
        var asset = cluster.Asset("a");
        for (int time = 1; time <= 4; time++)
        {
            var answer = await asset.Step(At(time));
            answer.Values.Should().Equal(Batch(FittedModels.First, [.. Enumerable.Range(1, time)]));
            (answer.Number, answer.LostSteps, answer.IsNewModel).Should().Be((time, 0, false));
        }
        (await asset.StepMany([At(5), At(6)]))[1].Values.Should().Equal(Batch(FittedModels.First, 1, 2, 3, 4, 5, 6));
    }

    [Fact]
    public async Task AnAssetAndAStream_OfOneName_AreTwo()
    {
        await using var cluster = await Cluster.Start();
        await cluster.Asset("a").Step(At(1));
        (await cluster.Stream("a").GetStatus()).Steps.Should().Be(0);
        (await cluster.Stream("a").Step(new(Row(0, 1)))).Number.Should().Be(1);
    }

    [Fact]
    public async Task AfterACrash_AnAssetGoesOnFromWhatIsKept_AndSaysHowManyStepsWereLost()
    {
        await using var cluster = await Cluster.Start(new() { KeepEverySteps = 2 });
        var asset = cluster.Asset("a");
        for (int time = 1; time <= 3; time++)
            await asset.Step(At(time));
        (await asset.GetStatus()).Should().Be(new StreamStatus(3, 2));
        await cluster.Crash();
        var answer = await asset.Step(At(4));
        answer.LostSteps.Should().Be(1);
        answer.Values.Should().Equal(Batch(FittedModels.First, 1, 2, 4));
    }

    [Fact]
    public async Task AStepOfAnotherNumberOfStreams_IsRefused_UntilReset()
    {
        await using var cluster = await Cluster.Start();
        var asset = cluster.Asset("a");
        await Awaiting(() => asset.Step(new(1f, 2f, 3f)).AsTask()).Should().ThrowAsync<ArgumentException>()
            .WithMessage("*2 values a stream, but 3 were given*");
        await asset.Step(At(1));
        await Awaiting(() => asset.Step(new(1f, 2f)).AsTask()).Should().ThrowAsync<ArgumentException>()
            .WithMessage("*has 3 streams, but values of 1 were given*");
        (await asset.GetStatus()).Steps.Should().Be(1);
        await asset.Reset();
        (await asset.Step(new(1f, 2f))).Values.Should().HaveCount(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task ANewerModel_BeginsFromTheLastSteps(int replayed)
    {
        await using var cluster = await Cluster.Start(new() { ReplaySteps = replayed });
        var asset = cluster.Asset("a");
        for (int time = 1; time <= 4; time++)
            await asset.Step(At(time));
        cluster.Set("plant", FittedModels.Second);
        var answer = await asset.Step(At(5));
        answer.IsNewModel.Should().BeTrue();
        answer.Values.Should().Equal(Batch(FittedModels.Second, [.. Enumerable.Range(5 - replayed, replayed + 1)]));
    }

    [Fact]
    public async Task AForecaster_ForecastsEverySeries()
    {
        await using var cluster = await Cluster.Start(new() { KeepEverySteps = 4 });
        var asset = cluster.Asset("a", "series");
        await Awaiting(() => asset.GetForecast([]).AsTask()).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("*made no step yet*");
        ForecastEngine[] engines = [FittedModels.Forecaster.CreateForecastEngine(), FittedModels.Forecaster.CreateForecastEngine()];
        for (int time = 0; time < 8; time++)
        {
            engines[0].Observe([time % 4]);
            engines[1].Observe([10 - time % 4]);
            (await asset.Step(new(time % 4, 10 - time % 4))).Values.Should().BeEmpty();
        }
        await cluster.Crash();
        var forecast = await asset.GetForecast([]);
        forecast.Number.Should().Be(8);
        forecast.Values.Should().Equal([.. engines[0].Forecast(), .. engines[1].Forecast()]);
        forecast.LowerBound.Should().Equal([.. engines[0].LowerBound, .. engines[1].LowerBound]);
        forecast.UpperBound.Should().Equal([.. engines[0].UpperBound, .. engines[1].UpperBound]);
    }
}
