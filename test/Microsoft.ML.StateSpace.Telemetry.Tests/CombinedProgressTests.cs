namespace Microsoft.ML.StateSpace.Telemetry.Tests;

public class CombinedProgressTests
{
    [Fact]
    public void Reports_ReachAllWhoAskForThem()
    {
        var logger = new ListLogger();
        var epochs = new List<int>();
        var combined = new CombinedProgress(new OnEpoch(epochs), new LoggerProgress(logger), new OnEpoch(epochs));

        combined.Report(Reports.Epoch(1));
        combined.Report(Reports.End(TrainingStop.Completed));

        epochs.Should().Equal(1, 1);
        logger.Entries.Select(entry => entry.Id.Id).Should().Equal(2, 3, 4);
    }

    private sealed class OnEpoch(List<int> epochs) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => epochs.Add(value.Epoch);
    }
}
