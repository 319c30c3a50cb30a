using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Grains;

namespace Microsoft.ML.StateSpace.StreamBenchmarks;

/// <summary>
/// Streams of one model by all the ways there are: engines, a batch, grains called from inside of their silo and through its gateway, with
/// one step a call or many, and assets. <c>bench streams [--streams N] [--seconds S] [core ...]</c> prints tables. It stands beside the
/// other benchmarks because Orleans and BenchmarkDotNet need different versions of the compiler's packages.
/// </summary>
internal static class Program
{
    private const int Layers = 4, Width = 64, Channels = 4, Length = 200, Callers = 64, Many = 100, StreamsOfAsset = 100;

    private static async Task<int> Main(string[] arguments)
    {
        int streams = 100_000;
        double seconds = 5;
        var chosen = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--streams" && i + 1 < arguments.Length)
                streams = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
            else if (arguments[i] == "--seconds" && i + 1 < arguments.Length)
                seconds = double.Parse(arguments[++i], CultureInfo.InvariantCulture);
            else if (Models().Any(model => model.Name == arguments[i]))
                chosen.Add(arguments[i]);
            else
                return Refuse(arguments[i]);
        }
        Console.WriteLine(
            $"Machine: {Processor()}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, {RuntimeInformation.OSDescription}; "
            + $"Orleans {FileVersionInfo.GetVersionInfo(typeof(IGrainFactory).Assembly.Location).ProductVersion?.Split(". ")[0]}. "
            + DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".");
        foreach (var (name, architecture) in Models())
        {
            if (chosen.Count == 0 ? name == "S5" : chosen.Contains(name))
                await Measure(name, architecture, streams, seconds);
        }
        return 0;
    }

    private static (string Name, ArchitectureOptions Architecture)[] Models()
    {
        static T Of<T>(T core)
            where T : NetworkOptions
            => core with { Layers = Layers, ModelSize = Width, Bidirectional = false };
        return
        [
            ("S5", Of(new S5Options { StateSize = 64 })), ("LRU", Of(new LruOptions { StateSize = 64 })), ("S4D", Of(new S4DOptions())),
            ("S6", Of(new S6Options())), ("RG-LRU", Of(new RgLruOptions())), ("L2RU", Of(new L2RuOptions { StateSize = 64 })),
            ("bank", new StateSpaceBankOptions()),
        ];
    }

    private static int Refuse(string argument)
    {
        Console.Error.WriteLine(
            $"There is no '{argument}'; there are --streams N, --seconds S, and "
            + $"{string.Join(", ", Models().Select(model => model.Name))}.");
        return 2;
    }

    private static async Task Measure(string name, ArchitectureOptions architecture, int streams, double seconds)
    {
        var model = Fit(architecture);
        int threads = Environment.ProcessorCount;
        string what = architecture is NetworkOptions ? $"{Layers} layers of {name}, H = {Width}" : $"a {name}";
        Console.WriteLine($"\n## {streams} streams: {what}, {Channels} channels\n");
        Console.WriteLine($"Load before: {Load()}.\n");
        Console.WriteLine(
            "| how | steps a second | median of a call, us | 99th percentile, us | processor time of a step, us | bytes a stream |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        float[] step = Random(Channels, 1);

        var (engines, bytes) = Held(streams, () => Enumerable.Range(0, streams).Select(_ => model.CreateStreamingEngine()).ToArray());
        Row(
            $"engines, {threads} threads",
            Calls.OfThreads(threads, seconds, 1, (thread, call) => engines[At(thread, call, threads)].Step(step)), bytes);
        engines = [];

        foreach (int together in new[] { 100, 1000, streams }.Distinct())
        {
            var (batch, bytesOfBatch) = Held(together, () => model.CreateStreamingBatch(together));
            float[] steps = Random(together * Channels, 1);
            Row(
                $"a batch of {together}, {threads} threads",
                Calls.OfThreads(1, seconds, together, (_, _) => batch.Step(steps)), bytesOfBatch);
            batch.Dispose();
        }

        await using var silo = await OneSilo.Start(model);
        var one = new StreamStep(step);
        StreamStep[] many = [.. Enumerable.Repeat(one, Many)];
        var ofAsset = new StreamStep(Random(StreamsOfAsset * Channels, 1));
        long before = Memory();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, streams), async (stream, _) => await silo.Inside.GetStream(OneSilo.Model, $"{stream}").Step(one));
        double bytesOfGrain = (Memory() - before) / (double)streams;
        foreach (var (where, grains) in new[] { ("inside of the silo", silo.Inside), ("through the gateway", silo.ThroughGateway) })
        {
            IStreamGrain[] stream = [.. Enumerable.Range(0, streams).Select(i => grains.GetStream(OneSilo.Model, $"{i}"))];
            IAssetGrain[] asset =
                [.. Enumerable.Range(0, Math.Max(1, streams / StreamsOfAsset)).Select(i => grains.GetAsset(OneSilo.Model, $"{i}"))];
            int Of(int caller, int call) => At(caller, call, Callers);
            Row(
                $"a call without a step, {where}",
                await Calls.OfTasks(Callers, seconds, 0, async (caller, call) => await stream[Of(caller, call)].GetStatus()), double.NaN);
            Row($"Step, {where}", await Calls.OfTasks(
                Callers, seconds, 1, async (caller, call) => await stream[Of(caller, call)].Step(one)), bytesOfGrain);
            Row($"Step, {where}, one call at a time", await Calls.OfTasks(
                1, seconds, 1, async (caller, call) => await stream[call % streams].Step(one)), double.NaN);
            Row($"StepMany of {Many}, {where}", await Calls.OfTasks(
                Callers, seconds, Many, async (caller, call) => await stream[Of(caller, call)].StepMany(many)), double.NaN);
            Row($"assets of {StreamsOfAsset} streams, {where}", await Calls.OfTasks(
                Callers, seconds, StreamsOfAsset, async (caller, call) => await asset[Of(caller, call) % asset.Length].Step(ofAsset)),
                double.NaN);
        }
        Console.WriteLine($"\nLoad behind: {Load()}. {Callers} callers, but where one is named.");

        int At(int caller, int call, int callers) => (int)((caller + (long)call * callers) % streams);
    }

    private static SequenceToSequenceTransformer Fit(ArchitectureOptions architecture)
    {
        var context = new MLContext(1);
        var schema = SchemaDefinition.Create(typeof(Record));
        schema[nameof(Record.Input)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Length, Channels);
        schema[nameof(Record.Target)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Length, 1);
        var records = Enumerable.Range(0, 8).Select(
            i => new Record { Input = Random(Length * Channels, i), Target = Random(Length, i + 9) });
        var data = context.Data.LoadFromEnumerable(records, schema);
        return context.Transforms.StateSpace.SequenceToSequence(
            new() { Architecture = architecture, Training = new() { Epochs = 1, Seed = 1 } }).Fit(data);
    }

    private static (T Made, double BytesOfOne) Held<T>(int count, Func<T> make)
    {
        long before = Memory();
        T made = make();
        double bytes = (Memory() - before) / (double)count;
        GC.KeepAlive(made);
        return (made, bytes);
    }

    // Of the managed heap; what else the process has does not grow with streams.
    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true);

    private static void Row(string how, Calls calls, double bytes)
        => Console.WriteLine(
            $"| {how} | {(calls.StepsPerSecond == 0 ? "" : calls.StepsPerSecond.ToString("N0", CultureInfo.InvariantCulture))} "
            + $"| {Number(calls.Median)} | {Number(calls.Late)} | {Number(calls.Processor)} "
            + $"| {(double.IsNaN(bytes) ? "" : bytes.ToString("N0", CultureInfo.InvariantCulture))} |");

    // Random numbers in [-1, 1), the same for every run.
    private static float[] Random(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
    }

    // Three digits that count.
    private static string Number(double value)
        => value.ToString("F" + Math.Clamp(2 - (int)Math.Floor(Math.Log10(value)), 0, 2), CultureInfo.InvariantCulture);

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        string? name = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return name?.Split(':')[1].Trim() ?? $"{RuntimeInformation.ProcessArchitecture}";
    }

    private static string Load()
        => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "not known";

    private sealed class Record
    {
        public float[] Input { get; init; } = [];

        public float[] Target { get; init; } = [];
    }
}
