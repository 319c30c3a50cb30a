using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Begins a network with <see cref="TrainingOptions.InitialParameters"/>.</summary>
internal static class InitialValues
{
    private const int MostNames = 6;

    /// <summary>Refuses models that do not begin with parameters of one network.</summary>
    /// <exception cref="ArgumentException">The architecture is a bank or an ensemble, or there is another beginning.</exception>
    public static void Require(ArchitectureOptions architecture, LinearSystem? start)
    {
        if (start is not null)
            throw Wrong("and InitialSystem are two beginnings of one network. Leave one of them null.");
        if (architecture is EnsembleOptions)
            throw Wrong(
                "are those of one network, and an ensemble has several members. Leave InitialParameters null for an ensemble, or set "
                + "Architecture to one network.");
        if (architecture is not NetworkOptions)
            throw Wrong(
                $"are those of a network, but Architecture is {architecture.GetType().Name}, which is fitted in closed form and begins "
                + "with nothing. Leave InitialParameters null, or set Architecture to the options of a core.");
    }

    /// <summary>Sets the parameters for which there are values.</summary>
    /// <param name="network">The network.</param>
    /// <param name="parameters">Its parameters as drawn, with the statistics of the data.</param>
    /// <param name="values">The values.</param>
    /// <param name="log">Receives a line.</param>
    /// <exception cref="InvalidOperationException">They do not fit the network; the message names the first that does not.</exception>
    public static void Set(SequenceNetwork network, ParameterSet parameters, InitialParameters values, Action<string>? log)
    {
        var set = ((IParameterSource)values).Fill(network, parameters);
        var trained = parameters.Parameters.Where(parameter => parameter.Group != ParameterGroup.Fixed).ToArray();
        var lacking = trained.Where(parameter => !set.Contains(parameter) && !values.IsAnew(parameter.Name)).ToArray();
        if (set.Count == 0)
            throw new InvalidOperationException(
                $"InitialParameters holds no value of this network: {values} has nothing but what Anew names. Leave parts out of Anew, or "
                + "leave InitialParameters null.");
        if (values.RequireAll && lacking.Length > 0)
            throw new InvalidOperationException(
                $"InitialParameters must hold all parameters, but {values} lacks {Names(lacking)}. Set RequireAll to false where they may "
                + "begin anew, or name them in Anew.");
        if (FiniteModel.Fault(parameters) is { } fault)
            throw new InvalidOperationException(
                $"InitialParameters holds values of '{fault.Name}' that are no finite numbers, or lead to such. Give those of another file "
                + "or epoch.");
        Parameter[] anew = [.. trained.Where(parameter => !set.Contains(parameter))];
        log?.Invoke(
            $"Training begins with {values}: {trained.Length - anew.Length} of {trained.Length} parameters"
            + (anew.Length == 0 ? "." : $"; {Names(anew)} begin anew."));
    }

    private static string Names(IReadOnlyList<Parameter> parameters)
        => string.Join(", ", parameters.Take(MostNames).Select(parameter => parameter.Name))
            + (parameters.Count > MostNames ? $" and {parameters.Count - MostNames} more" : "");

    private static ArgumentException Wrong(string why) => new($"InitialParameters {why}");
}
