using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

public class PoleTests
{
    [Fact]
    public void Pole_TellsFrequencyTimeConstantAndDamping()
    {
        // The pole decays in ten time steps, and makes a quarter of an oscillation in each.
        var pole = new Pole("Core", 0, Complex.FromPolarCoordinates(Math.Exp(-0.1), -Math.PI / 2));
        pole.Frequency.Should().BeApproximately(0.25, 1e-12);
        pole.TimeConstant.Should().BeApproximately(10, 1e-9);
        pole.Damping.Should().BeApproximately(0.1 / Math.Sqrt(0.01 + Math.PI * Math.PI / 4), 1e-12);
        new Pole("Core", 0, 0.9).Damping.Should().BeApproximately(1, 1e-12);
    }

    [Fact]
    public void Poles_AreThoseOfEveryBlock()
    {
        const string Name = "LRU, sequence to sequence, layer norm behind";
        var options = ModelCases.Options(Name);
        var (_, parameters) = ModelCases.Create(options, ModelCases.Data(options, 9));
        var poles = Pole.Of(new TrainedModel(options, parameters, Summary.None));
        poles.Select(p => p.Core).Distinct().Should().Equal("Blocks.0.Core", "Blocks.1.Core");
        var nuLog = parameters["Blocks.1.Core.NuLog"];
        var thetaLog = parameters["Blocks.1.Core.ThetaLog"];
        var second = poles.Where(p => p.Core == "Blocks.1.Core").ToList();
        second.Count.Should().Be(nuLog.Length);
        for (int n = 0; n < nuLog.Length; n++)
        {
            var expected = Complex.FromPolarCoordinates(Math.Exp(-Math.Exp(nuLog[n])), Math.Exp(thetaLog[n]));
            Complex.Abs(expected - second[n].Value).Should().BeApproximately(0, 4 * Tolerance.Rounding);
        }
    }

    [Theory]
    [InlineData(0.05, 0.1, 0)]
    [InlineData(0.25, 0.1, 1)]
    [InlineData(0.25, 0.3, 0)]
    public void ShareAbove_FindsWhereASineLies(double frequency, double limit, double share)
    {
        var data = new SequenceSet(1, TargetLayout.Classes);
        data.Add([.. Enumerable.Range(0, 200).Select(t => 3 + MathF.Sin((float)(Math.Tau * frequency * t)))], 0);
        InputSpectrum.ShareAbove(data, limit, [0.7f]).Should().BeApproximately(share, 0.05);
    }

    [Fact]
    public void ShareAbove_DoesNotDependOnTheUnitsOfChannels()
    {
        var data = new SequenceSet(2, TargetLayout.Classes);
        data.Add(
            [.. Enumerable.Range(0, 400).Select(j => j % 2 == 0 ? 1e12f * MathF.Sin(0.1f * (j / 2)) : 1e-12f * MathF.Sin(2f * (j / 2)))],
            0);
        InputSpectrum.ShareAbove(data, 0.1, [0.7e12f, 0.7e-12f]).Should().BeApproximately(0.5, 0.05);
    }

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(Math.PI, false)]
    public void Training_Warns_WhereTheInputIsFasterThanEveryPole(double phase, bool warns)
    {
        var data = new SequenceSet(1, TargetLayout.StepValues(1));
        float[] fast = [.. Enumerable.Range(0, 100).Select(t => t % 3 == 0 ? 1f : -0.5f)];
        data.Add(fast, fast);
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence, Inputs = 1, Outputs = 1,
            Architecture = new LruOptions { Layers = 1, ModelSize = 2, StateSize = 30, PhaseMaximum = phase },
        };
        var warnings = new List<string>();
        Trainer.Fit(options, new TrainingOptions { Epochs = 1, Seed = 1 }, data, warn: warnings.Add);
        (warnings.Count == 1 && warnings[0].Contains("PhaseMaximum")).Should().Be(warns);
    }
}
