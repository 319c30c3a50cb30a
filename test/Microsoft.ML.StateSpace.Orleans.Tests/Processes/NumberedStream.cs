using Microsoft.ML.StateSpace.Grains.Silos;

namespace Microsoft.ML.StateSpace.Grains.Tests.Processes;

/// <summary>
/// A stream beside an engine that nobody disturbs. Each step is given until it is answered. The engine makes the steps that the stream has
/// made, without those that it says it has lost; so the two answer alike only where it says so exactly.
/// </summary>
internal sealed class NumberedStream(IStreamGrain grain, StreamingEngine engine, int keepEverySteps, int seed)
{
    // Far beyond what it takes to find out that a silo is dead, on a machine with much else to do.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Random _random = new(seed);
    private readonly Dictionary<long, byte[]> _states = new() { [0] = StateOf(engine) };

    public IStreamGrain Grain => grain;

    /// <summary>The steps that were given and answered.</summary>
    public long Steps { get; private set; }

    /// <summary>How often the stream went on from a kept state behind which it had made steps, and how many these were in all.</summary>
    public (int Times, long Steps) Lost { get; private set; }

    /// <summary>Makes the next step.</summary>
    public async Task Step()
    {
        long number = Steps + 1;
        float[] values = [_random.NextSingle(), _random.NextSingle()];
        var answer = await Give(new(values) { Number = number });
        answer.Number.Should().Be(number);
        answer.LostSteps.Should().BeInRange(0, keepEverySteps - 1, "a state is kept every {0} steps", keepEverySteps);
        if (answer.LostSteps > 0)
        {
            Lost = (Lost.Times + 1, Lost.Steps + answer.LostSteps.Value);
            engine.SetState(_states[Steps - answer.LostSteps.Value]);
        }
        answer.Values.Should().Equal(engine.Step(values).ToArray(), "step {0} was made, with {1} lost", number, answer.LostSteps);
        Steps = number;
        _states[number] = StateOf(engine);
        _states.Remove(number - keepEverySteps);
    }

    private async Task<StreamAnswer> Give(StreamStep step)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                return await grain.Step(step);
            }
            // A step that is refused for another reason is a fault.
            catch (Exception e) when (SiloCluster.IsOutage(e) && !patience.IsCancellationRequested)
            {
                await Task.Delay(20);
            }
        }
    }

    private static byte[] StateOf(StreamingEngine engine)
    {
        var state = new byte[engine.StateLength];
        engine.GetState(state);
        return state;
    }
}
