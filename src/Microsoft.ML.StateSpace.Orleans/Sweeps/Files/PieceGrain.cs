using Orleans.Concurrency;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Keeps bytes. It is written and read seldom, so it does not stay in memory.</summary>
internal sealed class PieceGrain([PersistentState("piece", SweepOptions.StorageName)] IPersistentState<PieceMemory> kept)
    : Grain, IPieceGrain
{
    public async ValueTask Write(Immutable<byte[]> bytes)
    {
        DeactivateOnIdle();
        kept.State.Bytes = bytes.Value;
        await kept.WriteStateAsync();
    }

    public ValueTask<Immutable<byte[]>> Read()
    {
        DeactivateOnIdle();
        return new(new Immutable<byte[]>(kept.State.Bytes));
    }

    public async ValueTask Clear()
    {
        DeactivateOnIdle();
        await kept.ClearStateAsync();
    }
}

/// <summary>What is kept of a piece.</summary>
[GenerateSerializer, Alias("StateSpace.PieceMemory")]
internal sealed class PieceMemory
{
    [Id(0)]
    public byte[] Bytes { get; set; } = [];
}
