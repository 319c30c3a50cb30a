using System.Globalization;
using System.Text;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>
/// Two of the samples in a folder outside of the source tree, as somebody would have them who never saw the sources: with
/// references to packages in place of those to projects, and with a package folder of their own that is empty, so that no older
/// package of the same version can be taken from the machine's cache.
/// </summary>
internal sealed class Stranger : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Stranger(string feed)
    {
        WriteNuGetConfig(feed);
        WriteProps();
        foreach (string sample in new[] { "SequenceClassification", "PredictInAnotherApp", "Shared", "data" })
            foreach (string file in Directory.EnumerateFiles(Repository.Path("samples", sample)))
                CopySample(file, _folder["samples", sample, System.IO.Path.GetFileName(file)]);
    }

    public string Path => _folder.Path;

    /// <summary>The folder into which the packages of this program are unpacked.</summary>
    public string Packages => System.IO.Path.Combine(Path, "packages");

    /// <summary>Writes a file, such as another program's project.</summary>
    public void Write(string text, params string[] path) => File.WriteAllText(_folder[path], text);

    /// <summary>Sequences of two classes, rising and falling ones, in the format of the UCR/UEA archive. Returns the file.</summary>
    public string WriteSequences(string name, int count, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder("@problemName Slopes\n@univariate true\n@classLabel true falling rising\n@data\n");
        for (int i = 0; i < count; i++)
        {
            int slope = i % 2 == 0 ? 1 : -1;
            var steps = Enumerable.Range(0, 12).Select(t => (slope * t + 2 * random.NextSingle()).ToString(CultureInfo.InvariantCulture));
            text.Append(CultureInfo.InvariantCulture, $"{string.Join(',', steps)}:{(slope > 0 ? "rising" : "falling")}\n");
        }
        string file = _folder["data", name];
        File.WriteAllText(file, text.ToString());
        return file;
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Our packages come from the feed alone. All others come from the machine's cache, which is a feed too, so that this works
    /// without a network.
    /// </summary>
    private void WriteNuGetConfig(string feed) => Write($"""
        <configuration>
          <packageSources>
            <clear />
            <add key="ours" value="{feed}" />
            <add key="others" value="{BuiltWith.PackageCache}" />
          </packageSources>
          <packageSourceMapping>
            <clear />
            <packageSource key="ours">
              <package pattern="Microsoft.ML.StateSpace" />
              <package pattern="Microsoft.ML.StateSpace.*" />
            </packageSource>
            <packageSource key="others"><package pattern="*" /></packageSource>
          </packageSourceMapping>
          <fallbackPackageFolders><clear /></fallbackPackageFolders>
        </configuration>
        """, "NuGet.config");

    private void WriteProps()
    {
        Write($"""
            <Project>
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <UseAppHost>false</UseAppHost>
                <NuGetAudit>false</NuGetAudit>
                <RestorePackagesPath>{Packages}</RestorePackagesPath>
              </PropertyGroup>
            </Project>
            """, "Directory.Build.props");
        string ours = string.Concat(PackageFeed.Ids.Select(id => $"""<PackageVersion Include="{id}" Version="{BuiltWith.Version}" />"""));
        Write(
            File.ReadAllText(CentralVersions.File).Replace("</Project>", $"<ItemGroup>{ours}</ItemGroup></Project>"),
            "Directory.Packages.props");
    }

    private static void CopySample(string file, string destination)
    {
        if (!file.EndsWith(".csproj", StringComparison.Ordinal))
        {
            File.Copy(file, destination);
            return;
        }
        const string Project = """<ProjectReference Include="../../src/Microsoft.ML.StateSpace/Microsoft.ML.StateSpace.csproj" />""";
        const string Package = """<PackageReference Include="Microsoft.ML.StateSpace" />""";
        File.WriteAllText(destination, File.ReadAllText(file).Replace(Project, Package));
    }
}
