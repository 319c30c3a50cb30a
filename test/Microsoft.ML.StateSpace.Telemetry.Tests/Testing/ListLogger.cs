using Microsoft.Extensions.Logging;

namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>Keeps the messages from some level on.</summary>
internal sealed class ListLogger(LogLevel least = LogLevel.Trace) : ILogger
{
    private readonly List<LogEntry> _entries = [];

    public LogEntry[] Entries
    {
        get
        {
            lock (_entries)
                return [.. _entries];
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel level) => level >= least;

    public void Log<TState>(
        LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
    {
        var properties = ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(pair => pair.Key, pair => pair.Value);
        lock (_entries)
            _entries.Add(new(level, id, format(state, exception), properties, exception));
    }
}
