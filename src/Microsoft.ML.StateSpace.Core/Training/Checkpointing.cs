using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Saves the state of one training to its checkpoint, and loads it back.</summary>
internal sealed class Checkpointing(
    ICheckpoint checkpoint,
    SequenceModelOptions model, TrainingOptions training,
    SequenceSource data, SequenceSource? validation, long pool,
    ParameterSet initial, LinearSystem? start)
{
    private readonly TrainingIdentity _identity = new(
        model, training,
        Hash(data, validation, pool, start, training.InitialParameters is null ? null : initial, training.Cancellation));
    private readonly TrainingState _state = new(initial);

    /// <summary>Takes the checkpoint's place for this training, until the result is disposed.</summary>
    public IDisposable? Claim() => checkpoint.Claim(_identity);

    /// <summary>What the log should say where the checkpoint has nothing of this training.</summary>
    public string? Beginning => checkpoint.Beginning(_identity);

    /// <summary>
    /// Brings the best model to where the checkpoint left it, and returns the state; <see langword="null"/> where the checkpoint has
    /// nothing of this training.
    /// </summary>
    public TrainingState? Load(BestModel best)
    {
        if (!checkpoint.Load(_identity, _state))
            return null;
        best.Load(_state);
        return _state;
    }

    /// <summary>Saves the best model, and the state that <paramref name="fill"/> has filled but for that.</summary>
    public void Save(BestModel best, Action<TrainingState> fill)
    {
        fill(_state);
        best.Save(_state);
        checkpoint.Save(_identity, _state);
    }

    /// <summary>
    /// Brings the engine and the best model to where the checkpoint left them, and returns the state. Returns <see langword="null"/> where
    /// the checkpoint has nothing of this training.
    /// </summary>
    public TrainingState? Load(ISequenceEngine engine, BestModel best)
    {
        var state = Load(best);
        if (state is not null)
            engine.Load(state.Engine);
        return state;
    }

    public void Save(ISequenceEngine engine, BestModel best, int epoch, double firstLoss, TimeSpan elapsed)
        => Save(best, state =>
        {
            engine.Save(state.Engine);
            (state.Epoch, state.FirstLoss, state.Elapsed) = (epoch, firstLoss, elapsed);
        });

    // With another pool, the batches of streamed sequences are others; from another system or other parameters, all values are.
    private static string Hash(
        SequenceSource data, SequenceSource? validation, long pool, LinearSystem? start, ParameterSet? given,
        CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var source in validation is null ? [data] : new[] { data, validation })
        {
            Append(hash, [source.Count]);
            foreach (var set in source.Parts(cancellation))
                Append(hash, set, cancellation);
        }
        if (pool > 0)
            Append(hash, [(int)pool, (int)(pool >> 32)]);
        if (start is not null)
            hash.AppendData(SystemStart.Bytes(start));
        if (given is not null)
            hash.AppendData(MemoryMarshal.AsBytes(given.Values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, SequenceSet set, CancellationToken cancellation)
    {
        for (int i = 0; i < set.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Append(hash, [set.Length(i)]);
            if (set.HasPairs)
                Append(hash, [set.Split(i)]);
            hash.AppendData(MemoryMarshal.AsBytes(set.Values(i)));
            hash.AppendData(MemoryMarshal.AsBytes(set.Intervals(i)));
            Append(hash, set.Classes(i));
            hash.AppendData(MemoryMarshal.AsBytes(set.TargetsOf(i)));
        }
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<int> numbers) => hash.AppendData(MemoryMarshal.AsBytes(numbers));
}
