using Microsoft.ML.StateSpace.Testing;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies.Watched;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies;

/// <summary>Anomalies while rows arrive.</summary>
public class AnomalyEngineTests
{
    private static readonly float[] Values = [.. Simulated(5, 500).Select((value, day) => day % 90 == 80 ? value + 15 : value)];

    private static readonly AnomalyTransformer Model = Fit(Options with { LongestSpike = 2 }, Simulated(6, 600));

    [Fact]
    public void Engine_AnswersAsTransform()
    {
        var answers = Answers(Model, Values);
        var engine = Model.CreateAnomalyEngine();
        for (int row = 0; row < Values.Length; row++)
            engine.Score([Values[row]]).ToArray().Should().Equal(answers[row]);
        (engine.InputLength, engine.Targets, engine.Rows).Should().Be((1, 1, Values.Length));
        answers.Sum(answer => answer[0]).Should().BeInRange(5, 20);
    }

    // A state in the midst of a spike.
    [Fact]
    public void ASavedState_GoesOn()
    {
        var (engine, other) = (Model.CreateAnomalyEngine(), Model.CreateAnomalyEngine());
        for (int row = 0; row <= 440; row++)
            engine.Score([Values[row]]);
        engine.Score([Values[441] + 40])[0].Should().Be(1);
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);
        other.SetState(state);
        for (int row = 442; row < 500; row++)
            other.Score([Values[row] + 40]).ToArray().Should().Equal(engine.Score([Values[row] + 40]).ToArray());
        other.Rows.Should().Be(engine.Rows);
    }

    [Fact]
    public void AResetEngine_BeginsANewSeries()
    {
        var (engine, fresh) = (Model.CreateAnomalyEngine(), Model.CreateAnomalyEngine());
        foreach (float value in Values[..100])
            engine.Score([2 * value]);
        engine.Reset();
        engine.Rows.Should().Be(0);
        foreach (float value in Values[..100])
            engine.Score([value]).ToArray().Should().Equal(fresh.Score([value]).ToArray());
    }

    [Fact]
    public void ADamagedState_ChangesNothing()
    {
        var (engine, other) = (Model.CreateAnomalyEngine(), Model.CreateAnomalyEngine());
        foreach (float value in Values[..100])
            engine.Score([value]);
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);
        other.SetState(state);
        for (int i = 0; i < state.Length; i += 7)
        {
            byte[] copy = [.. state];
            copy[i] ^= 16;
            Invoking(() => engine.SetState(copy)).Should().Throw<InvalidDataException>();
        }
        var another = Fit(Options, Values[..300]).CreateAnomalyEngine();
        Invoking(() => another.SetState(state)).Should().Throw<ArgumentException>();
        engine.Score([Values[100]]).ToArray().Should().Equal(other.Score([Values[100]]).ToArray());
    }

    [Fact]
    public void AStep_AllocatesNothing()
    {
        var engine = Model.CreateAnomalyEngine();
        foreach (float value in Values[..100])
            engine.Score([value]);
        NoAllocation.In(() =>
        {
            foreach (float value in Values.AsSpan(100, 200))
                engine.Score([value]);
        });
    }
}
