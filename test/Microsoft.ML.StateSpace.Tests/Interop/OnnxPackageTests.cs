using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML.StateSpace.Tests.Interop;

public class OnnxPackageTests
{
    /// <summary>These tests do not refer to it.</summary>
    [Fact]
    public void Find_NamesThePackage_WhereItIsAbsent()
        => Invoking(OnnxPackage.Find).Should().Throw<InvalidOperationException>()
            .WithMessage("*dotnet add package Microsoft.ML.StateSpace.Onnx*");
}
