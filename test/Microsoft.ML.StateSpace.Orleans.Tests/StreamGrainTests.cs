using Microsoft.ML.StateSpace.Grains.Tests.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests;

/// <summary>A stream of a cluster is a stream of one's own process, but for where it runs.</summary>
public sealed class StreamGrainTests
{
    private static float[] Values(int time) => [MathF.Sin(time), MathF.Cos(2 * time)];

    private static StreamStep Numbered(int number) => new(Values(number)) { Number = number };

    // What an engine answers to the last of these steps.
    private static float[] Engine(SequenceTransformer model, params int[] times)
    {
        var engine = model.CreateStreamingEngine();
        float[] answer = [];
        foreach (int time in times)
            answer = engine.Step(Values(time)).ToArray();
        return answer;
    }

    private static int[] Until(int last) => [.. Enumerable.Range(1, last)];

    [Fact]
    public async Task Step_AnswersWhatAnEngineAnswers()
    {
        await using var cluster = await Cluster.Start();
        var stream = cluster.Stream("a");
        for (int time = 1; time <= 5; time++)
        {
            var answer = await stream.Step(new(Values(time)));
            answer.Values.Should().Equal(Engine(FittedModels.First, Until(time)));
            (answer.Number, answer.LostSteps, answer.IsNewModel).Should().Be((time, 0, false));
        }
    }

    [Fact]
    public async Task StepMany_AnswersWhatSingleStepsAnswer()
    {
        await using var cluster = await Cluster.Start();
        var answers = await cluster.Stream("a").StepMany([.. Until(7).Select(time => new StreamStep(Values(time)))]);
        answers.Select(answer => answer.Number).Should().Equal(1, 2, 3, 4, 5, 6, 7);
        answers[^1].Values.Should().Equal(Engine(FittedModels.First, Until(7)));
    }

    [Fact]
    public async Task StepMany_MakesTheStepsBeforeOneThatIsRefused()
    {
        await using var cluster = await Cluster.Start();
        var stream = cluster.Stream("a");
        await Awaiting(() => stream.StepMany([new(Values(1)), new(Values(2)), new(1f)]).AsTask())
            .Should().ThrowAsync<ArgumentException>()
            .WithMessage("Step 3 of 3 was refused, the 2 before it were made*2 values*1 were given*");
        (await stream.Step(new(Values(3)))).Values.Should().Equal(Engine(FittedModels.First, Until(3)));
    }

    [Fact]
    public async Task Streams_AreIndependent()
    {
        await using var cluster = await Cluster.Start();
        await cluster.Stream("a").Step(new(Values(1)));
        (await cluster.Stream("b").Step(new(Values(2)))).Values.Should().Equal(Engine(FittedModels.First, 2));
    }

    [Fact]
    public async Task AStepThatIsGivenAgain_IsAnsweredAgain_AndMadeOnce()
    {
        await using var cluster = await Cluster.Start();
        var stream = cluster.Stream("a");
        await stream.Step(Numbered(1));
        var first = await stream.Step(Numbered(2));
        var again = await stream.Step(Numbered(2));
        again.Values.Should().Equal(first.Values);
        (await stream.GetStatus()).Steps.Should().Be(2);
        await Awaiting(() => stream.Step(Numbered(1)).AsTask()).Should().ThrowAsync<ArgumentException>().WithMessage("*was made before*");
    }

    [Fact]
    public async Task AfterACrash_AStreamGoesOnFromWhatIsKept_AndSaysHowManyStepsWereLost()
    {
        await using var cluster = await Cluster.Start(new() { KeepEverySteps = 4 });
        var stream = cluster.Stream("a");
        for (int time = 1; time <= 6; time++)
            await stream.Step(Numbered(time));
        (await stream.GetStatus()).Should().Be(new StreamStatus(6, 4));
        await cluster.Crash();
        var answer = await stream.Step(Numbered(7));
        answer.LostSteps.Should().Be(2);
        answer.Values.Should().Equal(Engine(FittedModels.First, 1, 2, 3, 4, 7));
        (await stream.Step(Numbered(8))).LostSteps.Should().Be(0);
    }

