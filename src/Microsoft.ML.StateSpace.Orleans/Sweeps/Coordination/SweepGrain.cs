using System.Text;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A <see cref="SweepBoard"/> with its memory in the storage of the cluster.</summary>
internal sealed class SweepGrain(
    [PersistentState("sweep", SweepOptions.StorageName)] IPersistentState<SweepMemory> kept, SweepOptions options) : Grain, ISweepGrain
{
    private const int LinesAPage = 64;

    private SweepBoard _board = null!;

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Recall([]);

    public ValueTask<string[]> GetLines() => new([.. _board.Lines]);

    public async ValueTask<string?> Open(SweepTerms terms, int known, string[] lines)
    {
        string? refusal = _board.Open(terms, known, lines);
        if (refusal is null)
            await Keep();
        return refusal;
    }

    public ValueTask<SweepNews> Watch(string run, int lines, int errors)
        => new(_board.IsOpen(run) ? _board.Watch(lines, errors) : new(false, [], [], []));

    public async ValueTask Close(string run)
    {
        if (!_board.IsOpen(run))
            return;
        _board.Close();
        await Keep();
    }

    public ValueTask<(SweepTerms Terms, string Header)?> Join() => new(_board.IsOpen() ? _board.Join() : null);

    public async ValueTask<TrialTask?> Next(string run, string worker, int lines)
    {
        if (!_board.IsOpen(run))
            return null;
        var task = _board.Next(worker, lines);
        if (task.Trial is not null)
            await Keep();
        return task;
    }

    public async ValueTask Propose(string run, string worker, string parameter)
    {
        if (!_board.IsOpen(run))
            return;
        _board.Propose(worker, parameter);
        await Keep();
    }

    public ValueTask<WorkerOrder> Beat(string run, string worker, int configuration, int rung)
        => new(_board.IsOpen(run) ? _board.Beat(worker, configuration, rung) : WorkerOrder.Stop);

    public async ValueTask<TrialReceipt> Finish(string run, string worker, string trial, bool isOutOfMemory)
    {
        if (!_board.IsOpen(run))
            return TrialReceipt.Refused;
        var receipt = _board.Finish(worker, trial, isOutOfMemory);
        await Keep();
        return receipt;
    }

    public async ValueTask Fail(string run, string worker, string error)
    {
        if (!_board.IsOpen(run))
            return;
        _board.Fail(worker, error);
        await Keep();
    }

    public async ValueTask Leave(string run, string worker, string? error)
    {
        if (!_board.IsOpen(run))
            return;
        _board.Leave(worker, error);
        await Keep();
    }

    public async ValueTask<(string? Refusal, int Configurations)> Forget()
    {
        if (_board.IsOpen())
            return ($"The sweep '{Name}' is being run by {_board.Memory.Run!.Owner}. Wait until it has ended.", 0);
        int configurations = _board.Configurations;
        for (int page = 0; page < kept.State.Pages; page++)
            await Page(page).Clear();
        await kept.ClearStateAsync();
        DeactivateOnIdle();
        return (null, configurations);
    }

    private async Task Recall(IReadOnlyList<string> errors)
    {
        var lines = new List<string>();
        for (int page = 0; page < kept.State.Pages; page++)
            lines.AddRange(Encoding.UTF8.GetString((await Page(page).Read()).Value).Split('\n'));
        lines.AddRange(kept.State.Lines);
        _board = new(Name, kept.State, lines, options.Timeout, TimeProvider.System, errors);
    }

    private async Task Keep()
    {
        try
        {
            var memory = kept.State;
            int whole = memory.Pages * LinesAPage;
            memory.Lines = [.. _board.Lines.Skip(whole)];
            while (memory.Lines.Count > LinesAPage)
            {
                string page = string.Join('\n', memory.Lines.Take(LinesAPage));
                await Page(memory.Pages).Write(new(Encoding.UTF8.GetBytes(page)));
                memory.Lines.RemoveRange(0, LinesAPage);
                memory.Pages++;
            }
            await kept.WriteStateAsync();
        }
        catch (Exception e)
        {
            await TakeBack(e);
            throw;
        }
    }

    // What is not kept has not happened. Who runs the sweep is told, for nobody goes on before it can be kept.
    private async Task TakeBack(Exception e)
    {
        try
        {
            string error = $"The storage {SweepOptions.StorageName} has not kept the journal of the sweep '{Name}': {e.Message}";
            await kept.ReadStateAsync();
            await Recall([.. _board.Errors, .. _board.Errors.Contains(error) ? Array.Empty<string>() : [error]]);
        }
        catch (Exception)
        {
            DeactivateOnIdle();
        }
    }

    private IPieceGrain Page(int page)
        => GrainFactory.GetGrain<IPieceGrain>($"{Name}{SweepNames.Separator}journal{SweepNames.Separator}{page}");
}
