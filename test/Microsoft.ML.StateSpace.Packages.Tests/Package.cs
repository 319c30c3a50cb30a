using System.IO.Compression;
using System.Xml.Linq;

namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>What is in a package file: its parts, and what its nuspec says.</summary>
internal sealed class Package : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly XElement _metadata;

    public Package(string file)
    {
        _archive = ZipFile.OpenRead(file);
        using var nuspec = _archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    /// <summary>The paths of all parts that the packer was given.</summary>
    public IEnumerable<string> Parts => _archive.Entries.Select(entry => entry.FullName)
        .Where(path => !path.StartsWith("_rels/", StringComparison.Ordinal) && !path.StartsWith("package/", StringComparison.Ordinal)
            && path != "[Content_Types].xml" && !path.EndsWith(".nuspec", StringComparison.Ordinal));

    /// <summary>The dependencies, each as "id version".</summary>
    public IEnumerable<string> Dependencies => _metadata.Descendants().Where(element => element.Name.LocalName == "dependency")
        .Select(dependency => $"{dependency.Attribute("id")!.Value} {dependency.Attribute("version")!.Value}");

    /// <summary>An element of the nuspec, such as "description"; empty where it is missing.</summary>
    public string Metadata(string name) => _metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value ?? "";

    public string ReadText(string part) => new StreamReader(new MemoryStream(ReadBytes(part))).ReadToEnd();

    public byte[] ReadBytes(string part)
    {
        using var stream = _archive.GetEntry(part)!.Open();
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _archive.Dispose();
}
