using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Report;

public sealed class FitTableTests
{
    [Fact]
    public void EachOutput_StandsBesideItsBaselines()
    {
        Run[] runs =
        [
            Of("tanks", Ours.Method, 1, ("", 80, 0.5)), Of("tanks", Ours.Method, 2, ("", 90, 0.3)),
            Of("tanks", FitTable.Ridge, 0, ("", 85.05, 1)),
            Of("arm", Ours.Method, 1, ("y1", 60, 1), ("y2", -3, 2)), Of("arm", FitTable.Arx, 0, ("y1", 50, 1), ("y2", 50, 1)),
        ];

        string table = FitTable.Of(["tanks", "arm", "furnace"], runs);

        table.Split('\n').Should().ContainInOrder(
            "| tanks | 2 | 85.0 | 80.0 | 0.4 | 2.0 | 0.50 | 85.0 |  | chosen |  |",
            "| arm, y1 | 1 | 60.0 | 60.0 | 1 | 2.0 | 0.50 |  | 50.0 |  | chosen |",
            "| arm, y2 | 1 | -3.0 | -3.0 | 2 | 2.0 | 0.50 |  | 50.0 |  | chosen |",
            "| ridge over lags | 1 | 85.0 | 85.0 | 0 | 1 | 0 |",
            "| ARX | 2 | 28.5 | 50.0 | 1 | 0 | 1 |",
            "- Below the better of the linear models: arm, y2 (by 53.0).",
            "- Not measured: furnace.");
    }

    private static Run Of(string set, string method, int seed, params (string Of, double Fit, double Error)[] scores)
        => new(new RunKey("", set, method, seed, "", ""), [.. scores.Select(score
            => new Score(score.Of, score.Fit, score.Error, method == Ours.Method ? null : "chosen"))], 2, 0.5);
}
