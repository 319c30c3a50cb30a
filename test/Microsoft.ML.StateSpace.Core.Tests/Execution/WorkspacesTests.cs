using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Execution;

namespace Microsoft.ML.StateSpace.Core.Tests.Execution;

/// <summary>The workspaces of an engine hold no more than is asked for, once those who needed more have ended.</summary>
public class WorkspacesTests
{
    [Fact]
    public void EndOfACall_LetsGoWhatItHadNoUseFor_BeyondTheLimit()
    {
        var (workspaces, use) = Create(largest: 1000);
        use(0, 500);
        use(1, 500);
        workspaces.EndCall();
        long both = workspaces.Floats;
        both.Should().BeGreaterThan(1000);

        use(0, 10);
        workspaces.EndCall();
        workspaces.Floats.Should().BeInRange(both / 2, both * 3 / 4, "the first was used again, the second was not");
        workspaces.Count.Should().Be(2);
    }

    [Fact]
    public void EndOfACall_KeepsEverything_BelowTheLimit()
    {
        var (workspaces, use) = Create(largest: 10_000_000);
        use(0, 500);
        use(1, 500);
        workspaces.EndCall();
        long both = workspaces.Floats;
        use(0, 10);
        workspaces.EndCall();
        workspaces.Floats.Should().Be(both);
    }

    private static (Workspaces Workspaces, Action<int, int> Use) Create(long largest)
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var data = ModelCases.Data(options, 500, 10);
        var (model, parameters) = ModelCases.Create(options, data);
        var batch = ModelCases.Batch(data);
        var workspaces = new Workspaces(model, 2, largest, 1, default);
        return (workspaces, (slot, length)
            => workspaces[slot].Pack(parameters.Values, batch, length == 500 ? 0 : 1, 1, ArenaUse.Train));
    }
}
