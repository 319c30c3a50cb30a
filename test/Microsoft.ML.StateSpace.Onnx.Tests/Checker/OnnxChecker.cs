using System.ComponentModel;
using System.Diagnostics;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Checker;

/// <summary>The checker of the Python package onnx, version 1.12 or later: <c>apt-get install python3-onnx</c> on Debian.</summary>
internal static class OnnxChecker
{
    // The system's own Python before that of the path: packages of the system are installed for it.
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3", "python"];

    private static readonly Lazy<string?> Python = new(() => Pythons.FirstOrDefault(HasOnnx));

    /// <summary>Why there is no checker; <see langword="null"/> where there is one.</summary>
    public static string? WhyMissing => Python.Value is null ? "No Python here has the package onnx (apt-get install python3-onnx)." : null;

    /// <summary>Checks all models of a folder in one process, with inference of all shapes.</summary>
    /// <returns>A line for each file that is refused, with the reason.</returns>
    public static string[] Refusals(string folder)
    {
        const string Program = """
            import glob, sys, onnx
            checked = 0
            for file in sorted(glob.glob(sys.argv[1] + "/*.onnx")):
                try:
                    onnx.checker.check_model(onnx.load(file), full_check=True)
                except Exception as error:
                    print(file, " ".join(str(error).split())[:300])
                checked += 1
            print("checked", checked)
            """;
        string output = Run(Python.Value!, "-c", Program, folder);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().NotBeEmpty();
        lines[^1].Should().Be($"checked {Directory.GetFiles(folder, "*.onnx").Length}");
        return lines[..^1];
    }

    private static bool HasOnnx(string python)
    {
        try
        {
            return Run(python, "-c", "import onnx; print('yes')").Trim() == "yes";
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : $"{output}{error.Result}";
    }
}
