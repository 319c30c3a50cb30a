using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>What a <see cref="TrainingEngine"/> of another package implements, so that it can train a model.</summary>
internal interface IEngineFactory
{
    /// <summary>Creates an engine with a copy of the given parameters.</summary>
    /// <exception cref="InvalidOperationException">The device, its driver or a native library is missing; the message says
    /// which.</exception>
    ISequenceEngine Create(SequenceNetwork model, ParameterSet parameters, TrainingOptions options);
}
