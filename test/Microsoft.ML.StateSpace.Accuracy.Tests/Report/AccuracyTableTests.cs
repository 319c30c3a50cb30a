using Microsoft.ML.StateSpace.Accuracy.Classification;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Report;

public sealed class AccuracyTableTests
{
    private static readonly PublishedAccuracies Published = PublishedAccuracies.OfTable("""
        | set | missing | MiniROCKET | HC2 |
        |---|---|--:|--:|
        | Beef | | 0.900 | 0.700 |
        | Car | | 0.601 | 0.610 |
        | Ham | yes | | 0.500 |
        | Meat | | 0.500 | 0.500 |
        """);

    [Fact]
    public void Row_HasMeanLowestAndSeconds_AndTheLinesSumUp()
    {
        Run[] runs = [.. Runs("Beef", 0.7, 0.8), .. Runs("Car", 0.6, 0.6), .. Runs("Ham", 0.9)];

        string table = AccuracyTable.Of(Published.Sets, runs, Published);

        table.Split('\n').Should().ContainInOrder(
            "| set | seeds | ours, mean | lowest | training s | scoring s | MiniROCKET | HC2 |",
            "| Beef | 2 | 0.750 | 0.700 | 2.0 | 0.50 | 0.900 | 0.700 |",
            "| Car | 2 | 0.600 | 0.600 | 2.0 | 0.50 | 0.601 | 0.610 |",
            "| Ham | 1 | 0.900 | 0.900 | 2.0 | 0.50 |  | 0.500 |",
            "| against | sets | ours, mean | theirs, mean | wins | ties | losses |",
            "| MiniROCKET | 2 | 0.6750 | 0.7505 | 0 | 1 | 1 |",
            "| HC2 | 3 | 0.7500 | 0.6033 | 2 | 0 | 1 |",
            "- Mean over 3 sets: 0.7500.",
            "- Means over the 2 sets that every method has: ours 0.6750, MiniROCKET 0.7505, HC2 0.6550.",
            "- More than 0.10 below the better of MiniROCKET and InceptionTime: Beef (by 0.150).",
            "- One training of each of the 3 sets, one after the other: 6 s; scoring: 2 s.",
            "- Not measured: Meat.");
    }

    [Fact]
    public void Table_WithoutRunsOrWithoutPublishedValues_SaysWhatThereIs()
    {
        AccuracyTable.Of(["mnist"], [], PublishedAccuracies.OfSentences([])).Should().Be("No set has been measured yet.\n");
        string table = AccuracyTable.Of(["mnist"], Runs("mnist", 0.98), PublishedAccuracies.OfSentences([]));
        table.Should().Contain("| mnist | 1 | 0.980 |").And.NotContain("against");
    }

    private static Run[] Runs(string set, params double[] accuracies)
        => [.. accuracies.Select((accuracy, i)
            => new Run(new RunKey("", set, Ours.Method, i + 1, "", ""), [new Score("test", accuracy)], 2, 0.5))];
}
