namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>
/// A trial came to nothing, for a reason that lies in its parameters: its training diverged. It is reported to the monitors and the sweep
/// goes on.
/// It derives from <see cref="OperationCanceledException"/> because AutoML gives up a sweep whose first trials fail with anything but that
/// or a lack of memory.
/// </summary>
public sealed class TrialFailedException(string message, Exception innerException) : OperationCanceledException(message, innerException);
