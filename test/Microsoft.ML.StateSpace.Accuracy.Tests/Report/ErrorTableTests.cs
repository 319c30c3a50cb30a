using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Report;

public sealed class ErrorTableTests
{
    [Fact]
    public void EachSet_StandsBesideItsBaselines_AndLossesAreSaid()
    {
        Run[] runs =
        [
            Of("engines", Ours.Method, 1, 70, 12), Of("engines", Ours.Method, 2, 60, 14), Of("engines", ErrorTable.Ridge, 0, 50, 16),
            Of("engines", ErrorTable.Mean, 0, 0, 40), Of("hours", Ours.Method, 1, 40, 3), Of("hours", ErrorTable.Ridge, 0, 60, 2.5),
        ];

        string table = ErrorTable.Of(["engines", "hours", "days"], runs, new Dictionary<string, string> { ["engines"] = "LSTM 16.1" });

        table.Split('\n').Should().ContainInOrder(
            "| engines | 2 | 13 | 14 | 65.0 | 2.0 | 0.50 | 16 | 40 | LSTM 16.1 |",
            "| hours | 1 | 3 | 3 | 40.0 | 2.0 | 0.50 | 2.5 |  |  |",
            "| ridge over windows, FIT % | 2 | 52.5 | 55.0 | 1 | 0 | 1 |",
            "| mean, FIT % | 1 | 65.0 | 0.0 | 1 | 0 | 0 |",
            "- An error above that of the ridge: hours (by 0.5).",
            "- Not measured: days.");
    }

    private static Run Of(string set, string method, int seed, double fit, double error)
        => new(new RunKey("", set, method, seed, "", ""), [new Score("test", fit, error)], 2, 0.5);
}
