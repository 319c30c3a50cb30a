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

    [Fact]
    public void WhatIsToldOutputs_StandsInATableOfItsOwn()
    {
        Run[] runs =
        [
            Of("tanks", Ours.Method, 1, ("", 70, 0.5), ("behind", 75, 0.5), ("told", 80, 0.4), ("one step ahead", 98, 0.06)),
            Of("tanks", Ours.Method, 2, ("", 70, 0.5), ("behind", 75, 0.5), ("told", 90, 0.2), ("one step ahead", 98, 0.04)),
            Of("tanks", FitTable.Arx, 0, ("", 60, 1), ("behind", 60, 1), ("told", 60, 1), ("one step ahead", 97, 0.08)),
            Of("arm", Ours.Method, 1, ("y2", 60, 1), ("y2, behind", 61, 1), ("y2, told", 62, 2), ("y2, one step ahead", 90, 0.25)),
        ];

        OutputTable.Of(["tanks", "arm"], runs).Split('\n').Should().ContainInOrder(
            "| tanks | 75.0 | 85.0 | 60.0 | 0.3 | 1 | 0.05 | 0.08 |",
            "| arm, y2 | 61.0 | 62.0 |  | 2 |  | 0.25 |  |",
            "| ARX, both told | 1 | 85.0 | 60.0 | 1 | 0 | 0 |");
        FitTable.Of(["tanks", "arm"], runs).Should().Contain("| tanks | 2 | 70.0 ").And.NotContain("told").And.NotContain("behind");
        OutputTable.Of(["tanks"], [runs[2]]).Should().BeEmpty();
    }

    private static Run Of(string set, string method, int seed, params (string Of, double Fit, double Error)[] scores)
        => new(new RunKey("", set, method, seed, "", ""), [.. scores.Select(score
            => new Score(score.Of, score.Fit, score.Error, method == Ours.Method ? null : "chosen"))], 2, 0.5);
}
