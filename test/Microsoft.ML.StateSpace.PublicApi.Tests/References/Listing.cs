using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>
/// What a version of an assembly shows, a line a member: "declaring type | declaration". Listings lie in <c>shared/api</c> beside the
/// repository.
/// </summary>
internal sealed class Listing
{
    private static readonly string Sibling = Path.Combine("shared", "api");

    private readonly Dictionary<string, HashSet<string>> _members = [];
    private readonly Dictionary<string, List<string>> _bases = [];
    private readonly HashSet<string> _delegates = [];

    public Listing(string name, IEnumerable<string> lines)
    {
        Name = name;
        foreach (string line in lines)
            Add(line);
    }

    public string Name { get; }

    /// <summary>Why there are no listings to hold anything against; <see langword="null"/> where there are.</summary>
    public static string? WhyMissing { get; } = Folder() is not null ? null
        : $"needs the listings of the packages' public API, {Sibling} beside the repository";

    public static Listing Read(string name) => new(name, File.ReadLines(Path.Combine(Folder()!, name + ".txt")));

    /// <summary>What is wrong with a reference, or <see langword="null"/>.</summary>
    public string? Fault(Reference reference)
    {
        if (!_members.ContainsKey(reference.Type))
            return $"{Name} has no type {reference.Type}";
        bool isThere = reference.Signatures.Any(signature => Has(reference.Type, signature))
            || (_delegates.Contains(reference.Type) && reference.IsOfDelegate);
        return isThere || reference.Signature is null ? null : $"{Name} has no {reference.Type} | {reference.Signature}";
    }

    private static string? Folder() => Repository.Above(Sibling) is string above ? Path.Combine(above, Sibling) : null;

    private void Add(string line)
    {
        int bar = line.IndexOf(" | ", StringComparison.Ordinal);
        string type = line[..bar], declaration = line[(bar + 3)..], key = Brackets.CountArguments(type);
        if (!_members.TryGetValue(key, out var members))
        {
            _members[key] = members = [];
            _bases[key] = [];
        }
        if (declaration.StartsWith(": ", StringComparison.Ordinal))
            _bases[key].Add(Brackets.CountArguments(declaration[2..]));
        else if (declaration.Contains(" delegate ", StringComparison.Ordinal))
            _delegates.Add(key);
        else if (Declaration.Signature(type, declaration) is string signature)
            members.Add(signature);
    }

    private bool Has(string type, string signature)
        => _members.TryGetValue(type, out var members)
            && (members.Contains(signature) || _bases[type].Any(parent => Has(parent, signature)));
}
