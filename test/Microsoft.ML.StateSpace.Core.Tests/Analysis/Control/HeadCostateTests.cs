using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Control;

/// <summary>A core that runs over the heads of H3 has several states for each pole, which no table of one state a pole can hold.</summary>
public class HeadCostateTests
{
    [Theory]
    [InlineData("H3, sequence to sequence", true)]
    [InlineData("H3 of two heads, sequence to sequence", false)]
    public void StatesOfACore_AreShown_WhereThereIsOneForEachPole(string name, bool areShown)
    {
        var options = ModelCases.Options(name);
        var data = ModelCases.Data(options, 9, 6);
        var analysis = PontryaginAnalysis.Of(ControlCases.Model(options, data), data);
        analysis.Cores.Should().HaveCount(2).And.OnlyContain(core => core.Reach != null == areShown && core.PoleReaches.Count > 0);
        analysis.Trajectory.Cores.Should().HaveCount(areShown ? 2 : 0);
        analysis.Layers.Should().HaveCount(2);
    }
}
