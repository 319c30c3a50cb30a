using Microsoft.ML.StateSpace.AutoML;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>A trial that has ended somewhere in the cluster.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Model">Its model, where it was the best when it ended.</param>
/// <param name="IsReplay">Whether it had ended before the sweep began.</param>
/// <param name="IsOutOfMemory">Whether it failed for lack of memory.</param>
internal sealed record SweepResult(SweepTrial Trial, ITransformer? Model, bool IsReplay, bool IsOutOfMemory);
