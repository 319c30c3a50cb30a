using System.Reflection;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>
/// The advice of every message, followed once. A message with a new remedy fails <see cref="Remedies_AreAllFollowed"/> until its situation
/// stands in one of the tables beside this file.
/// </summary>
public class RemedyTests
{
    /// <summary>What a test cannot follow.</summary>
    private static readonly string[] Exempt =
    [
        ". Update the package Microsoft.ML.StateSpace.", // there is no later version
        // The tests of that package have it.
        "ONNX models of this step are written by the package Microsoft.ML.StateSpace.Onnx, which this program does not have. Add it with "
            + "dotnet add package Microsoft.ML.StateSpace.Onnx.",
    ];

    private static readonly Situation[] All =
    [
        .. ColumnSituations.All, .. LabelSituations.All, .. RowSituations.All, .. TsFileSituations.All, .. TsfFileSituations.All,
        .. OptionSituations.All, .. ModelSituations.All, .. TaskSituations.All, .. StepBankSituations.All, .. TableSituations.All,
        .. BudgetSituations.All, .. ResidualSituations.All, .. ForecastSituations.All, .. AnomalySituations.All,
        .. OutputSituations.All, .. InitialSystemSituations.All, .. CoreSizeSituations.All, .. LearningSituations.All,
        .. PairSituations.All, .. BatchSituations.All, .. MethodSituations.All, .. MsaSituations.All, .. OnnxSituations.All,
    ];

    public static TheoryData<string> Names => [.. All.Select(situation => situation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Remedy_LeadsToSuccess(string name)
    {
        var situation = All.Single(s => s.Name == name);

        Message(situation).Should().Contain(situation.Says);
        Invoking(situation.Remedy).Should().NotThrow();
    }

    [Fact]
    public void Remedies_AreAllFollowed()
    {
        string[] messages = [.. All.Select(Message)];
        var face = typeof(SequenceTransformer).Assembly.GetTypes();
        var options = typeof(ArchitectureOptions).Assembly.GetTypes().Where(type => type.Namespace == "Microsoft.ML.StateSpace");

        string[][] remedies = [.. Literals.Remedies([.. face, .. options])];
        var unfollowed = remedies.Where(pieces => !Exempt.Contains(pieces[0]) && !messages.Any(message => pieces.All(message.Contains)))
            .Select(pieces => string.Join("...", pieces)).Distinct();

        remedies.Should().HaveCountGreaterThan(30);
        string.Join('\n', unfollowed).Should().BeEmpty("each remedy of a message is followed in a table of situations");
    }

    private static string Message(Situation situation)
    {
        var error = Record.Exception(situation.Wrong);
        error.Should().NotBeNull($"this is wrong: {situation.Name}");
        return (error is AggregateException or TargetInvocationException ? error.InnerException! : error!).Message;
    }
}
