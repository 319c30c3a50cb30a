using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Tables;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>The table's share of a model file, whole and damaged.</summary>
public class TablePayloadTests
{
    private const long Memory = 1_000_000;

    private static readonly WindowOptions Options = Readings.Windows(30, 2) with
    {
        FeatureColumnNames = ["Pressure", "Flow"], LabelColumnNames = ["Load"], TimeColumnName = "Time", TimeUnit = 0.1, Horizon = 3,
    };

    [Fact]
    public void ADamagedPayload_GivesTheOptions_OrIsRefused()
        => FileMutations.Try(
            TablePayload.Write(Options), seed: 70, Memory,
            copy => TablePayload.Read(new MemoryStream(copy)).Should().BeEquivalentTo(Options, o => o.RespectingRuntimeTypes()));

    [Fact]
    public void APayloadWithARightChecksum_GivesOptionsThatHold_OrIsRefused()
        => FileMutations.Try(
            TablePayload.Write(Options), seed: 71, Memory, copy => TablePayload.Read(new MemoryStream(copy)).Validate(), Seal);

    [Fact]
    public void ALaterVersion_IsNamed()
    {
        byte[] bytes = TablePayload.Write(Options);
        bytes[0] = 2;

        Invoking(() => TablePayload.Read(new MemoryStream(bytes))).Should().Throw<InvalidDataException>().WithMessage("*newer*version 2*");
    }

    private static byte[] Seal(byte[] copy)
    {
        if (copy.Length >= 36)
            SHA256.HashData(copy.AsSpan(36), copy.AsSpan(4));
        return copy;
    }
}
