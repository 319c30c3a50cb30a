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
        _layer.Set(_parameters, [1, -20, 3], [0.5, 8, 0], [4, 50, 3]);
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
    public void AChannelThatNeverChanges_IsDividedByItsMagnitude() => _parameters["Deviation"][2].Should().Be(3);

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1e-3, 1000.1, 1000.1)] // sixteen floats of one in a thousand: rounding
    [InlineData(1e-2, 1000.1, 1e-2)]
    [InlineData(1e-12, 1e-9, 1e-12)]
    [InlineData(1e-42, 1e-42, 1e-42)]
    [InlineData(1e-46, 1e-45, float.Epsilon)] // a deviation that no float can hold
    [InlineData(3e38, 3.4e38, 3e38)]
    public void Set_TellsConstantsByTheirOwnMagnitude(double deviation, double largest, double expected)
    {
        var layout = new ParameterLayout();
        var layer = new Standardize(layout, 1);
        var parameters = layout.Create(new Random(1));
        layer.Set(parameters, [0], [deviation], [largest]);
        parameters["Deviation"][0].Should().Be((float)expected);
    }

    [Fact]
    public void Forward_BoundsWhatIsFinite_AndKeepsNaN()
    {
        var layout = new ParameterLayout();
        var layer = new Standardize(layout, 1, Standardize.InputBound);
        var parameters = layout.Create(new Random(1));
        layer.Set(parameters, [0], [1e-30], [1e-29]);
        var output = new float[5];
        layer.Forward(parameters.Values, [float.MaxValue, -float.MaxValue, 1e20f, 0, float.NaN], output);
        output[..4].Should().Equal(1e4f, -1e4f, 1e4f, 0);
        float.IsNaN(output[4]).Should().BeTrue();
    }

    [Fact]
    public void Statistics_AreNotTrained() => _parameters.Parameters.Should().AllSatisfy(p => p.Group.Should().Be(ParameterGroup.Fixed));
}
