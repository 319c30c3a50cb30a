using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;

namespace Samples;

/// <summary>Starts samples/PredictInAnotherApp, a program of its own, on a saved model.</summary>
internal static class AnotherApp
{
    /// <summary>Whether the other process, too, gives these sequences these scores, bit for bit. Deletes the model's folder.</summary>
    public static bool PredictsTheSame(MLContext mlContext, string modelFile, IDataView predictions)
    {
        string folder = Path.GetDirectoryName(modelFile)!;
        string expectedFile = Path.Combine(folder, "expected.json");
        using (var stream = File.Create(expectedFile))
            JsonSerializer.Serialize(stream, mlContext.Data.CreateEnumerable<Scored>(predictions, reuseRowObject: false));
        try
        {
            using var process =
                Process.Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Program(), modelFile, expectedFile]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>From .../samples/ANY/bin/Release/net10.0 to .../samples/PredictInAnotherApp/bin/Release/net10.0.</summary>
    private static string Program()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = framework.Parent!;
        string samples = configuration.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(samples, "PredictInAnotherApp", "bin", configuration.Name, framework.Name, "PredictInAnotherApp.dll");
    }

    private sealed class Scored
    {
        public float[] Features { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
