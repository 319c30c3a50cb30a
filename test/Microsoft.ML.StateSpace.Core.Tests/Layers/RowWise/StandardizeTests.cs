using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

[Trait("Kind", "Law")]
public class StandardizeTests
{
    private readonly Standardize _layer;
    private readonly ParameterSet _parameters;

    public StandardizeTests()
    {
        var layout = new ParameterLayout();
        _layer = new Standardize(layout, 3);
        _parameters = layout.Create(new Random(1));
        _layer.Set(_parameters, [1, -20, 3], [0.5, 8, 0]);
    }

    [Fact]
    public void Forward_MatchesOracle()
    {
        float[] input = Draw.Uniform(21, -30, 30), output = new float[21];
        _layer.Forward(_parameters.Values, input, output);
        output.Should().BeNear(PositionWise.Standardize(OracleParameters.Of(_parameters), Rows.Unpack(input, 3, 7)[0]).Flat(),
            Tolerance.Forward, "output");
    }

    [Fact]
    public void Invert_UndoesForward()
    {
        float[] input = Draw.Uniform(21, -30, 30), rows = [.. input];
        _layer.Forward(_parameters.Values, rows, rows);
        _layer.Invert(_parameters.Values, rows);
        rows.Should().BeNear(input.ToDouble(), Tolerance.Forward, "rows");
    }

    [Fact]
    public void AChannelThatNeverChanges_IsOnlyCentred() => _parameters["Deviation"][2].Should().Be(1);

    [Fact]
    public void Statistics_AreNotTrained() => _parameters.Parameters.Should().AllSatisfy(p => p.Group.Should().Be(ParameterGroup.Fixed));
}
