using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>What stands in the packages, and what must not.</summary>
[Collection(PackageFeed.Collection)]
public partial class PackageTests(PackageFeed feed)
{
    private const string Face = "Microsoft.ML.StateSpace";
    private const string Core = Face + ".Core";
    private const string TorchSharp = Face + ".TorchSharp";
    private const string AutoML = Face + ".AutoML";
    private const string Telemetry = Face + ".Telemetry";
    private const string Onnx = Face + ".Onnx";
    private const string Reports = Face + ".Reports";
    private const string Orleans = Face + ".Orleans";

    public static TheoryData<string> Ids() => [.. PackageFeed.Ids];

    /// <summary>An assembly of a stand-in, a native library, or anything else that came along by mistake would be one part more.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Package_HoldsItsAssemblyAndDocumentsOnly(string id)
    {
        using var package = feed.Open(id);

        package.Parts.Should().BeEquivalentTo(
            $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", "icon.png", "README.md", "LICENSE", "THIRD-PARTY-NOTICES.md");
    }

    /// <summary>The packages use one another's internals, so a newer Core under an older face would fail when it runs.</summary>
    [Theory]
    [InlineData(Core)]
    [InlineData(Face, Core)]
    [InlineData(TorchSharp, Core)]
    [InlineData(AutoML, Core, Face)]
    [InlineData(Telemetry, Core, Face)]
    [InlineData(Onnx, Core, Face)]
    [InlineData(Reports, Core, Face)]
    [InlineData(Orleans, Core, Face, AutoML)]
    public void Package_DependsOnExactlyItsOwnVersionOfTheOthers(string id, params string[] others)
    {
        using var package = feed.Open(id);

        package.Dependencies.Where(dependency => dependency.StartsWith(Face, StringComparison.Ordinal))
            .Should().BeEquivalentTo(others.Select(other => $"{other} [{BuiltWith.Version}]"));
    }

    [Theory]
    [InlineData(Core, "System.Numerics.Tensors")]
    [InlineData(Face, "Microsoft.ML")]
    [InlineData(TorchSharp, "TorchSharp")]
    [InlineData(AutoML, "Microsoft.ML", "Microsoft.ML.AutoML")]
    [InlineData(Telemetry, "Microsoft.ML", "Microsoft.Extensions.Logging.Abstractions")]
    [InlineData(Onnx, "Google.Protobuf")]
    [InlineData(Reports, "Microsoft.ML", "OxyPlot.Core")]
    [InlineData(Orleans, "Microsoft.ML.AutoML", "Microsoft.Orleans.Server")]
    public void Package_DependsOnTheseFromOutside(string id, params string[] others)
    {
        using var package = feed.Open(id);

        package.Dependencies.Where(dependency => !dependency.StartsWith(Face, StringComparison.Ordinal))
            .Should().BeEquivalentTo(others.Select(other => $"{other} {CentralVersions.Of(other)}"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Package_SaysWhatItIs(string id)
    {
        using var package = feed.Open(id);

        package.Metadata("id").Should().Be(id);
        package.Metadata("version").Should().Be(BuiltWith.Version);
        package.Metadata("license").Should().Be("MIT");
        package.Metadata("icon").Should().Be("icon.png");
        package.Metadata("readme").Should().Be("README.md");
        package.Metadata("projectUrl").Should().StartWith("https://");
        package.Metadata("description").Should().NotBe(id, "the SDK takes the name of a package that has no description");
        package.Metadata("description").Length.Should().BeGreaterThan(100);
        package.Metadata("tags").Split(' ').Should().Contain(["ml.net", "state-space-model"]).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void Descriptions_DifferFromOneAnother()
    {
        var descriptions = PackageFeed.Ids.Select(id =>
        {
            using var package = feed.Open(id);
            return package.Metadata("description");
        });

        descriptions.Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Icon_IsAPictureOf128By128(string id)
    {
        using var package = feed.Open(id);
        byte[] icon = package.ReadBytes("icon.png");

        icon.Should().StartWith([0x89, (byte)'P', (byte)'N', (byte)'G']);
        BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)).Should().Be(128, "that is its width");
        BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20)).Should().Be(128, "that is its height");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Symbols_AreInsideOfTheAssembly(string id)
    {
        using var package = feed.Open(id);
        using var assembly = new PEReader(new MemoryStream(package.ReadBytes($"lib/net10.0/{id}.dll")));

        assembly.ReadDebugDirectory().Should().Contain(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
    }

    /// <summary>A package has no docs folder beside it, so a link that is relative in the repository would lead nowhere.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Readme_HasNoRelativeLinks(string id)
    {
        using var package = feed.Open(id);
        var links = Link().Matches(package.ReadText("README.md")).Select(link => link.Groups[1].Value).ToList();

        links.Should().NotBeEmpty();
        links.Should().OnlyContain(link => link.StartsWith("https://", StringComparison.Ordinal) || link.StartsWith('#'));
    }

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex Link();
}
