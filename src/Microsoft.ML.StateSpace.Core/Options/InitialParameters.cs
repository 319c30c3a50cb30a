namespace Microsoft.ML.StateSpace;

/// <summary>
/// Values that the parameters of a network have when its training begins, in the place of random ones, so that training goes on from
/// another model or from weights of a public checkpoint: <c>ModelFiles.SavedParameters</c> says which. Statistics, by which inputs and
/// targets are standardised, come with the values where those have them, so that the network begins as the same function; else from the
/// data. Parameters that the values lack begin as in a new network, and the log says which.
/// </summary>
public abstract record InitialParameters
{
    private protected InitialParameters()
    {
    }

    /// <summary>
    /// Parts of the network that begin anew although there are values for them, by the first words of their names, for instance
    /// <c>Decoder</c> where the classes are others, <c>Encoder</c> where the inputs are others, <c>Input</c> and <c>Output</c> for
    /// statistics of the new data, or <c>Blocks.2</c>. Default: none.
    /// </summary>
    public IReadOnlyList<string> Anew { get; init; } = [];

    /// <summary>
    /// Whether every trained parameter must have a value, but for those in <see cref="Anew"/>. Default: <see langword="false"/>, what lacks
    /// begins anew.
    /// </summary>
    public bool RequireAll { get; init; }

    /// <summary>Whether a parameter begins anew although there is a value for it.</summary>
    internal bool IsAnew(string parameter)
        => Anew.Any(part => parameter == part || parameter.StartsWith(part + ".", StringComparison.Ordinal));
}
