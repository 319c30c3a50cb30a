using Microsoft.ML.StateSpace.AutoML;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>
/// Whatever version the libraries are compiled against, what they ask of a package must be there in each version that an application may
/// have. A member that is missing would be a <see cref="MissingMethodException"/> there.
/// </summary>
public class ReferenceTests
{
    [ListingTheory]
    [InlineData("TorchSharp-0.102.8")]
    [InlineData("TorchSharp-0.105.2")]
    [InlineData("TorchSharp-0.106.0")]
    public void TorchSharp_HasAllThatIsAskedOfIt(string listing) => Hold(typeof(TorchSharpEngine).Assembly.Location, "TorchSharp", listing);

    [ListingTheory]
    [InlineData("Microsoft.ML.AutoML")]
    [InlineData("Microsoft.ML.SearchSpace")]
    public void AutoML_HasAllThatIsAskedOfIt(string assembly) => Hold(typeof(SequenceSearchSpace).Assembly.Location, assembly, assembly);

    private static void Hold(string library, string assembly, string listing)
    {
        var references = ReferenceReader.Read(library, assembly);
        references.Count.Should().BeGreaterThan(10, $"{Path.GetFileName(library)} uses {assembly}");
        var known = Listing.Read(listing);
        string faults = string.Join("\n  ", references.Select(known.Fault).OfType<string>().Order(StringComparer.Ordinal));
        faults.Should().BeEmpty($"{Path.GetFileName(library)} must find all that it asks for");
    }
}
