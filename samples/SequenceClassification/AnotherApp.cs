using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;

namespace SequenceClassification;

/// <summary>Starts samples/PredictInAnotherApp, a program of its own, on a saved model.</summary>
internal static class AnotherApp
{
    /// <summary>Writes the sequences with the scores that this process gives them, and returns the file.</summary>
    public static string WriteExpected(MLContext mlContext, IDataView predictions, string folder)
    {
        string file = Path.Combine(folder, "expected.json");
        var rows = mlContext.Data.CreateEnumerable<Scored>(predictions, reuseRowObject: false);
        using var stream = File.Create(file);
        JsonSerializer.Serialize(stream, rows);
        return file;
    }

    /// <summary>Whether the other process, too, gives those scores, bit for bit.</summary>
    public static bool PredictsTheSame(string modelFile, string expectedFile)
    {
        // .../SequenceClassification/bin/Release/net10.0 beside .../PredictInAnotherApp/bin/Release/net10.0
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Path.Combine(framework.Parent!.Parent!.Parent!.Parent!.FullName, "PredictInAnotherApp", "bin", framework.Parent.Name, framework.Name, "PredictInAnotherApp.dll");
        using var process = Process.Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, modelFile, expectedFile]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private sealed class Scored
    {
        public float[] Features { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
