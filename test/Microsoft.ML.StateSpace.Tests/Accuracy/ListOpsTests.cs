using System.Text.Json;
using LongRangeArena.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Accuracy;

/// <summary>The expressions of ListOps are drawn and valued as the Long Range Arena does it.</summary>
public sealed class ListOpsTests
{
    private static readonly ListOpsSize Small = new() { MaximumDepth = 4, MaximumArguments = 5, LongerThan = 4, ShorterThan = 80 };

    public static TheoryData<string, int> ReferenceCases()
    {
        string text = File.ReadAllText(Repository.Path("test", "data", "reference-values.json"));
        var cases = new TheoryData<string, int>();
        foreach (var one in JsonDocument.Parse(text).RootElement.GetProperty("listops").GetProperty("cases").EnumerateArray())
            cases.Add(one[0].GetString()!, one[1].GetInt32());
        return cases;
    }

    [Theory]
    [MemberData(nameof(ReferenceCases))]
    [InlineData("[MED 2 9 9 2 ]", 5)] // the mean of 2 and 9, without its fraction
    [InlineData("7", 7)]
    public void Evaluate_GivesTheValueOfTheReference(string expression, int value)
        => ListOps.Evaluate([.. expression.Split(' ').Select(token => ListOps.Tokens.ToList().IndexOf(token))]).Should().Be(value);

    [Fact]
    public void Draw_KeepsWithinDepthArgumentsAndLength()
    {
        int deepest = 0, most = 0;
        foreach (var row in ListOps.Draw(2000, Small, seed: 1))
        {
            string[] tokens = Texts(row);
            tokens.Length.Should().BeInRange(Small.LongerThan + 1, Small.ShorterThan - 1);
            var (depth, arguments) = Measure(tokens);
            arguments.Should().OnlyContain(count => count >= 2 && count <= Small.MaximumArguments);
            (deepest, most) = (Math.Max(deepest, depth), Math.Max(most, arguments.Max()));
        }
        (deepest, most).Should().Be((Small.MaximumDepth, Small.MaximumArguments), "the limits are reached, or they would be other limits");
    }

    [Fact]
    public void Draw_MakesAQuarterOfTheNodesOperatorsAndEveryOperatorAlikeOften()
    {
        // With no expression refused for its length, every argument of the root is an operator with probability 0.25.
        var rows = ListOps.Draw(4000, new() { MaximumDepth = 2, MaximumArguments = 10, LongerThan = 1, ShorterThan = 2000 }, seed: 2);
        rows.Should().AllSatisfy(row => Measure(Texts(row)).Depth.Should().Be(2));
        var flat = rows.Select(row => row.Features[0]).CountBy(key => key).ToDictionary();
        flat.Should().HaveCount(4).And.AllSatisfy(pair => pair.Value.Should().BeInRange(880, 1120)); // four deviations of the binomial

        var deep = ListOps.Draw(4000, new() { MaximumDepth = 3, MaximumArguments = 10, LongerThan = 1, ShorterThan = 2000 }, seed: 2);
        var arguments = deep.SelectMany(row => TopArguments(Texts(row))).ToList();
        arguments.Average(isOperator => isOperator ? 1.0 : 0).Should().BeApproximately(0.25, 0.012);
    }

    [Fact]
    public void Draw_HasNoExpressionTwiceAndIsDecidedByTheSeed()
    {
        var rows = ListOps.Draw(2000, Small, seed: 3);
        rows.Select(row => string.Join(' ', row.Features)).Should().OnlyHaveUniqueItems();
        rows.Select(row => row.Label).Distinct().Should().HaveCount(10);
        ListOps.Draw(100, Small, seed: 3).Should().BeEquivalentTo(rows[..100], options => options.WithStrictOrdering());
        ListOps.Draw(1, Small, seed: 4)[0].Features.Should().NotEqual(rows[0].Features);
    }

    private static string[] Texts(ListOps.Row row) => [.. row.Features.Select(key => ListOps.Tokens[(int)key - 1])];

    // Levels, digits included, and the number of arguments of every operator.
    private static (int Depth, List<int> Arguments) Measure(string[] tokens)
    {
        var open = new Stack<int>();
        var arguments = new List<int>();
        int deepest = 0;
        foreach (string token in tokens)
        {
            if (token == "]")
                arguments.Add(open.Pop());
            if (token.Length == 1 && token != "]")
                deepest = Math.Max(deepest, open.Count + 1);
            if (token.Length == 1 && open.Count > 0)
                open.Push(open.Pop() + 1);
            if (token.Length > 1)
                open.Push(0);
        }
        open.Should().BeEmpty();
        return (deepest, arguments);
    }

    // Of each argument of the outermost operator whether it is an operator.
    private static IEnumerable<bool> TopArguments(string[] tokens)
    {
        int depth = 0;
        foreach (string token in tokens)
        {
            if (depth == 1 && token != "]")
                yield return token.Length > 1;
            depth += token.Length > 1 ? 1 : token == "]" ? -1 : 0;
        }
    }
}
