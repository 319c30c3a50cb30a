using Microsoft.ML.StateSpace.Grains.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests;

/// <summary>What the streams of a silo measure is what docs/telemetry.md says, and never names a stream.</summary>
[Collection(nameof(StreamMeterTests))]
[CollectionDefinition(nameof(StreamMeterTests), DisableParallelization = true)]
public sealed class StreamMeterTests
{
    private static StreamStep At(int time) => new(MathF.Sin(time), MathF.Cos(time)) { Number = time };

    [Fact]
    public async Task Instruments_MeasureWhatHappens_AndAreThoseOfTheTable()
    {
        using var meter = new MeterReader(StreamMeter.Name);
        await using (var cluster = await Cluster.Start(new() { KeepEverySteps = 2 }))
        {
            var stream = cluster.Stream("pump-17");
            for (int time = 1; time <= 3; time++)
                await stream.Step(At(time));
            await cluster.Asset("hall-4").Step(new(1f, 2f, 3f, 4f));
            (Sum(meter, "active"), Sum(meter, "steps"), Count(meter, "step.duration"), Sum(meter, "kept_states")).Should().Be((2, 5, 4, 1));

            await cluster.Crash();
            await stream.Step(At(4));
            Sum(meter, "lost_steps").Should().Be(1);

            cluster.Set("plant", FittedModels.Second);
            await stream.Step(At(5));
            Sum(meter, "refused_states").Should().Be(1);

            cluster.Disk.IsFull = true;
            await Awaiting(() => stream.Step(At(6)).AsTask()).Should().ThrowAsync<Exception>();
            Sum(meter, "failed_states").Should().BePositive();
            cluster.Disk.IsFull = false;
        }

        meter.All.SelectMany(measured => measured.Tags.Values).Should().NotContain(
            value => value!.ToString()!.Contains("pump-17") || value.ToString()!.Contains("hall-4"),
            "every value of an attribute is a series");
        meter.All.Should().OnlyContain(measured => (string?)measured.Tags["statespace.model"] == "plant");
        Table().Should().BeEquivalentTo(meter.Instruments.Select(instrument => (
            instrument.Name, instrument.GetType().Name.Split('`')[0].ToLowerInvariant(), instrument.Unit!,
            string.Join(", ", meter.All.Where(measured => measured.Instrument == instrument.Name).SelectMany(measured => measured.Tags.Keys)
                .Distinct().Select(key => key == "error.type" ? "error" : "model")),
            instrument.Description!)));
    }

    [Fact]
    public async Task Active_IsWhatASiloHolds_UntilItIsStopped()
    {
        using var meter = new MeterReader(StreamMeter.Name);
        await using (var cluster = await Cluster.Start())
        {
            await cluster.Stream("a").Step(At(1));
            await cluster.Stream("b").Step(At(1));
            await cluster.Stream("b").GetStatus();
            await cluster.Stream("c").GetStatus();
            Sum(meter, "active").Should().Be(2);
            await cluster.Stream("b").Reset();
            Sum(meter, "active").Should().Be(1);
        }
        Sum(meter, "active").Should().Be(0);
    }

    /// <summary>The rows of the table of the meter.</summary>
    private static IEnumerable<(string, string, string, string, string)> Table()
        => File.ReadLines(Repository.Path("docs", "telemetry.md"))
            .SkipWhile(line => !line.StartsWith("| instrument of streams |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line[2..^2].Split(" | "))
            .Select(row => (row[0].Trim('`'), row[1], row[2].Trim('`'), row[3], row[4]));

    private static double Sum(MeterReader meter, string instrument) => Of(meter, instrument).Sum(measurement => measurement.Value);

    private static int Count(MeterReader meter, string instrument) => Of(meter, instrument).Length;

    private static Measurement[] Of(MeterReader meter, string instrument) => meter.Of($"statespace.streams.{instrument}");
}
