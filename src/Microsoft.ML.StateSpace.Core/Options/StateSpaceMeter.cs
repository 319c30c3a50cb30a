namespace Microsoft.ML.StateSpace;

/// <summary>
/// The meter of <c>System.Diagnostics.Metrics</c> under which this library measures training and serving. Its instruments stand in
/// <c>docs/telemetry.md</c>; they cost nothing while nobody listens.
/// </summary>
public static class StateSpaceMeter
{
    /// <summary>
    /// The name of the meter: for <c>AddMeter</c> of OpenTelemetry, a <c>MeterListener</c>, or <c>dotnet-counters --counters</c>.
    /// </summary>
    public const string Name = "Microsoft.ML.StateSpace";
}
