using FluentAssertions.Execution;
using System.Reflection;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.Grains;
using Microsoft.ML.StateSpace.Reports;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.PublicApi.Tests;

/// <summary>
/// What a package shows to the world stands beside its sources, in src/PACKAGE/PublicApi.approved.txt. A change of it is a
/// decision, which is made by putting the received file in the place of the approved one.
/// </summary>
public class ApprovalTests
{
    private static readonly Assembly[] Packages =
    [
        typeof(LinearSystem).Assembly,
        typeof(StateSpaceCatalog).Assembly,
        typeof(TorchSharpEngine).Assembly,
        typeof(SequenceSearchSpace).Assembly,
        typeof(TensorBoardProgress).Assembly,
        typeof(SequenceOnnxExtensions).Assembly,
        typeof(ReportPage).Assembly,
        typeof(IStreamGrain).Assembly,
    ];

    public static TheoryData<string> PackageNames() => [.. Packages.Select(package => package.GetName().Name!)];

    [Theory]
    [MemberData(nameof(PackageNames))]
    public void PublicSurface_IsTheApprovedOne(string package)
    {
        string approvedFile = Repository.Path("src", package, "PublicApi.approved.txt");
        string receivedFile = Repository.Path("src", package, "PublicApi.received.txt");
        string approved = File.Exists(approvedFile) ? File.ReadAllText(approvedFile).ReplaceLineEndings("\n") : "";
        string received = ApiListing.Of(Packages.Single(assembly => assembly.GetName().Name == package));

        File.Delete(receivedFile);
        if (received == approved)
            return;
        File.WriteAllText(receivedFile, received);
        string[] before = approved.Split('\n'), after = received.Split('\n');
        Execute.Assertion.FailWith("{0}", $"""
            The public surface of {package} has changed. To accept the change:
                mv {receivedFile} {approvedFile}
            Gone:
            {string.Join("\n", before.Except(after))}
            New:
            {string.Join("\n", after.Except(before))}
            """);
    }

    [Fact]
    public void Listing_TellsMatricesFromVectors()
        => ApiListing.Of(typeof(LinearSystem).Assembly).Should()
            .Contain("LinearSystem(double[,] A, double[,] B").And.Contain("public double[,] A {");
}
