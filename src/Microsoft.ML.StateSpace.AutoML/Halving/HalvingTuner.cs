using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>AutoML's view of a sweep: it proposes what the sweep wants next.</summary>
internal sealed class HalvingTuner(Sweep sweep) : ITuner
{
    public Sweep Sweep => sweep;

    public Parameter Propose(TrialSettings settings)
    {
        sweep.Enter();
        return sweep.Next();
    }

    /// <summary>The runner has written down what is worth it; a trial that it knows nothing of failed otherwise.</summary>
    public void Update(TrialResult result)
    {
        var plan = TrialPlan.Of(result.TrialSettings.Parameter);
        if (!plan.IsReplay && sweep.Find(plan.Step) is null)
            sweep.Skip(plan.Step);
    }
}
