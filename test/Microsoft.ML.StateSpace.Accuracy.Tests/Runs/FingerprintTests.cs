using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Runs;

public sealed class FingerprintTests
{
    [Fact]
    public void Files_AreToldApartByTheirBytes()
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "data");
        string Of(string text)
        {
            File.WriteAllText(path, text);
            return Fingerprint.OfFiles(path);
        }
        string before = Of("1,2"), after = Of("1,3");
        after.Should().NotBe(before).And.HaveLength(16);
        Of("1,2").Should().Be(before);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Code_IsThatOfEveryLibrary()
    {
        var (core, face) = (typeof(ArchitectureOptions).Assembly, typeof(StateSpaceCatalog).Assembly);
        string both = Fingerprint.OfCode(core, face);
        both.Should().Be(Fingerprint.OfCode(core, face)).And.Be(Fingerprint.OfCode([core, face]));
        both.Should().NotBe(Fingerprint.OfCode(core)).And.NotBe(Fingerprint.OfCode(face));
    }
}
