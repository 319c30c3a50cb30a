// LearningDynamics: what gradient descent will do, told before it is run.
//
//   dotnet run --project samples/LearningDynamics -c Release -- [--page FILE]
//
// Every curve is told by a formula or by sums over the records, and then gradient descent is really run, over the records in every step.
// First one real mode, then N states that share it: at one rate they are learnt in a time of 1/N or of 1/N^2, which are the two limits of
// one formula; at the best rate for each N the gain vanishes. Then a system of eight poles, which are learnt too, and whose directions
// differ in their rates by powers of ten although the poles look alike. Last, what the same theory tells of a layer of a network. A page
// shows the curves, and --page says where it is written. It takes some seconds.
using LearningDynamics;
using Microsoft.ML;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Analysis;
using Samples;
using Spectre.Console;
using Dynamics = Microsoft.ML.StateSpace.Analysis.LearningDynamics;

var arguments = Arguments.Read(args, "LearningDynamics [--page FILE]");
var page = new LearningPage();

// 1. One mode: a process of one pole, learnt by a state with the same pole. All that counts of the record are sigma and eta.
const double Pole = 0.8;
var record = Teacher.Record(400, seed: 1, Pole);
var mode = LinearMode.Of(Pole, record);
page.Begin(
    "One mode", "The product b c while it is learnt, at a rate of 0.01 / sigma. Lines: the formula; dots: gradient descent. A start of the "
    + "wrong sign gets there only where b and c differ in size.", "steps", "b c");
foreach (var (b, c) in new[] { (0.1, 0.1), (0.05, 1.0), (-0.1, 0.3), (-0.1, 0.1) })
{
    double rate = 0.01 / mode.Sigma;
    double[] real = new ModeDescent(record, Pole, states: 1).Run(b, c, rate, 500);
    page.Add($"b = {b}, c = {c}", step => mode.ProductAt(b, c, rate * step), real, every: 25);
}
page.End();

// 2. N states that share b and c. With a start of b = c the last time constant falls as 1/N, with one of unlike b and c as 1/N^2.
int[] counts = [1, 2, 4, 8, 16, 32];
(double B, double C)[] starts = [(0.3, 0.3), (0.2, 0.4), (0.1, 1.0), (0.07, 3.0)];
double one = 0.2 * starts.Min(start => Shared(counts[^1]).LargestStableRate(start.B, start.C));
page.Begin(
    "N states that share b and c, at one rate", $"Steps in which the error of the product falls to 1/e, at the rate {one:g2}. Lines: "
    + "1 / R_N; dots: gradient descent. The upper line falls as 1/N, the lowest as 1/N^2: two limits of one formula.", "N", "steps",
    isLogarithmic: true);
var table = new Table().Title("steps to 1/e, told and counted").AddColumns("b, c", "N", "at one rate", "counted", "at the best", "counted");
foreach (var (b, c) in starts)
{
    double[] counted = [.. counts.Select(n => new ModeDescent(record, Pole, n).StepsOfFold(b, c, one))];
    page.Add($"c^2 - b^2 = {c * c - b * b:0.##}", counts, [.. counts.Select(n => 1 / (one * Shared(n).Rate(b, c)))], counted);
}
page.End();

// 3. The same at a tenth of each one's largest stable rate, where each step leaves 1 - 2 x 0.1 of the distance.
const double Share = 0.1;
double fold = -1 / Math.Log(1 - 2 * Share);
page.Begin(
    "The same at the best rate", "Every N at a tenth of its own largest stable rate: what is left falls to 0.8 of it in each step of all "
    + "of them. Nothing remains of the factors N and N^2.", "N", "steps", isLogarithmic: true, shown: [1, 10_000]);
foreach (var (b, c) in starts)
{
    double Best(int n) => Share * Shared(n).LargestStableRate(b, c);
    double[] counted = [.. counts.Select(n => new ModeDescent(record, Pole, n).StepsOfFold(b, c, Best(n)))];
    page.Add($"c^2 - b^2 = {c * c - b * b:0.##}", counts, [.. counts.Select(_ => fold)], counted);
    foreach (var (n, steps) in counts.Zip(counted).Where((_, i) => i % 2 == 0))
        table.AddRow(
            $"{b}, {c}", $"{n}", $"{1 / (one * Shared(n).Rate(b, c)):f1}", $"{new ModeDescent(record, Pole, n).StepsOfFold(b, c, one):f1}",
            $"{fold:f1}", $"{steps:f1}");
}
page.End();
AnsiConsole.Write(table);

// 4. Eight poles, learnt with B, C and D. The curve is told from sums over the records; the spectrum, with poles held, tells its shape.
InputOutputRecord[] records = [.. Enumerable.Range(2, 3).Select(seed => Teacher.Record(300, seed, 0.95, 0.6))];
var start8 = Teacher.Start(Enumerable.Range(0, 8).Select(i => 0.5 + 0.06 * i));
var spectrum = Dynamics.Spectrum(start8, records);
double rate8 = 0.02 * spectrum.LargestStableRate; // poles are steeper than B and C: 0.05 diverges
var curve = Dynamics.Predict(start8, records, rate8, 1000);
page.Begin(
    "Eight poles that are learnt too", "The loss. Dots: gradient descent; the line through them is told from lag sums. The other line "
    + "holds the poles, D and the sizes of b and c.", "steps", "loss");
page.Add("poles learnt", step => curve.Losses[(int)step], SystemDescent.Losses(start8, records, rate8, 1000), every: 50);
page.Add("linearised", step => spectrum.LossAfter(rate8, (int)step), [], every: 50, upTo: 1000);
page.End();
Console.WriteLine(
    $"eight poles: {spectrum.Learnable(rate8, 1000)} of {spectrum.Directions} directions can be learnt in 1000 steps; they hold "
    + $"{100 * spectrum.LearnableShare(rate8, 1000):f1} % of the target, and {100 * spectrum.ShareOutside:f1} % lie outside of all. "
    + $"The rates differ by a factor of {spectrum.RateRatio:0.#e0}.");

// 5. A network on the same records, hardly trained: what could gradient descent learn in each of its layers?
var mlContext = new MLContext(seed: 1);
IDataView data = mlContext.Data.LoadFromEnumerable(records.Select(Teacher.Row));
var model = mlContext.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions
{
    InputColumnName = "Input", TargetColumnName = "Target", Training = new() { Epochs = 1, LearningRate = 1e-6 },
    Architecture = new LruOptions { Layers = 2, ModelSize = 8, StateSize = 8 },
}).Fit(data);
Console.WriteLine("\na network of two layers:");
Console.Write(mlContext.Transforms.StateSpace.LearningDynamics(model, data, steps: 1000));

string file = arguments["--page"] ?? Path.Combine(AppContext.BaseDirectory, "learning.html");
page.Save(file);
Console.WriteLine($"\nthe curves: {file}");

SharedModes Shared(int states) => new(mode, states, StateSharing.Shared);
