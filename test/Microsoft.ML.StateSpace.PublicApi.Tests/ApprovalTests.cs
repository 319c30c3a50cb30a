using FluentAssertions.Execution;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.PublicApi.Tests;

public class ApprovalTests
{
    /// <summary>
    /// A change of the public surface is a decision: it is made by putting the received file in the place of the approved one.
    /// </summary>
    [Fact]
    public void PublicSurface_IsTheApprovedOne()
    {
        string received = $"""
            # Microsoft.ML.StateSpace.Core
            {ApiPrinter.Print(typeof(TrainedModel).Assembly)}
            # Microsoft.ML.StateSpace
            {ApiPrinter.Print(typeof(StateSpaceCatalog).Assembly)}
            # Microsoft.ML.StateSpace.TorchSharp
            {ApiPrinter.Print(typeof(TorchSharpEngine).Assembly)}
            # Microsoft.ML.StateSpace.AutoML
            {ApiPrinter.Print(typeof(SequenceSearchSpace).Assembly)}
            """.ReplaceLineEndings("\n").TrimEnd() + "\n";
        string approvedPath = Repository.Path("test", "Microsoft.ML.StateSpace.PublicApi.Tests", "PublicApi.approved.txt");
        string receivedPath = Path.ChangeExtension(Path.ChangeExtension(approvedPath, null), ".received.txt");
        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";
        if (received == approved)
        {
            File.Delete(receivedPath);
            return;
        }
        File.WriteAllText(receivedPath, received);
        string[] before = approved.Split('\n'), after = received.Split('\n');
        string message =
            $"The public surface has changed. If it should, replace {Path.GetFileName(approvedPath)} by {receivedPath}.\n"
            + $"gone:\n  {string.Join("\n  ", before.Except(after))}\nnew:\n  {string.Join("\n  ", after.Except(before))}";
        // FailWith reads braces as places to fill.
        Execute.Assertion.FailWith(message.Replace("{", "{{").Replace("}", "}}"));
    }
}