    [Fact]
    public async Task AStepThatIsGivenAgain_SaysAgainWhatWasLost()
    {
        await using var cluster = await Cluster.Start(new() { KeepEverySteps = 2 });
        var stream = cluster.Stream("a");
        for (int time = 1; time <= 3; time++)
            await stream.Step(Numbered(time));
        await cluster.Crash();
        (await stream.Step(Numbered(4))).LostSteps.Should().Be(1);
        (await stream.Step(Numbered(4))).LostSteps.Should().Be(1, "the first answer may not have arrived");
        // It was kept with the fourth step, so that another silo says it too.
        await cluster.Crash();
        (await stream.Step(Numbered(4))).LostSteps.Should().Be(1);
        (await stream.Step(Numbered(5))).LostSteps.Should().Be(0);
    }

    [Fact]
    public async Task AfterACrash_WithoutNumbers_NobodyKnowsHowManyStepsWereLost()
    {
        await using var cluster = await Cluster.Start(new() { KeepEverySteps = 2 });
        var stream = cluster.Stream("a");
        for (int time = 1; time <= 3; time++)
            await stream.Step(new(Values(time)));
        await cluster.Crash();
        (await stream.Step(new(Values(4)))).LostSteps.Should().BeNull();
        (await stream.Step(new(Values(5)))).LostSteps.Should().Be(0);
    }

    [Fact]
    public async Task ASiloThatIsStopped_LosesNoStep()
    {
        await using var cluster = await Cluster.Start();
        var stream = cluster.Stream("a");
        for (int time = 1; time <= 3; time++)
            await stream.Step(Numbered(time));
        await cluster.Restart();
        var answer = await stream.Step(Numbered(4));
        answer.LostSteps.Should().Be(0);
        answer.Values.Should().Equal(Engine(FittedModels.First, Until(4)));
    }

    [Fact]
    public async Task AState_IsKeptBehindTheTimeThatIsSet()
    {
        await using var cluster = await Cluster.Start(new() { KeepEvery = TimeSpan.FromMilliseconds(20) });
        var stream = cluster.Stream("a");
        await stream.Step(new(Values(1)));
        while ((await stream.GetStatus()).KeptSteps == 0)
            await Task.Delay(5);
        cluster.Disk.Writes.Should().Be(1);
    }

