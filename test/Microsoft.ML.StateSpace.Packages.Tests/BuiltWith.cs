using System.Reflection;

namespace Microsoft.ML.StateSpace.Packages.Tests;

/// <summary>What the build of these tests knew, and they need to know.</summary>
internal static class BuiltWith
{
    private static readonly Assembly Tests = typeof(BuiltWith).Assembly;

    /// <summary>Debug or Release: the libraries were built as the tests were.</summary>
    public static string Configuration { get; } = Tests.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The version of this source tree, and so of its packages.</summary>
    public static string Version { get; } = Metadata("Version");

    /// <summary>The folder in which NuGet keeps the packages of this machine.</summary>
    public static string PackageCache { get; } = Metadata("NuGetPackageRoot");

    private static string Metadata(string key)
        => Tests.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
