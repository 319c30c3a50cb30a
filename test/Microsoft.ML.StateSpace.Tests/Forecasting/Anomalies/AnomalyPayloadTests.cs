using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies;

/// <summary>A detector's share of a model file, whole and damaged.</summary>
public class AnomalyPayloadTests
{
    private static readonly AnomalyModel Model = new(
        Watched.Options with { LongestSpike = 3, Side = AlertSide.Negative },
        new(new(), new([0.5], [0.1], [], []), [.. Enumerable.Range(0, new ForecastShape().Features).Select(i => i / 3.0)], [1]),
        [new ErrorLevels(0.7, [-2, -1 / 3.0, 0, 5])]);

    [Fact]
    public void APayload_KeepsEveryBit()
    {
        var model = AnomalyPayload.Read(new MemoryStream(AnomalyPayload.Write(Model)));
        model.Options.Should().BeEquivalentTo(Model.Options);
        model.Forecaster.Weights.Should().Equal(Model.Forecaster.Weights);
        model.Levels.Should().ContainSingle().Which.Sorted.Should().Equal(Model.Levels[0].Sorted);
        model.Levels[0].Typical.Should().Be(0.7);
    }

    [Fact]
    public void ADamagedPayload_GivesTheModel_OrIsRefused()
        => FileMutations.Try(
            AnomalyPayload.Write(Model), seed: 82, 1_000_000,
            copy => AnomalyPayload.Read(new MemoryStream(copy)).Levels[0].Sorted.Should().Equal(Model.Levels[0].Sorted));

    [Fact]
    public void APayloadWithARightChecksum_GivesAModelThatRuns_OrIsRefused()
        => FileMutations.Try(
            AnomalyPayload.Write(Model), seed: 83, long.MaxValue,
            copy =>
            {
                var run = new AnomalyRun(AnomalyPayload.Read(new MemoryStream(copy)));
                for (int row = 0; row < 40; row++)
                    run.Score([row]);
            },
            copy =>
            {
                if (copy.Length >= 36)
                    SHA256.HashData(copy.AsSpan(36), copy.AsSpan(4));
                return copy;
            });
}
