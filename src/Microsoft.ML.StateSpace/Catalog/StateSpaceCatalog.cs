using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// Creates estimators of deep state-space sequence models. Found as <c>mlContext.Transforms.StateSpace</c>. Each task has its part of this
/// class in its own folder.
/// </summary>
public sealed partial class StateSpaceCatalog
{
    private readonly IHostEnvironment _environment;

    internal StateSpaceCatalog(IHostEnvironment environment) => _environment = environment;
}
