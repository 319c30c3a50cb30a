namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>The batches of a training, epoch by epoch: every sequence once an epoch, and every batch but one of the same size.</summary>
internal abstract class EpochBatches : IDisposable
{
    /// <summary>Batches of an epoch.</summary>
    public abstract int Count { get; }

    /// <summary>Bytes of the pool on which the order of an epoch depends; 0 where it depends on the seed alone.</summary>
    public virtual long Pool => 0;

    /// <summary>Begins an epoch. What it draws does not depend on whether the epoch before was ended.</summary>
    public abstract void Begin(Random random);

    /// <summary>Fills a batch with the next sequences of the epoch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="washout">Time steps at the start of each sequence whose targets are made unknown.</param>
    public abstract void Fill(SequenceBatch batch, int washout);

    /// <summary>Some sequences: those of a batch, or, where there is haste, one that is quickly at hand.</summary>
    public abstract SequenceSet Some(bool inHaste);

    public virtual void Dispose()
    {
    }
}
