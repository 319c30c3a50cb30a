namespace Microsoft.ML.StateSpace.Telemetry.Tests;

/// <summary>An event of a file, as far as these tests look at it.</summary>
/// <param name="WallTime">Seconds since 1970.</param>
/// <param name="Step">The epoch.</param>
/// <param name="FileVersion">Only in the first event of a file.</param>
/// <param name="Values">Scalars and texts.</param>
internal sealed record Event(double WallTime, long Step, string? FileVersion, IReadOnlyList<EventValue> Values);

/// <summary>One value of an event.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Scalar">The number, where it is one.</param>
/// <param name="Plugin">What shows it, where it is no plain number.</param>
/// <param name="Content">What the plugin is told.</param>
/// <param name="DataClass">The class of data that the metadata name.</param>
/// <param name="Text">The text, where the value is one.</param>
internal sealed record EventValue(string Tag, float? Scalar, string? Plugin, WireMessage? Content, long DataClass, string? Text);
