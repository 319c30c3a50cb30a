using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>What an <see cref="InitialParameters"/> implements, so that a network can begin with it.</summary>
internal interface IParameterSource
{
    /// <summary>Sets those parameters of a network for which there are values, and which do not begin anew.</summary>
    /// <returns>The parameters that were set.</returns>
    /// <exception cref="InvalidOperationException">The values are those of another network; the message names the parameter.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read; the message says why.</exception>
    IReadOnlySet<Parameter> Fill(SequenceNetwork network, ParameterSet parameters);
}
