// Mirrors Microsoft.ML.AutoML.ITuner, and the internal RandomSearchTuner (package and assembly Microsoft.ML.AutoML).
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

public interface ITuner
{
    Parameter Propose(TrialSettings settings);

    void Update(TrialResult result);
}

internal sealed class RandomSearchTuner(SearchSpace.SearchSpace space, int? seed, bool beginsWithDefaults) : ITuner
{
    private readonly Random _random = seed is { } known ? new Random(known) : new Random();
    private bool _defaultsAreNext = beginsWithDefaults;

    public RandomSearchTuner(AutoMLExperiment.AutoMLExperimentSettings settings, bool beginsWithDefaults)
        : this(settings, settings.Seed, beginsWithDefaults)
    {
    }

    public RandomSearchTuner(AutoMLExperiment.AutoMLExperimentSettings settings, int? seed, bool beginsWithDefaults)
        : this(settings.SearchSpace, seed, beginsWithDefaults)
    {
    }

    public Parameter Propose(TrialSettings settings)
    {
        if (_defaultsAreNext)
        {
            _defaultsAreNext = false;
            return space.SampleFromFeatureSpace(space.Default);
        }
        return space.SampleFromFeatureSpace([.. Enumerable.Range(0, space.FeatureSpaceDim).Select(_ => _random.NextDouble())]);
    }

    public void Update(TrialResult result)
    {
    }
}
