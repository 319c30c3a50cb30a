using System.Diagnostics;

namespace Build;

/// <summary>Publishes the program that checks the TorchSharp engine of a machine, and runs it.</summary>
internal static class GpuCheck
{
    private const string Name = "Microsoft.ML.StateSpace.GpuCheck";

    public static int Run(string[] arguments)
    {
        string folder = Tree.Path("artifacts", "gpu-check");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        int published = Dotnet.Run(["publish", Tree.Path("test", Name), .. Tree.Release, "--runtime", "linux-x64", "--output", folder]);
        if (published != 0)
            return published;
        long size = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Console.WriteLine($"published {Path.GetRelativePath(Tree.Path(), folder)}, {size / 1e6:F1} MB");
        if (arguments is ["publish", ..])
            return 0;
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("It runs on Linux alone; gpu-check publish does no more than publish it.");
            return 1;
        }
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, Name), arguments))!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
