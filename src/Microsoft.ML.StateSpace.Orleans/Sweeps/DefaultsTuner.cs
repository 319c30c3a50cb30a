using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Proposes the defaults, where what is tried is decided elsewhere.</summary>
/// <param name="settings">The settings of the experiment.</param>
/// <param name="propose">Called before each proposal.</param>
/// <param name="update">Called behind each trial.</param>
internal sealed class DefaultsTuner(
    AutoMLExperiment.AutoMLExperimentSettings settings, Action? propose = null, Action? update = null) : ITuner
{
    public Parameter Propose(TrialSettings trial)
    {
        propose?.Invoke();
        return settings.SearchSpace.SampleFromFeatureSpace(settings.SearchSpace.Default);
    }

    public void Update(TrialResult result) => update?.Invoke();
}
