namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// Draws what another generator draws, and looks at a token each time. So whatever draws many numbers can be cancelled, and need not know
/// of it.
/// </summary>
internal sealed class CancellableRandom(Random random, CancellationToken cancellation) : Random
{
    private Random Source
    {
        get
        {
            cancellation.ThrowIfCancellationRequested();
            return random;
        }
    }

    public override int Next() => Source.Next();

    public override int Next(int maxValue) => Source.Next(maxValue);

    public override int Next(int minValue, int maxValue) => Source.Next(minValue, maxValue);

    public override long NextInt64() => Source.NextInt64();

    public override long NextInt64(long maxValue) => Source.NextInt64(maxValue);

    public override long NextInt64(long minValue, long maxValue) => Source.NextInt64(minValue, maxValue);

    public override float NextSingle() => Source.NextSingle();

    public override double NextDouble() => Source.NextDouble();

    public override void NextBytes(byte[] buffer) => Source.NextBytes(buffer);

    public override void NextBytes(Span<byte> buffer) => Source.NextBytes(buffer);

    protected override double Sample() => Source.NextDouble();
}
