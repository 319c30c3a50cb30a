using Microsoft.ML.StateSpace.LiveMonitor.Tests.Testing;

namespace Microsoft.ML.StateSpace.LiveMonitor.Tests;

/// <summary>The program without a browser.</summary>
public sealed class ProgramTests(MonitorFixture fixture) : IClassFixture<MonitorFixture>
{
    [Fact]
    public async Task Quick_SeesAnAlertBeginAndEnd_AtTheFirstStartAndTheSecond()
    {
        string folder = Directory.CreateTempSubdirectory("live-monitor-").FullName;
        string port = $"{MonitorProcess.FreePort()}";
        foreach (bool learns in new[] { true, false })
        {
            var (exitCode, output, error) = await MonitorProcess.Run("--folder", folder, "--port", port, "--quick", "10");
            exitCode.Should().Be(0, error);
            error.Should().BeEmpty();
            output.Contains("learning from").Should().Be(learns);
            output.Should().Contain("saw 10 readings").And.Contain("alert, Pump 3").And.Contain("the alert has ended");
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("--port", "70000", "from 1 to 65535")]
    [InlineData("--interval", "0", "at least 1")]
    [InlineData("--interval", "4000000", "from 1 to 3600000")]
    public async Task ANumberOutOfRange_IsRefused(string option, string value, string why)
    {
        var (exitCode, output, error) = await MonitorProcess.Run(option, value);
        exitCode.Should().Be(2);
        error.Should().Contain(why).And.Contain("usage: LiveMonitor");
        output.Should().BeEmpty();
    }

    [Fact]
    public async Task APortThatIsTaken_IsRefused()
    {
        string folder = Directory.CreateTempSubdirectory("live-monitor-").FullName;
        var (exitCode, _, error) = await MonitorProcess.Run("--folder", folder, "--port", $"{fixture.Monitor.Port}");
        exitCode.Should().Be(2);
        error.Should().Contain("Give a free port with --port");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task APumpThatIsNotThere_IsRefused_WithThoseThatAre()
    {
        var answer = await fixture.Monitor.Client.PostAsync("pumps/pump-9/fault", null);
        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("no pump 'pump-9'").And.Contain("pump-1, pump-2");
    }
}
