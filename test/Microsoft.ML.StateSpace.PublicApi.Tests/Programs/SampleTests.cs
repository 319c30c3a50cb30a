using System.Diagnostics;
using System.Reflection;
using Microsoft.ML.StateSpace.Testing;
using Samples;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Programs;

/// <summary>The samples refuse what they do not understand, and say what they do.</summary>
public class SampleTests
{
    private const string Usage = "Sample [--train FILE --test FILE] [--epochs N] [--seeds N,...]";

    public static TheoryData<string> Programs()
        => [.. Directory.EnumerateFiles(Repository.Path("samples"), "*.csproj", SearchOption.AllDirectories)
            .Select(project => Path.GetFileNameWithoutExtension(project))];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Sample_RefusesWhatItDoesNotUnderstand(string name)
    {
        var (exitCode, error) = Run(name, "--nonsense");

        exitCode.Should().Be(2);
        error.Should().Contain($"usage: {name}");
    }

    [Theory]
    [InlineData("SequenceClassification")]
    [InlineData("GpuTraining")]
    [InlineData("AutoMLSweep")]
    public void Sample_RefusesATrainingFileWithoutATestFile(string name)
    {
        var (exitCode, error) = Run(name, "--train", "X_TRAIN.ts");

        exitCode.Should().Be(2);
        error.Should().Contain("--train needs --test as well").And.Contain("usage:");
    }

    [Theory]
    [InlineData("'-x' is not understood", "-x")]
    [InlineData("'5' is not understood", "5", "--epochs")]
    [InlineData("'--Train' is not understood", "--Train", "a")]
    [InlineData("--epochs needs a value", "--epochs")]
    [InlineData("--train needs a value", "--train", "--test", "b")]
    [InlineData("--test needs --train as well", "--test", "b")]
    [InlineData("--epochs is given twice", "--epochs", "1", "--epochs", "2")]
    public void Parse_SaysWhatIsWrongAndWhatCanBeGiven(string what, params string[] args)
        => Invoking(() => Arguments.Parse(args, Usage)).Should().Throw<ArgumentException>().WithMessage($"{what}*usage: {Usage}");

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    public void Count_RefusesWhatIsNoNumber(string value)
        => Invoking(() => Arguments.Parse(["--epochs", value], Usage).Count("--epochs"))
            .Should().Throw<ArgumentException>().WithMessage($"--epochs needs a whole number of at least 1, not '{value}'*usage:*");

    [Fact]
    public void Parse_GivesWhatWasGiven()
    {
        var arguments = Arguments.Parse(["--epochs", "7", "--test", "b", "--train", "a", "--seeds", "1, 2"], Usage);

        arguments["--train"].Should().Be("a");
        arguments["--test"].Should().Be("b");
        arguments.Count("--epochs").Should().Be(7);
        arguments.Numbers("--seeds").Should().Equal(1, 2);
        Arguments.Parse([], Usage)["--train"].Should().BeNull();
    }

    private static (int ExitCode, string Error) Run(string sample, params string[] args)
    {
        string configuration = typeof(SampleTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string program = Repository.Path("samples", sample, "bin", configuration, "net10.0", $"{sample}.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. args])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        output.Result.Should().BeEmpty();
        return (process.ExitCode, error);
    }
}
