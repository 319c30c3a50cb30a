using Microsoft.ML.StateSpace.Accuracy.Classification;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Classification;

public sealed class PublishedAccuraciesTests
{
    private const string Notes = """
        # Sets

        | set | length | missing | HC2 | today |
        |---|--:|---|--:|--:|
        | Beef | 470 |  | 0.833 | 0.711 |
        | Dodger | 288 | yes | 0.623 | ERROR |
        | Short | 10 |  |  | 0.5 |
        """;

    [Fact]
    public void Table_HasTheMethodsBehindTheColumnMissing()
    {
        var published = PublishedAccuracies.OfTable(Notes);

        published.Sets.Should().Equal("Beef", "Dodger", "Short");
        published.Methods.Should().Equal("HC2", "earlier default");
        published["Beef", "HC2"].Should().Be(0.833);
        published["Dodger", "earlier default"].Should().BeNull("a word is no value");
        published["Short", "HC2"].Should().BeNull("nothing is no value");
        published["Short", "earlier default"].Should().Be(0.5);
    }

    [Fact]
    public void Notes_WithoutTheTable_AreRefused()
        => Invoking(() => PublishedAccuracies.OfTable("| set | HC2 |\n|---|---|\n| Beef | 1 |")).Should().Throw<InvalidDataException>()
            .WithMessage("*'missing'*");

    [Fact]
    public void Sentences_GiveTheFirstOfTwoPercentages()
    {
        var published = PublishedAccuracies.OfSentences(
        [
            ("Leaf", "results: default split (resample 0) | mean of 30: 1NN-DTW 59.1|62.0, HC2 100|99.9. MLP 56.0, 1NN-ED err 0.4793."),
            ("Gun", "one result: ROCKET 97.0|96.1"),
        ]);

        published.Methods.Should().Equal("DTW", "HC2", "ROCKET");
        published["Leaf", "DTW"].Should().BeApproximately(0.591, 1e-12);
        published["Leaf", "HC2"].Should().Be(1);
        published["Gun", "ROCKET"].Should().BeApproximately(0.97, 1e-12);
        published["Gun", "HC2"].Should().BeNull();
    }

    [SharedDataFact("archive")]
    public void Archive_HasTheMeansThatItsNotesGive()
    {
        var published = PublishedAccuracies.OfTable(File.ReadAllText(SharedData.Path("archive", "README.md")));

        published.Sets.Should().HaveCount(40).And.OnlyHaveUniqueItems();
        double?[] rocket = [.. published.Sets.Select(set => published[set, "MiniROCKET"]).Where(value => value is not null)];
        rocket.Should().HaveCount(29);
        rocket.Average().Should().BeApproximately(0.8612, 1e-4);
        published.Sets.Average(set => published[set, "HC2"]).Should().BeApproximately(0.8472, 1e-4);
    }
}
