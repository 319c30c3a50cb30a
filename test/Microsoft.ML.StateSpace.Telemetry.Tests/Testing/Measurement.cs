namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>What a listener is told.</summary>
internal sealed record Measurement(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);
