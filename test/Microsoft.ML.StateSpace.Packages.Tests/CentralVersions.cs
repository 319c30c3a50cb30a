using System.Xml.Linq;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>Directory.Packages.props, in which the versions of all packages stand that this tree uses.</summary>
internal static class CentralVersions
{
    public static string File { get; } = Repository.Path("Directory.Packages.props");

    private static readonly XElement Root = XDocument.Load(File).Root!;

    /// <summary>The version of a package. Where it is a property, as <c>$(TorchSharpVersion)</c> is, that property's value.</summary>
    public static string Of(string id)
    {
        var package = Root.Descendants("PackageVersion").Single(package => package.Attribute("Include")!.Value == id);
        string version = package.Attribute("Version")!.Value;
        return version.StartsWith("$(", StringComparison.Ordinal) ? Root.Descendants(version[2..^1]).Single().Value : version;
    }
}
