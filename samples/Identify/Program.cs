// Identify: what a control engineer does first with a record of a process.
//
//   dotnet run --project samples/Identify -c Release -- [--data FILE] [--page FILE]
//
// Models of several kinds simulate a record that none of them has seen, from its inputs alone: a linear one by least squares; a linear
// S5 network, which starts as that one and goes on learning by the error of its simulation; a Wiener network, linear dynamics with a bent
// answer; L2RU, whose gain is certified; and, beside them, the library's default for a value a time step. FILE is a CSV with a header and
// one row a time step, the last column being the output; without it the process is a pair of water tanks. It prints a table of the fits,
// with tests of what each model leaves over, and poles, zeros and gain of the linear network; a page shows the correlations behind the
// tests, and --page says where it is written. Of the tanks least squares have a FIT of about 71 %, the linear network of 89 %, Wiener of
// 95 %, the two others of 96 %, where the noise of the measurement alone leaves 97 %. That takes a minute or two.
using Identify;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Analysis;
using Samples;
using Spectre.Console;

const int Order = 4, Washout = 50;
var arguments = Arguments.Read(args, "Identify [--data FILE] [--page FILE]");
var (records, fresh) = Arguments.OrEnd(() => arguments["--data"] is { } file ? Recording.OfFile(file) : Recording.OfTanks(24));
var mlContext = new MLContext(seed: 1);

// 1. A linear model by least squares, as any tool makes one. It tells what the process amplifies, and where networks may start. An
//    unstable one amplifies without bound and tells neither.
var squares = new LeastSquares(records, Order);
bool isStable = squares.System.IsStable();
double gain = isStable ? squares.StandardisedGain(records) : 1;

// 2. Networks, which learn from the same records to simulate.
SequenceToSequenceOptions options = new()
{
    InputColumnName = nameof(Recording.Input), TargetColumnName = nameof(Recording.Output), OutputColumnName = "Answer",
    Channels = fresh.Channels, Training = new() { Washout = Washout },
};
IDataView data = mlContext.Data.LoadFromEnumerable(records), freshData = mlContext.Data.LoadFromEnumerable([fresh]);
var small = new S5Options { Layers = 1, ModelSize = fresh.Channels + 7, StateSize = 4 };
var linear = Fit(options with
{
    Architecture = small with { Scaffold = new LinearScaffold() }, InitialSystem = isStable ? squares.System : null,
});
var wiener = Fit(options with { Architecture = small with { Layers = 2, StateSize = 8, Scaffold = new WienerScaffold() } });
var certified = Fit(options with { Architecture = new L2RuOptions { Layers = 2, Gain = 2 * gain } });
var byDefault = Fit(options);

// 3. All simulate the fresh record. FIT 100 % is perfect, 0 % no better than the mean; VAF leaves out a constant error.
var fits = new Table().Title("a fresh record").AddColumns("model", "FIT, %", "VAF, %", "RMSE", "white", "independent of inputs");
var charts = new ResidualPage();
AddRow($"least squares, order {Order}", squares.Simulate(fresh));
AddRow("linear S5", Answers(linear));
AddRow("Wiener", Answers(wiener));
AddRow($"L2RU, gain at most {certified.Certificate!.BoundInUnits:g3}", Answers(certified));
AddRow("default", Answers(byDefault));
AnsiConsole.Write(fits);
string page = arguments["--page"] ?? Path.Combine(AppContext.BaseDirectory, "residuals.html");
charts.Save(page);
Console.WriteLine($"what the models leave over: {page}");

// 4. What the linear network tells of the process, less the states that are hardly seen in its answers.
var whole = LinearSystem.OfModel(linear.Model);
double constant = whole.System.DcGain().Cast<double>().Max(Math.Abs);
var reduced = whole.System.ReduceToTolerance(0.01 * constant);
var system = reduced.System;
Console.WriteLine(
    $"the linear network has {whole.System.Order} real states; {system.Order} of them are enough, with an error of gain at most "
    + $"{reduced.ErrorBound:g3}");
Console.WriteLine($"operating point: inputs {Numbers(whole.InputOffset)}, output {Numbers(whole.OutputOffset)}");
Console.WriteLine($"gain of constant inputs: {Numbers(system.DcGain().Cast<double>())}");
Console.WriteLine($"zeros: {string.Join(", ", system.TransmissionZeros().Select(zero => $"{zero:f3}"))}");
Console.WriteLine($"Hankel singular values: {Numbers(system.HankelSingularValues())}");
var poles = new Table().Title("poles of the linear network")
    .AddColumns("pole", "time constant, steps", "oscillations a step", "damping ratio");
foreach (var pole in system.Poles().Select((value, n) => new Pole("linear", n, value)))
    poles.AddRow($"{pole.Value:f3}", $"{pole.TimeConstant:f1}", $"{pole.Frequency:f4}", $"{pole.Damping:f2}");
AnsiConsole.Write(poles);

SequenceToSequenceTransformer Fit(SequenceToSequenceOptions with) => mlContext.Transforms.StateSpace.SequenceToSequence(with).Fit(data);

float[] Answers(SequenceToSequenceTransformer model)
    => model.Transform(freshData).GetColumn<float[]>("Answer").Single();

void AddRow(string name, float[] simulated)
{
    IDataView answer = mlContext.Data.LoadFromEnumerable(
        [new Recording { Input = fresh.Input, Output = fresh.Output, Simulated = simulated }]);
    var catalog = mlContext.Transforms.StateSpace;
    var metrics = catalog.EvaluateSequenceToSequence(answer, nameof(Recording.Output), nameof(Recording.Simulated), Washout);
    var tests = catalog.AnalyzeResiduals(
        answer, nameof(Recording.Output), nameof(Recording.Simulated), nameof(Recording.Input), skip: Washout);
    fits.AddRow(
        name, $"{metrics.FitPercent:f1}", $"{metrics.VarianceAccountedFor:f1}", $"{metrics.RootMeanSquaredError:g3}",
        tests.AreWhite ? "yes" : "no", tests.AreIndependent ? "yes" : "no");
    charts.Add(name, tests.Outputs[0]);
}

static string Numbers(IEnumerable<double> values) => string.Join(", ", values.Select(value => $"{value:g4}"));
