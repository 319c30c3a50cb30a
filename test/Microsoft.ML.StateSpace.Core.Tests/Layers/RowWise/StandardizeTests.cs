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
        Near.Equal(PositionWise.Standardize(OracleParameters.Of(_parameters), Rows.Unpack(input, 3, 7)[0]).Flat(), output, Tolerance.Forward, "output");
    }

    [Fact]
    public void Invert_UndoesForward()
    {
        float[] input = Draw.Uniform(21, -30, 30), rows = [.. input];
        _layer.Forward(_parameters.Values, rows, rows);
        _layer.Invert(_parameters.Values, rows);
        Near.Equal(input.ToDouble(), rows, Tolerance.Forward, "rows");
    }

    [Fact]
    public void AChannelThatNeverChanges_IsOnlyCentred() => Assert.Equal(1, _parameters["Deviation"][2]);

    [Fact]
    public void Statistics_AreNotTrained() => Assert.All(_parameters.Parameters, p => Assert.Equal(ParameterGroup.Fixed, p.Group));
}
