using Microsoft.ML.StateSpace.AutoML.Journal;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>A trial to run: a configuration, from 0, up to a rung, from 0.</summary>
internal readonly record struct HalvingStep(int Configuration, int Rung);

/// <summary>
/// Decides which trial is next, by asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning",
/// MLSys 2020, arXiv:1810.05934), with one worker or with many: what others work on does not wait, and is not begun again. It looks from
/// the highest rung downwards for a configuration that may go on: one among the best 1 / <c>factor</c> of its rung, or the best of the
/// rung, that has not gone on yet. Where there is none, a new configuration begins. So with one worker the first configuration, the
/// defaults, is trained to its end at once, and a whole model exists early. Above the rungs of epochs lie the rungs of repeats, where a
/// configuration is trained from its start once more.
/// </summary>
internal sealed class HalvingSchedule(int rungs, int factor, int repeats)
{
    private readonly Dictionary<int, double>[] _losses =
        [.. Enumerable.Range(0, rungs + repeats).Select(_ => new Dictionary<int, double>())];

    /// <summary>Share of all epochs up to which a rung trains.</summary>
    public double Share(int rung) => Math.Pow(factor, Math.Min(0, rung - (rungs - 1)));

    /// <summary>Which training from the start a rung is, from 0.</summary>
    public int Repeat(int rung) => Math.Max(0, rung - (rungs - 1));

    /// <summary>Takes note of a trial; a loss that is no number, or the largest there is, is a failure.</summary>
    public void Finish(HalvingStep step, double loss)
        => _losses[step.Rung][step.Configuration] = double.IsFinite(loss) && loss < double.MaxValue ? loss : double.PositiveInfinity;

    /// <summary>Takes note of a trial of a journal.</summary>
    public void Finish(SweepTrial trial) => Finish(new(trial.Configuration, trial.Rung), trial.Succeeded ? trial.Loss : double.NaN);

    /// <summary>The training that a trial begins, or continues.</summary>
    public SweepTraining Training(HalvingStep trial, int fold, int step)
        => new() { Configuration = trial.Configuration, Repeat = Repeat(trial.Rung), Fold = fold, Step = step };

    /// <summary>
    /// The mean metric of a configuration over all its trainings from the start: the one that has just ended and those on the rungs below.
    /// </summary>
    public double MeanMetric(HalvingStep step, double metric, JournalRecords journal)
    {
        int before = Repeat(step.Rung);
        return before == 0 ? metric : (before * journal.Find(step.Configuration, step.Rung - 1)!.Metric + metric) / (before + 1);
    }

    /// <param name="outstanding">The trials that others work on.</param>
    public HalvingStep Next(params IReadOnlyCollection<HalvingStep> outstanding)
    {
        for (int rung = _losses.Length - 2; rung >= 0; rung--)
        {
            var best = _losses[rung].OrderBy(l => l.Value).ThenBy(l => l.Key).Take(Math.Max(1, _losses[rung].Count / factor));
            foreach (var (configuration, loss) in best)
            {
                var next = new HalvingStep(configuration, rung + 1);
                if (double.IsFinite(loss) && !_losses[rung + 1].ContainsKey(configuration) && !outstanding.Contains(next))
                    return next;
            }
        }
        return new(_losses[0].Keys.Concat(outstanding.Select(step => step.Configuration)).DefaultIfEmpty(-1).Max() + 1, 0);
    }
}
