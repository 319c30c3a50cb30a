using Orleans.Concurrency;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// A sweep: it owns the journal and the schedule, and hands out trials. Its turns are short; what is dear, to propose a configuration, to
/// train and to score, is done by workers. Every call may be made again where its answer did not arrive.
/// </summary>
[Alias("StateSpace.ISweepGrain")]
internal interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>All lines of the journal.</summary>
    [Alias("GetLines")]
    ValueTask<string[]> GetLines();

    /// <summary>Begins a run.</summary>
    /// <param name="terms">The run.</param>
    /// <param name="known">Number of the lines of the journal that are known to be the same.</param>
    /// <param name="lines">The lines behind them, which the journal lacks.</param>
    /// <returns>Why it cannot begin; <see langword="null"/> where it has.</returns>
    [Alias("Open")]
    ValueTask<string?> Open(SweepTerms terms, int known, string[] lines);

    /// <summary>What is new behind so many lines and errors. Who has started the run must ask, or the run ends.</summary>
    [Alias("Watch")]
    ValueTask<SweepNews> Watch(string run, int lines, int errors);

    /// <summary>Ends a run.</summary>
    [Alias("Close")]
    ValueTask Close(string run);

    /// <summary>The run that workers can train for, with the header of its journal; <see langword="null"/> where there is none.</summary>
    [Alias("Join")]
    ValueTask<(SweepTerms Terms, string Header)?> Join();

    /// <summary>Hands out a trial, the one that the worker has already where it has one; <see langword="null"/> where the run has ended.
    /// </summary>
    [Alias("Next")]
    ValueTask<TrialTask?> Next(string run, string worker, int lines);

    /// <summary>Keeps what a worker has proposed for a new configuration.</summary>
    [Alias("Propose")]
    ValueTask Propose(string run, string worker, string parameter);

    /// <summary>Says that a worker is there.</summary>
    /// <param name="run">The run.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="configuration">Which configuration it trains; -1 where none.</param>
    /// <param name="rung">At which rung.</param>
    [AlwaysInterleave, Alias("Beat")]
    ValueTask<WorkerOrder> Beat(string run, string worker, int configuration, int rung);

    /// <summary>Writes a trial down.</summary>
    [Alias("Finish")]
    ValueTask<TrialReceipt> Finish(string run, string worker, string trial, bool isOutOfMemory);

    /// <summary>Says that a trial failed for a reason that may not be there another time.</summary>
    [Alias("Fail")]
    ValueTask Fail(string run, string worker, string error);

    /// <summary>Says that a worker trains no longer for a run; with an error where it cannot.</summary>
    [Alias("Leave")]
    ValueTask Leave(string run, string worker, string? error);

    /// <summary>Forgets the journal, unless the sweep runs.</summary>
    /// <returns>Why it cannot, <see langword="null"/> where it has; and how many configurations were begun.</returns>
    [Alias("Forget")]
    ValueTask<(string? Refusal, int Configurations)> Forget();
}
