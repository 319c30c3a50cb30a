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
    public void AModelWithAllKindsOfFeatures_KeepsEveryBit()
    {
        var shape = new ForecastShape
        {
            KnownAhead = 2, Statics = 1, Horizon = 5, Trained = 2, HasIntervals = true, IsIrregular = true, IsCurved = true,
        };
        var given = new ForecastModel(
            shape, new([0.5], [0.1], [1, 2, 3], [4, 5, 6], 0.7), [.. Enumerable.Range(0, 2 * shape.Features).Select(i => i / 3.0)],
            [1, 2, 3, 4, 5]);
        var options = Options with
        {
            KnownAheadColumnNames = ["Holiday", "Size"], StaticColumnNames = ["Kind"], IntervalColumnName = "Since", Horizon = 5,
            TrainedHorizon = 2,
        };
        var (read, model) = ForecastPayload.Read(new MemoryStream(ForecastPayload.Write(options, given)));
        read.Should().BeEquivalentTo(options);
        model.Shape.Should().Be(shape);
        model.Scales.Should().BeEquivalentTo(given.Scales);
        model.Weights.Should().Equal(given.Weights);
        model.HalfWidths.Should().Equal(given.HalfWidths);
    }

    // The head of files from before there were static covariates, intervals, curves and recursion.
    [Fact]
    public void APayloadOfBefore_IsRead()
    {
        byte[] bytes = ForecastPayload.Write(Options, Model);
        int length = BitConverter.ToInt32(bytes, 36);
        string head = System.Text.Encoding.UTF8.GetString(bytes, 40, length);
        string[] later =
        [
            "StaticColumnNames", "IntervalColumnName", "TrainedHorizon", "Statics", "Trained", "HasIntervals", "IsIrregular", "IsCurved",
        ];
        string before = later.Aggregate(
            head, (text, name) => System.Text.RegularExpressions.Regex.Replace(text, $"\"{name}\":(\\[\\]|[a-z0-9]+),?", ""))
            .Replace(",}", "}");
        before.Should().NotBe(head).And.NotContainAny(later);
        byte[] old = [.. bytes[..36], .. BitConverter.GetBytes(before.Length), .. System.Text.Encoding.UTF8.GetBytes(before),
            .. bytes[(40 + length)..]];

        var (options, model) = ForecastPayload.Read(new MemoryStream(Seal(old)));
        options.Should().BeEquivalentTo(Options);
        model.Shape.Should().Be(Model.Shape);
        model.Weights.Should().Equal(Model.Weights);
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
