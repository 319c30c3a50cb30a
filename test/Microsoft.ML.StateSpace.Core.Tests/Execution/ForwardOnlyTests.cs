using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Execution;

/// <summary>A pass that no gradient follows keeps less, and answers with the bits of one that a gradient follows.</summary>
[Trait("Kind", "Law")]
public class ForwardOnlyTests
{
    public static TheoryData<string> Names => [.. ModelCases.AllNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void Scores_HaveTheBitsOfATrainingPass(string name)
    {
        var options = ModelCases.Options(name);
        // More rows than a layer takes at once, in sequences that begin within them.
        var data = ModelCases.Data(options, 700, 30, 300);
        var (model, parameters) = ModelCases.Create(options, data);
        var batch = ModelCases.Batch(data);
        var weights = new Weights(parameters.Values, new float[model.Layout.PreparedLength]);
        model.Prepare(weights);
        float[] expected = Answers(ArenaUse.Train, weights);
        Answers(ArenaUse.Score, weights).Should().BeBitwise(expected);

        float[] Answers(ArenaUse use, Weights weights)
        {
            var workspace = new Workspace(model);
            workspace.Pack(parameters.Values, batch, 0, batch.Count, use);
            workspace.Forward(weights);
            return workspace.Output.ToArray();
        }
    }
}
