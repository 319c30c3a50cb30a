using Samples;

namespace LiveMonitor;

/// <summary>What the command line asks for.</summary>
internal sealed class MonitorArguments
{
    private const int UsualPort = 5080, LargestPort = 65_535, UsualInterval = 1000, QuickInterval = 40, LongestInterval = 3_600_000;

    private const string Usage = """
        LiveMonitor [--folder FOLDER] [--port PORT] [--interval MILLISECONDS] [--quick READINGS]

          --folder    what is kept: the model, the states of the streams, the alerts (default: beside the program)
          --port      the page is http://localhost:PORT (default 5080)
          --interval  time from reading to reading (default 1000)
          --quick     watch itself over HTTP for so many readings, with a fault and its alert, and end
        """;

    public required string Folder { get; init; }

    public required int Port { get; init; }

    public required TimeSpan Interval { get; init; }

    /// <summary>Readings after which the program ends; <see langword="null"/> where it runs on.</summary>
    public required int? Quick { get; init; }

    public Uri Address => new($"http://localhost:{Port}");

    /// <exception cref="ArgumentException">Something else was given; the message says what can be.</exception>
    public static MonitorArguments Parse(string[] args)
    {
        var given = Arguments.Parse(args, Usage);
        int? quick = given.Count("--quick");
        int port = given.Count("--port") ?? UsualPort;
        if (port > LargestPort)
            throw given.Refusal($"--port needs a number from 1 to {LargestPort}, not '{port}'.");
        int interval = given.Count("--interval") ?? (quick is null ? UsualInterval : QuickInterval);
        if (interval > LongestInterval)
            throw given.Refusal($"--interval needs a number from 1 to {LongestInterval}, which is an hour, not '{interval}'.");
        return new()
        {
            Folder = Path.GetFullPath(given["--folder"] ?? Path.Combine(AppContext.BaseDirectory, "kept")),
            Port = port, Interval = TimeSpan.FromMilliseconds(interval), Quick = quick,
        };
    }
}
