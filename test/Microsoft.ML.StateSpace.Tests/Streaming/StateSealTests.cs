using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies;

namespace Microsoft.ML.StateSpace.Tests.Streaming;

/// <summary>The bytes of a saved state, which a later version of the library shall read.</summary>
public class StateSealTests
{
    private static readonly ForecastModel Forecaster = new(
        new(), new([0.5], [0.1], [], []), [.. Enumerable.Range(0, new ForecastShape().Features).Select(i => i / 3.0)], [1]);

    [Fact]
    public void AForecastEngine_WritesThem()
    {
        var engine = new ForecastEngine(Forecaster);
        engine.Observe([3]);
        engine.Observe([5]);
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);

        Check(state, Forecaster, rows: 2);
        state.Should().HaveCount(8 + sizeof(double) * Forecaster.CreateState().Values.Length + 32);
    }

    [Fact]
    public void AnAnomalyEngine_WritesWhatItKnowsOfErrorsBehindThem()
    {
        var engine = new AnomalyEngine(new AnomalyModel(Watched.Options, Forecaster, [new ErrorLevels(0.7, [-2, 0, 5])]));
        engine.Score([3]);
        engine.Score([5]);
        byte[] state = new byte[engine.StateLength + 3], forecaster = new byte[new ForecastEngine(Forecaster).StateLength];
        engine.GetState(state);
        state[^3..].Should().AllBeEquivalentTo((byte)0);
        var other = new ForecastEngine(Forecaster);
        other.Observe([3]);
        other.Observe([5]);
        other.GetState(forecaster);

        Check(state[..^3], Forecaster, rows: 2);
        state[..(forecaster.Length - 32)].Should().Equal(forecaster[..^32]);
        state.Length.Should().BeGreaterThan(forecaster.Length + 3);
    }

    [Fact]
    public void StatesOfEachOther_AreRefused()
    {
        var engine = new AnomalyEngine(new AnomalyModel(Watched.Options, Forecaster, [new ErrorLevels(0.7, [-2, 0, 5])]));
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);
        Invoking(() => new ForecastEngine(Forecaster).SetState(state)).Should().Throw<ArgumentException>().WithMessage("*another model*");
        state[9] ^= 1;
        Invoking(() => new ForecastEngine(Forecaster).SetState(state)).Should().Throw<InvalidDataException>()
            .WithMessage("*no saved state of a forecast engine*");
        Invoking(() => engine.SetState(state)).Should().Throw<InvalidDataException>().WithMessage("*no saved state of an anomaly engine*");
    }

    /// <summary>Checks the fingerprint, the first value, which is the number of rows, and the hash of all.</summary>
    internal static void Check(byte[] state, ForecastModel model, long rows)
    {
        byte[] weights =
        [
            .. MemoryMarshal.AsBytes(model.Weights.AsSpan()),
            .. model.Network is { } network ? MemoryMarshal.AsBytes(network.Model.Parameters.Values) : [],
        ];
        state[..8].Should().Equal(SHA256.HashData(weights)[..8]);
        BinaryPrimitives.ReadDoubleLittleEndian(state.AsSpan(8)).Should().Be(rows);
        state[^32..].Should().Equal(SHA256.HashData(state.AsSpan()[..^32]));
    }
}
