using Microsoft.Extensions.Logging;

namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>A message as a logger gets it.</summary>
internal sealed record LogEntry(
    LogLevel Level, EventId Id, string Text, IReadOnlyDictionary<string, object?> Properties, Exception? Exception);
