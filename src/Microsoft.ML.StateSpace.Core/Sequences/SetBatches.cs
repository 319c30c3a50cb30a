namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>The batches of sequences in memory.</summary>
internal sealed class SetBatches(SequenceSet set, int batchSize) : EpochBatches
{
    private readonly BatchOrder _order = new(set, batchSize);
    private int _next;

    public override int Count => _order.Count;

    public override void Begin(Random random)
    {
        _order.Shuffle(random);
        _next = 0;
    }

    public override void Fill(SequenceBatch batch, int washout) => batch.Fill(set, _order.Batch(_next++), washout);

    // The shortest is the quickest.
    public override SequenceSet Some(bool inHaste)
        => set.Select(inHaste ? [Enumerable.Range(0, set.Count).MinBy(set.Length)] : _order.Batch(0).ToArray());
}
