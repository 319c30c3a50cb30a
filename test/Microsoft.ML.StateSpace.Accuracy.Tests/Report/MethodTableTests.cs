using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Report;

public sealed class MethodTableTests
{
    [Fact]
    public void Table_HasMedians_WhoIsAhead_AndNothingWhereASeedIsMissing()
    {
        string table = MethodTable.Of(
            ["a"],
            [
                Of("AdamW", 1, 0.5, 10), Of("AdamW", 2, 0.25, 20), Of("AdamW", 3, 0.75, 99.95),
                Of("extended MSA", 1, 0.5, 30), Of("extended MSA", 2, 0.5, 10), Of("extended MSA", 3, 0.125, 99.9, most: 30),
            ]);

        table.Should().Contain("| a | AdamW | 3 | 0.5 / 20.0 | 0.5 / 20.0 | 0.5 / 20.0 |  |  |  |  | 10.0, 100.0 | 1, 1 | 7 | Stalled 3 |")
            .And.Contain("| a | extended MSA | 3 | 0.5 / 30.0 | 0.5 / 30.0 |  |  |  |  |")
            .And.Contain("| extended MSA, against AdamW | 2 / 1 of 3 |").And.Contain("| proximal MSA, against AdamW |  |")
            .And.Contain("| a | AdamW |  | 1 |  |");
        MethodTable.Of(["b"], []).Should().Contain("No method");
    }

    // Passes up to the most have all the same scores; 0.01 s is the only time at which all methods have something.
    private static Run Of(string method, int seed, double objective, double fit, int most = 100)
        => new(
            new RunKey("part", "a", method, seed, "", ""),
            [
                .. MethodTable.Passes.Where(n => n <= most).SelectMany(n => (Score[])
                    [new(MethodTable.Objective(n), objective), new(MethodTable.Fit(n), fit)]),
                new(MethodTable.Objective(0.01), 1), new(MethodTable.Time, 0.5), new(MethodTable.Count, 7, Choice: "Stalled"),
            ],
            1, 1);
}
