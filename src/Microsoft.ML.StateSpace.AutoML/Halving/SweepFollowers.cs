namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>Who follows the trainings of a sweep: each is asked for once, and kept for the higher rungs.</summary>
internal sealed class SweepFollowers(Func<SweepTraining, IProgress<TrainingProgress>?>? follow)
{
    private readonly Dictionary<SweepTraining, IProgress<TrainingProgress>?> _followers = [];

    public IProgress<TrainingProgress>? Of(SweepTraining training)
    {
        if (follow is null)
            return null;
        lock (_followers)
        {
            if (!_followers.TryGetValue(training, out var follower))
                _followers.Add(training, follower = follow(training));
            return follower;
        }
    }
}
