// What a service does when it starts: loads a saved model and predicts one sequence. It writes two lines, which the benchmark
// "start" reads: milliseconds from before the load to behind the prediction, and from the start of the process.
//
//   Microsoft.ML.StateSpace.StartUp model.zip length
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

long began = Stopwatch.GetTimestamp();
var mlContext = new MLContext();
var model = mlContext.Model.Load(args[0], out _);
var engine = mlContext.Model.CreatePredictionEngine<Sequence, Answer>(model);
engine.Predict(new Sequence { Features = new float[int.Parse(args[1], CultureInfo.InvariantCulture)] });
double ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
using var process = Process.GetCurrentProcess();
double all = (DateTime.Now - process.StartTime).TotalMilliseconds;
Console.WriteLine(ms.ToString("R", CultureInfo.InvariantCulture));
Console.WriteLine(all.ToString("R", CultureInfo.InvariantCulture));

/// <summary>A row of any length.</summary>
internal sealed class Sequence
{
    public float[] Features { get; set; } = [];
}

/// <summary>What is predicted.</summary>
internal sealed class Answer
{
    public float[] Score { get; set; } = [];
}
