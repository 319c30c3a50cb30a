namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>
/// Trains by a way within numbers of passes, the largest first. How many passes an iteration needs is known behind it, so a training is
/// made with as many iterations as there could be room for, and once more with those that there was room for.
/// </summary>
internal sealed class Spending(Way way, Learner learner)
{
    private IReadOnlyList<DescentIteration>? _known; // where AdamW did not come before, fewer passes are the first of the same iterations

    /// <summary>The training with so many passes; <see langword="null"/> where there is no room for an iteration of the method.</summary>
    public Trained? Within(int passes)
    {
        int epochs = (int)(way.OfAdamW * passes) / PassCount.Gradient, left = passes - PassCount.Gradient * epochs;
        if (way.Method is not { } method)
            return Train(epochs, 0);
        Trained? made = null;
        if (_known is null || epochs > 0)
        {
            int most = learner.Passes.Most(left, method);
            if (most == 0)
                return null;
            made = Train(epochs, most);
            _known = made.Model.Summary.Descent!.Iterations;
        }
        int room = learner.Passes.Within(left, method, _known);
        return room == made?.Model.Summary.Descent!.Iterations.Count ? made : room == 0 ? null : Train(epochs, room);
    }

    private Trained Train(int epochs, int iterations)
    {
        var course = new Course();
        var model = learner.Fit(way.Training(epochs, iterations) with { Progress = course, ValidationFraction = 0, Threads = 1 });
        return new(model, course);
    }

    /// <param name="Model">The model.</param>
    /// <param name="Course">Its objective, epoch by epoch.</param>
    public sealed record Trained(Learnt Model, Course Course);

    /// <summary>The objective and the processor's seconds behind each epoch or iteration.</summary>
    public sealed class Course : IProgress<TrainingProgress>
    {
        private readonly TimeSpan _start = Environment.CpuUsage.TotalTime;
        private readonly List<(double Seconds, double Objective)> _points = [];

        public int Count => _points.Count;

        public double Last => _points[^1].Objective;

        public double Seconds => _points[^1].Seconds;

        /// <summary>The objective after some seconds, the last where training ended sooner; NaN where nothing was there yet.</summary>
        public double After(double seconds)
            => _points.LastOrDefault(point => point.Seconds <= seconds, (Seconds: seconds, Objective: double.NaN)).Objective;

        public void Report(TrainingProgress value)
            => _points.Add(((Environment.CpuUsage.TotalTime - _start).TotalSeconds, value.TrainingLoss));
    }
}
