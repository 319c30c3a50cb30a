using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Holds the tensors of a model file against the network that its options describe. The network declares its parameters one after the
/// other, and the first that is not the next tensor of the file ends it. So the work and the memory depend on what the file holds, whatever
/// sizes its options claim.
/// </summary>
internal static class NetworkCheck
{
    /// <exception cref="InvalidDataException">The file holds not what it describes; the message names the parameter.</exception>
    /// <returns>The network.</returns>
    public static SequenceModel Require(SequenceModelOptions options, IReadOnlyList<Parameter> held)
    {
        int count = 0;
        SequenceModel network;
        try
        {
            RequireSizes(options);
            options.Architecture.Validate();
            network = SequenceModel.Create(options, RequireNext);
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException or InvalidOperationException or NotSupportedException)
        {
            throw Damage.Altered($"no network can be made of its options ({e.Message.TrimEnd('.')})", e);
        }
        if (count < held.Count)
            throw Damage.Altered($"it holds '{held[count].Name}', which the network that it describes does not have");
        return network;

        void RequireNext(Parameter declared)
        {
            if (count == held.Count)
                throw Damage.Altered($"the network that it describes has '{declared.Name}', but the file ends after {count} parameters");
            var found = held[count++];
            if (found.Name != declared.Name || !found.Shape.SequenceEqual(declared.Shape) || found.Group != declared.Group)
                throw Damage.Altered(
                    $"the network that it describes has {Describe(declared)} where the file holds {Describe(found)}");
        }
    }

    // What the parameters do not tell: where time steps are tokens, no parameter has an axis of inputs.
    private static void RequireSizes(SequenceModelOptions options)
    {
        OptionCheck.AtLeast(options.Inputs, 1, nameof(options.Inputs));
        OptionCheck.AtLeast(options.Outputs, 1, nameof(options.Outputs));
        OptionCheck.AtLeast(options.Vocabulary, 0, nameof(options.Vocabulary));
        OptionCheck.AtLeast(options.MeanSteps, 0, nameof(options.MeanSteps));
        if (options.Vocabulary > 0 && options.Inputs != 1)
            throw new ArgumentException($"Inputs is {options.Inputs}, but a time step is one token");
        if (options.HasPairs && (options.Task.Axis == AnswerAxis.Step || options.HasIntervals))
            throw new ArgumentException("a pair of sequences has one answer, and no intervals");
        if (options.HasPairs)
            options.Architecture.RequirePairs();
    }

    private static string Describe(Parameter parameter)
        => $"'{parameter.Name}' of shape ({string.Join(", ", parameter.Shape)}), {parameter.Group}";
}
