using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Models;

/// <summary>
/// The names of the cases as data of theories. They stand by themselves because a program that is no test uses the cases too.
/// </summary>
internal static partial class ModelCases
{
    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> PairNames => [.. Pairs.Keys];

    public static TheoryData<string> CausalSequenceNames
        => [.. All.Where(c => c.Value.Task.Axis == AnswerAxis.Step && c.Value.Network.Bidirectional == false).Select(c => c.Key)];
}
