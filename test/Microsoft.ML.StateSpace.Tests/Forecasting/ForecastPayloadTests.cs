using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>A forecaster's share of a model file, whole and damaged.</summary>
public class ForecastPayloadTests
{
    private const long Memory = 1_000_000;

    private static readonly ForecastingOptions Options = Demands.Options;

    private static readonly ForecastModel Model = new(
        new() { KnownAhead = 1, KnownSoFar = 1, Horizon = 3, Season = 7 }, new([0.5], [0.1], [1, 2], [3, 4]),
        [.. Enumerable.Range(0, 3 * new ForecastShape { KnownAhead = 1, KnownSoFar = 1, Season = 7 }.Features).Select(i => i / 3.0)],
        [1, 2, 3]);

    [Fact]
    public void APayload_KeepsEveryBit()
    {
        var (options, model) = ForecastPayload.Read(new MemoryStream(ForecastPayload.Write(Options, Model)));
        options.Should().BeEquivalentTo(Options);
        model.Shape.Should().Be(Model.Shape);
        model.Scales.Should().BeEquivalentTo(Model.Scales);
        model.Weights.Should().Equal(Model.Weights);
        model.HalfWidths.Should().Equal(Model.HalfWidths);
    }

    [Fact]
    public void ADamagedPayload_GivesTheModel_OrIsRefused()
        => FileMutations.Try(
            ForecastPayload.Write(Options, Model), seed: 80, Memory,
            copy => ForecastPayload.Read(new MemoryStream(copy)).Model.Weights.Should().Equal(Model.Weights));

    [Fact]
    public void APayloadWithARightChecksum_GivesAModelThatRuns_OrIsRefused()
        => FileMutations.Try(
            ForecastPayload.Write(Options, Model), seed: 81, long.MaxValue,
            copy =>
            {
                var model = ForecastPayload.Read(new MemoryStream(copy)).Model;
                var outputs = new float[model.HalfWidths.Length];
                var state = model.CreateState();
                state.Observe(new float[model.Shape.Width]);
                model.Forecast(state, [0, 0, 0], new double[model.ScratchSize], outputs, outputs, outputs);
            },
            Seal);

    [Fact]
    public void ALaterVersion_IsNamed()
    {
        byte[] bytes = ForecastPayload.Write(Options, Model);
        bytes[0] = 2;

        Invoking(() => ForecastPayload.Read(new MemoryStream(bytes))).Should().Throw<InvalidDataException>()
            .WithMessage("*newer*version 2*");
    }

    private static byte[] Seal(byte[] copy)
    {
        if (copy.Length >= 36)
            SHA256.HashData(copy.AsSpan(36), copy.AsSpan(4));
        return copy;
    }
}
