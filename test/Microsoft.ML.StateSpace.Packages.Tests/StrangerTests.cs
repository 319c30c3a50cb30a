
namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>What somebody gets who has the packages and not the sources.</summary>
[Collection(PackageFeed.Collection)]
public class StrangerTests(PackageFeed feed)
{
    /// <summary>
    /// The sample is the README's example, and starts the other program, which does no more than <c>mlContext.Model.Load</c> and
    /// predict.
    /// </summary>
    [Fact]
    public void ReadmeExample_RunsFromThePackagesAndAnotherProgramLoadsItsModel()
    {
        using var stranger = new Stranger(feed.Path);
        string sample = Path.Combine(stranger.Path, "samples", "SequenceClassification");
        string train = stranger.WriteSequences("Slopes_TRAIN.ts", count: 24, seed: 1);
        string test = stranger.WriteSequences("Slopes_TEST.ts", count: 10, seed: 2);

        Dotnet.Build(sample, "build", "--configuration", "Release", "--verbosity", "quiet");
        string output = Dotnet.Run(
            sample, Path.Combine(sample, "bin", "Release", "net10.0", "SequenceClassification.dll"), "--train", train, "--test", test);

        string restored = Path.Combine(stranger.Packages, "microsoft.ml.statespace", BuiltWith.Version);
        Directory.Exists(restored).Should().BeTrue("it was restored from the feed");
        output.Should().Contain("another process: 10 predictions, every score bit-identical").And.Contain("accuracy: 1.000");
    }

    [Fact]
    public void TorchSharpPackage_RestoresBesideTheOthers()
    {
        using var stranger = new Stranger(feed.Path);
        stranger.Write(
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <PackageReference Include="Microsoft.ML.StateSpace" />
                <PackageReference Include="Microsoft.ML.StateSpace.TorchSharp" />
              </ItemGroup>
            </Project>
            """, "Trainer", "Trainer.csproj");

        Dotnet.Build(Path.Combine(stranger.Path, "Trainer"), "restore", "--verbosity", "quiet");

        foreach (string id in new[] { "microsoft.ml.statespace", "microsoft.ml.statespace.core", "microsoft.ml.statespace.torchsharp" })
            Directory.Exists(Path.Combine(stranger.Packages, id, BuiltWith.Version)).Should().BeTrue("{0} was restored from the feed", id);
    }
}