    [Fact]
    public async Task AStorageThatFails_SaysSo_AndTheStepIsNotMadeTwice()
    {
        await using var cluster = await Cluster.Start(new() { KeepEverySteps = 2 });
        var stream = cluster.Stream("a");
        await stream.Step(Numbered(1));
        cluster.Disk.IsFull = true;
        await Awaiting(() => stream.Step(Numbered(2)).AsTask()).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("*StateSpaceStreams*disk is full*with its number*");
        cluster.Disk.IsFull = false;
        (await stream.Step(Numbered(2))).Values.Should().Equal(Engine(FittedModels.First, 1, 2));
        (await stream.Step(Numbered(3))).Values.Should().Equal(Engine(FittedModels.First, Until(3)));
        (await stream.GetStatus()).Should().Be(new StreamStatus(3, 2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task ANewerModel_BeginsFromTheLastSteps(int replayed)
    {
        await using var cluster = await Cluster.Start(new() { ReplaySteps = replayed });
        var stream = cluster.Stream("a");
        for (int time = 1; time <= 5; time++)
            await stream.Step(new(Values(time)));
        cluster.Set("plant", FittedModels.Second);
        var answer = await stream.Step(new(Values(6)));
        answer.IsNewModel.Should().BeTrue();
        answer.Values.Should().Equal(Engine(FittedModels.Second, [.. Enumerable.Range(6 - replayed, replayed + 1)]));
        (await stream.Step(new(Values(7)))).IsNewModel.Should().BeFalse();
    }

    [Fact]
    public async Task ANewerModel_ThatForecastsFirst_IsToldOfByTheNextStep()
    {
        await using var cluster = await Cluster.Start();
        var stream = cluster.Stream("a", "series");
        await stream.Step(new(1));
        cluster.Set("series", FittedModels.OtherForecaster);
        await stream.GetForecast([]);
        (await stream.Step(new(2))).IsNewModel.Should().BeTrue();
        (await stream.Step(new(3))).IsNewModel.Should().BeFalse();
    }

    [Fact]
    public async Task TheSameModelAnew_GoesOn()
    {
        await using var cluster = await Cluster.Start();
        var stream = cluster.Stream("a");
        await stream.Step(new(Values(1)));
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "model.zip");
        var context = new MLContext();
        context.Model.Save(FittedModels.First, null, path);
        cluster.Set("plant", context.Model.Load(path, out _));
        var answer = await stream.Step(new(Values(2)));
        answer.IsNewModel.Should().BeFalse();
        answer.Values.Should().Equal(Engine(FittedModels.First, 1, 2));
    }

    [Fact]
    public async Task Reset_BeginsAnew_AndForgetsWhatIsKept()
    {
        await using var cluster = await Cluster.Start(new() { KeepEverySteps = 1 });
        var stream = cluster.Stream("a");
        await stream.Step(new(Values(1)));
        await stream.Reset();
        (await stream.GetStatus()).Should().Be(new StreamStatus(0, 0));
        await cluster.Crash();
        var answer = await stream.Step(new(Values(2)));
        answer.Values.Should().Equal(Engine(FittedModels.First, 2));
        answer.LostSteps.Should().Be(0);
    }

    [Fact]
    public async Task AForecaster_ForecastsWhatItsEngineForecasts()
    {
        await using var cluster = await Cluster.Start();
        var stream = cluster.Stream("a", "series");
        var engine = FittedModels.Forecaster.CreateForecastEngine();
        for (int time = 0; time < 9; time++)
        {
            engine.Observe([time % 4]);
            (await stream.Step(new(time % 4))).Values.Should().BeEmpty();
        }
        var forecast = await stream.GetForecast([]);
        forecast.Values.Should().Equal(engine.Forecast().ToArray());
        forecast.LowerBound.Should().Equal(engine.LowerBound.ToArray());
        forecast.UpperBound.Should().Equal(engine.UpperBound.ToArray());
        forecast.Number.Should().Be(9);
    }

    [Fact]
    public async Task GetForecast_OfAModelThatAnswers_IsRefused()
    {
        await using var cluster = await Cluster.Start();
        await Awaiting(() => cluster.Stream("a").GetForecast([]).AsTask())
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("*forecasts nothing*");
    }

    [Fact]
    public async Task AModelThatNoSiloHas_IsRefused_WithTheNamesOfThoseThereAre()
    {
        await using var cluster = await Cluster.Start();
        await Awaiting(() => cluster.Stream("a", "pump").Step(new(1f)).AsTask())
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("No model is called 'pump'*'plant', 'series'*");
    }

    [Fact]
    public async Task OfThreeSilos_OneMayEnd_AndEveryStreamGoesOn()
    {
        await using var cluster = await Cluster.Start(new() { KeepEverySteps = 1 }, silos: 3);
        IStreamGrain[] streams = [.. Enumerable.Range(0, 30).Select(i => cluster.Stream($"{i}"))];
        for (int time = 1; time <= 3; time++)
            await Task.WhenAll(streams.Select(stream => stream.Step(Numbered(time)).AsTask()));
        await cluster.Crash();
        var answers = await Task.WhenAll(streams.Select(stream => stream.Step(Numbered(4)).AsTask()));
        foreach (var answer in answers)
        {
            answer.LostSteps.Should().Be(0);
            answer.Values.Should().Equal(Engine(FittedModels.First, Until(4)));
        }
    }
}
