using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Histories;

/// <summary>The share of a model file of a forecaster of histories, whole and damaged.</summary>
public class HistoryPayloadTests
{
    private static readonly ForecastModel Model = new(
        new() { KnownAhead = 1, Horizon = 3 }, new([0.5], [0.1], [1], [3]),
        [.. Enumerable.Range(0, 3 * new ForecastShape { KnownAhead = 1 }.Features).Select(i => i / 3.0)], [1, 2, 3]);

    private static readonly byte[] Whole = HistoryPayload.Write(
        new("History", "Ahead"), Demands.Options with { KnownSoFarColumnNames = [], Season = 1 }, Model);

    [Fact]
    public void ADamagedPayload_GivesTheModel_OrIsRefused()
        => FileMutations.Try(
            Whole, seed: 84, 1_000_000,
            copy => HistoryPayload.Read(new MemoryStream(copy)).Model.Weights.Should().Equal(Model.Weights));

    [Fact]
    public void APayloadWithARightChecksum_IsRead_OrIsRefused()
        => FileMutations.Try(
            Whole, seed: 85, long.MaxValue, copy => HistoryPayload.Read(new MemoryStream(copy)),
            copy =>
            {
                if (copy.Length >= 36)
                    SHA256.HashData(copy.AsSpan(36), copy.AsSpan(4));
                return copy;
            });
}
