namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>What compiled code asks of another assembly: a type, or a member of it by its signature (<see cref="Declaration"/>).</summary>
internal sealed record Reference(string Assembly, string Type, string? Signature)
{
    /// <summary>Whether it is one of the members that every delegate has, and no listing.</summary>
    public bool IsOfDelegate => Signature is not null && (Signature.Contains(" .ctor(") || Signature.Contains(" Invoke("));

    /// <summary>What a listing may say instead: an indexer is <c>this</c> there, whatever its name.</summary>
    public IEnumerable<string> Signatures => Signature is null ? [] : [Signature, AsIndexer(Signature)];

    private static string AsIndexer(string signature)
    {
        int accessor = Math.Max(signature.IndexOf(" get_", StringComparison.Ordinal), signature.IndexOf(" set_", StringComparison.Ordinal));
        return accessor < 0 ? signature : $"{signature[..(accessor + 5)]}this{signature[signature.IndexOf('(', accessor)..]}";
    }
}
