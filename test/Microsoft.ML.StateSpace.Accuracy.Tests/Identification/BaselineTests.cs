using Microsoft.ML.StateSpace.Accuracy.Identification;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Identification;

public sealed class BaselineTests
{
    [Fact]
    public void Arx_RecoversALinearSystem_AndSimulatesAnotherRecordOfIt()
    {
        var arx = Arx.Train(Simulated.Resonance(800, seed: 1));

        Recording fresh = Simulated.Resonance(400, seed: 2), other = fresh with { Outputs = [new double[400]] };
        Fit.Of(fresh.Outputs[0], arx.Simulate(fresh)[0]).Percent.Should().BeGreaterThan(99.9);
        // Only the first outputs are read: those behind them may be unknown.
        fresh.Outputs[0].AsSpan(..30).CopyTo(other.Outputs[0]);
        arx.Simulate(other)[0].Should().Equal(arx.Simulate(fresh)[0]);
    }

    [Fact]
    public void Arx_PredictsOneStepAheadFromWhatWasMeasured()
    {
        var arx = Arx.Train(Simulated.Resonance(800, seed: 1));
        var fresh = Simulated.Resonance(400, seed: 2);
        Recording disturbed = fresh with { Outputs = [[.. fresh.Outputs[0]]] };
        disturbed.Outputs[0][200] += 1;

        // A free run does not see the disturbance; the prediction of the step behind it does.
        arx.Simulate(disturbed)[0].Should().Equal(arx.Simulate(fresh)[0]);
        double[] before = arx.Predict(fresh)[0], behind = arx.Predict(disturbed)[0];
        behind[200].Should().Be(before[200]);
        (behind[201] - before[201]).Should().BeGreaterThan(0.1);
        Fit.Of(fresh.Outputs[0], before).Percent.Should().BeGreaterThan(99.9);
    }

    [Fact]
    public void Arx_NeedsTheRightOrders()
    {
        // A resonance has no model of first order, nor one without inputs before.
        var arx = Arx.Train(Simulated.Resonance(800, seed: 1));

        int[] orders = [.. arx.Choices[0].Replace("na ", "").Replace("nb ", "").Split(", ").Select(int.Parse)];
        orders[0].Should().BeGreaterThanOrEqualTo(2);
        orders[1].Should().BeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public void Arx_BearsAnInputThatDoesNotVary()
    {
        Recording Constant(Recording record) => new([record.Inputs[0], [.. record.Inputs[0].Select(_ => 3.0)]], record.Outputs);
        var arx = Arx.Train(Constant(Simulated.Resonance(800, seed: 1)));

        var fresh = Constant(Simulated.Resonance(400, seed: 2));
        Fit.Of(fresh.Outputs[0], arx.Simulate(fresh)[0]).Percent.Should().BeGreaterThan(99.9);
    }

    [Fact]
    public void Ridge_RecoversAFiniteImpulseResponse()
    {
        var ridge = RidgeOverLags.Train(Simulated.ImpulseResponse(300, seed: 1));

        var fresh = Simulated.ImpulseResponse(300, seed: 5);
        Fit.Of(fresh.Outputs[0], ridge.Simulate(fresh)[0]).Percent.Should().BeGreaterThan(99.9);
        ridge.Choices.Should().ContainSingle().Which.Should().StartWith("8 steps");
    }

    [Fact]
    public void Ridge_ChoosesForEachOutputByItself()
    {
        var one = Simulated.ImpulseResponse(300, seed: 1);
        double[] slow = new double[300];
        for (int k = 0; k < 300; k++)
            slow[k] = one.Inputs[0][Math.Max(k - 25, 0)];
        var both = one with { Outputs = [one.Outputs[0], slow] };

        var ridge = RidgeOverLags.Train(both);

        ridge.Choices[0].Should().StartWith("8 steps");
        ridge.Choices[1].Should().StartWith("32 steps");
        Fit.Of(slow, ridge.Simulate(both)[1]).Percent.Should().BeGreaterThan(99.9);
    }
}
