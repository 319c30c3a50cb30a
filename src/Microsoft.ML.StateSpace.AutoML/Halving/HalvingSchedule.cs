namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>A trial to run: a configuration, from 0, up to a rung, from 0.</summary>
internal readonly record struct HalvingStep(int Configuration, int Rung);

/// <summary>
/// Decides which trial is next, by asynchronous successive halving with one worker (Li et al., "A System for Massively Parallel
/// Hyperparameter Tuning", MLSys 2020, arXiv:1810.05934). It looks from the highest rung downwards for a configuration that may go on: one
/// among the best 1 / <c>factor</c> of its rung, or the best of the rung, that has not gone on yet. Where there is none, a new
/// configuration begins. So the first configuration, the defaults, is trained to its end at once, and a whole model exists early. Above the
/// rungs of epochs lie the rungs of repeats, where a configuration is trained from its start once more.
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

    public HalvingStep Next()
    {
        for (int rung = _losses.Length - 2; rung >= 0; rung--)
        {
            var best = _losses[rung].OrderBy(l => l.Value).ThenBy(l => l.Key).Take(Math.Max(1, _losses[rung].Count / factor));
            foreach (var (configuration, loss) in best)
            {
                if (double.IsFinite(loss) && !_losses[rung + 1].ContainsKey(configuration))
                    return new(configuration, rung + 1);
            }
        }
        return new(_losses[0].Count == 0 ? 0 : _losses[0].Keys.Max() + 1, 0);
    }
}
