using Orleans.Concurrency;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A piece of a file, or a page of a journal, in the storage of the cluster.</summary>
[Alias("StateSpace.IPieceGrain")]
internal interface IPieceGrain : IGrainWithStringKey
{
    [Alias("Write")]
    ValueTask Write(Immutable<byte[]> bytes);

    [Alias("Read")]
    ValueTask<Immutable<byte[]>> Read();

    [Alias("Clear")]
    ValueTask Clear();
}
