using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>The packages of this tree, packed once for all tests into a folder feed of their own.</summary>
public sealed class PackageFeed : IDisposable
{
    /// <summary>The name of the collection of tests that share the packages.</summary>
    public const string Collection = "packages";

    /// <summary>The names of the packages.</summary>
    public static IReadOnlyList<string> Ids { get; } =
    [
        "Microsoft.ML.StateSpace", "Microsoft.ML.StateSpace.Core", "Microsoft.ML.StateSpace.TorchSharp", "Microsoft.ML.StateSpace.AutoML",
        "Microsoft.ML.StateSpace.Telemetry",
        "Microsoft.ML.StateSpace.Onnx",
        "Microsoft.ML.StateSpace.Reports",
        "Microsoft.ML.StateSpace.Orleans",
    ];

    private readonly TemporaryFolder _folder = new();

    public PackageFeed()
    {
        string project = Repository.Path("build", "Packages.proj");
        Dotnet.Build(
            Repository.Root, "msbuild", project, $"-p:Configuration={BuiltWith.Configuration}", $"-p:PackageOutputPath={_folder.Path}");
    }

    /// <summary>The folder with the packages.</summary>
    public string Path => _folder.Path;

    internal Package Open(string id) => new(System.IO.Path.Combine(Path, $"{id}.{BuiltWith.Version}.nupkg"));

    public void Dispose() => _folder.Dispose();
}

/// <summary>Tests in it have one feed, and run one after the other.</summary>
[CollectionDefinition(PackageFeed.Collection)]
public sealed class PackageCollection : ICollectionFixture<PackageFeed>;
