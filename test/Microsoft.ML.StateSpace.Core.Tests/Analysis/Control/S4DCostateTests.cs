using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Control;

/// <summary>The states of S4D and their costates, which its chunks do not hold.</summary>
public class S4DCostateTests
{
    private static readonly S4DOptions Slow = new() { StepSizeMinimum = 0.2, StepSizeMaximum = 0.3 };

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Reach_OfASinglePoleIsItsClosedForm(bool twoWay, bool convolves)
    {
        var core = Slow with { Execution = convolves ? ChannelExecution.Convolution : ChannelExecution.Scan };
        ControlCases.HasReachOfItsPole($"{core}", ControlCases.Small(core) with { Bidirectional = twoWay });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StatesOfEveryChannel_GiveTheOutputOfTheLayer(bool twoWay)
    {
        var options = ControlCases.Line with
        {
            Architecture = new S4DOptions
            {
                Layers = 1, ModelSize = 3, StateSize = 2, Bidirectional = twoWay, Dropout = 0, Initialization = S4DInitialization.LegS,
                Scaffold = ControlCases.Identity,
            },
        };
        var data = ControlCases.Data(options, 2, 70);
        var model = ControlCases.Model(options, data);
        var trajectory = PontryaginAnalysis.Of(model, data).Trajectory;
        trajectory.Cores.Select(core => core.FromEnd).Should().Equal(twoWay ? [false, true] : [false]);

        // stream = u + core(u), and core(u) = sum over directions of 2 Re(C x) + D u.
        double[] u = [.. trajectory.Streams[0].Values], expected = [.. trajectory.Streams[1].Values], output = new double[u.Length];
        for (int i = 0; i < u.Length; i++)
        {
            output[i] = u[i] * (1 + model.Parameters["Blocks.0.Core.D"][i % 3]);
            foreach (var core in trajectory.Cores)
            {
                var c = model.Parameters[core.FromEnd ? "Blocks.0.Core.CReverse" : "Blocks.0.Core.C"];
                for (int n = 0; n < 2; n++)
                {
                    var x = core.Values[i / 3 * 6 + i % 3 * 2 + n];
                    output[i] += 2 * (new Complex(c[i % 3 * 4 + n], c[i % 3 * 4 + 2 + n]) * x).Real;
                }
            }
        }
        output.Should().BeNear(expected, 1e-5);
    }
}
