using Microsoft.ML.StateSpace.Definitions;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Enrolments;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>What time intervals mean for every core that takes them, beyond the oracle.</summary>
[Trait("Kind", "Law")]
public class IntervalTests
{
    private const int Size = 6;

    /// <summary>The cores of all models with intervals.</summary>
    public static TheoryData<string> Models
        => [.. CoreEnrolment.All.SelectMany(core => core.Models).Where(model => model.Options.HasIntervals).Select(model => model.Name)];

    [Fact]
    public void EveryCoreThatTakesIntervals_HasModelsOneWayAndTwoWay()
    {
        foreach (var core in CoreEnrolment.All)
        {
            bool[] twoWay = [
                .. core.Models.Where(model => model.Options.HasIntervals)
                    .Select(model => model.Options.Network.Bidirectional == true).Distinct().Order()];
            twoWay.Should().Equal(core.Definition.TakesIntervals ? [false, true] : [], core.Definition.Name);
            core.Layers.Any(layer => layer.TakesIntervals).Should().Be(core.Definition.TakesIntervals, core.Definition.Name);
        }
    }

    [Fact]
    public void OtherCores_RefuseIntervals_AndNameThoseThatTakeThem()
    {
        foreach (var core in CoreDefinition.All.Where(core => !core.TakesIntervals))
        {
            string message = Invoking(core.CreateOptions().RequireIntervals).Should().ThrowExactly<ArgumentOutOfRangeException>()
                .WithParameterName("Architecture").Which.Message;
            message.Should().Contain(core.OptionsType.Name).And.Contain("IntervalColumnName");
            message.Should().ContainAll(CoreDefinition.All.Where(other => other.TakesIntervals).Select(other => other.OptionsType.Name));
        }
    }

    // Where a layer serves both, it must give the same bits; a layer of its own has other sums.
    [Theory]
    [MemberData(nameof(Models))]
    public void IntervalsOfOne_AreRegularTimeSteps(string model)
    {
        const int Length = 200;
        LayerRun regular = Create(model, hasIntervals: false), irregular = Create(model, hasIntervals: true);
        bool isSame = regular.Layer.GetType() == irregular.Layer.GetType();
        irregular.Parameters.Values.Should().BeBitwise(regular.Parameters.Values);
        irregular.Intervals = [.. Enumerable.Repeat(1f, Length)];
        float[] input = Draw.Uniform(Length * regular.Layer.InputSize, 7), upstream = Draw.Uniform(Length * regular.Layer.OutputSize, 8);
        Check(irregular.Forward(input, Length), regular.Forward(input, Length), Tolerance.Forward, "y");
        float[] expectedInput = new float[input.Length], actualInput = new float[input.Length];
        ParameterSet expected = new(regular.Parameters.Parameters), actual = new(regular.Parameters.Parameters);
        regular.Backward(input, [Length], upstream, expectedInput, expected);
        irregular.Backward(input, [Length], upstream, actualInput, actual);
        Check(actualInput, expectedInput, Tolerance.Gradient, "input");
        foreach (var parameter in expected.Parameters)
            Check(actual[parameter.Name].ToArray(), expected[parameter.Name].ToArray(), Tolerance.Gradient, parameter.Name);

        void Check(float[] values, float[] others, double tolerance, string name)
        {
            if (isSame)
                values.Should().BeBitwise(others);
            else
                values.Should().BeNear(others.ToDouble(), tolerance, name);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void IntervalsOfAnySize_GiveFiniteNumbers(string model)
    {
        var run = Create(model, hasIntervals: true);
        run.Intervals = [
            float.Epsilon, float.MaxValue, .. Enumerable.Range(0, 75).Select(t => MathF.Pow(10, t - 37)),
            1, float.MaxValue, float.Epsilon, 1];
        int length = run.Intervals.Length;
        float[] input = Draw.Uniform(length * run.Layer.InputSize, 7), inputGradient = new float[input.Length];
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Forward(input, length).Should().OnlyContain(y => float.IsFinite(y));
        run.Backward(input, [length], Draw.Uniform(length * run.Layer.OutputSize, 8), inputGradient, gradients);
        inputGradient.Should().OnlyContain(g => float.IsFinite(g));
        foreach (var parameter in gradients.Parameters)
            gradients[parameter.Name].ToArray().Should().OnlyContain(g => float.IsFinite(g), parameter.Name);
    }

    /// <summary>Zero-order hold is exact for a held input: however the time is cut, the output at a moment is the same.</summary>
    internal static void HeldInput_GivesTheSameOutput_HoweverTimeIsCut(Func<ParameterLayout, Layer> create)
    {
        float[][] partitions = [[3], [1, 2], [2, 1], [1, 1, 1], [0.25f, 0.5f, 0.75f, 1.5f]];
        var run = new LayerRun(create);
        float[] input = Draw.Uniform(run.Layer.InputSize, 5);
        double[][] last = [.. partitions.Select(intervals =>
        {
            run.Intervals = intervals;
            return run.Forward([.. intervals.SelectMany(_ => input)], intervals.Length)[^run.Layer.OutputSize..].ToDouble();
        })];
        foreach (double[] y in last)
            y.Should().BeNear(last[0], Tolerance.Forward, "y");
    }

    private static LayerRun Create(string model, bool hasIntervals)
    {
        var options = CoreEnrolment.All.SelectMany(core => core.Models).Single(entry => entry.Name == model).Options;
        return new LayerRun(layout => new CoreSite(layout, options.Network, Size, hasIntervals).CreateCore());
    }
}
