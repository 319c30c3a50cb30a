using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Reads parameters from a checkpoint under the names of a family. When it is made, all tensors are compared with the network; only then
/// is one read.
/// </summary>
internal sealed class CheckpointLoading
{
    private readonly CheckpointReader _reader;
    private readonly List<CheckpointEntry> _entries;
    private readonly List<(CheckpointTensor Tensor, CheckpointEntry Entry, CheckpointPart[] Parts)> _found;

    private readonly Func<Parameter, bool> _takes;

    /// <param name="reader">The checkpoint.</param>
    /// <param name="names">The family.</param>
    /// <param name="network">The network.</param>
    /// <param name="takes">Which parameters are read; <see langword="null"/> means all. Tensors of others may have any shape.</param>
    /// <exception cref="InvalidDataException">A tensor lacks, is too many, or has another shape; the message names it.</exception>
    public CheckpointLoading(
        CheckpointReader reader, PublicNames names, SequenceNetwork network, Func<Parameter, bool>? takes = null)
    {
        (_reader, _takes) = (reader, takes ?? (_ => true));
        _entries = Entries(names, network.Options, network.Layout.Find);
        _found = Match(names, network.Options);
    }

    /// <summary>The tensors that a model has under the names of a family.</summary>
    public static List<CheckpointEntry> Entries(PublicNames names, SequenceModelOptions options, Func<string, Parameter?> find)
        => [.. names.Entries(options, name => find(name)
            ?? throw new ArgumentException(
                $"The model has no parameter '{name}', so it does not have the architecture that its options name.", nameof(options)))];

    /// <summary>Sets those parameters that the family has a name for. This can be done once.</summary>
    /// <returns>The parameters that were set.</returns>
    /// <exception cref="InvalidDataException">The file ends early, or a value is no finite number.</exception>
    public IReadOnlySet<Parameter> Fill(Span<float> parameters)
    {
        var filled = new HashSet<Parameter>();
        var changes = new Dictionary<string, float[]>();
        foreach (var (tensor, entry, parts) in _found)
        {
            float[] values = _reader.Read(tensor);
            if (entry.Change is not null && _takes(entry.Change.Parameter))
                changes.Add(entry.Name, values);
            foreach (var part in parts)
            {
                if (!part.Read(values, parameters))
                    throw Impossible(tensor.Name, part.Parameter, entry);
                filled.Add(part.Parameter);
            }
            foreach (var (parameter, value) in entry.Fixed.Where(pair => _takes(pair.Parameter)))
            {
                parameter.Of(parameters).Fill(value);
                filled.Add(parameter);
            }
        }
        foreach (var entry in _entries.Where(entry => entry.Otherwise is not null))
            foreach (var part in entry.Parts.Where(part => _takes(part.Parameter) && filled.Add(part.Parameter)))
                part.Parameter.Of(parameters).Fill(entry.Otherwise!.Value);
        foreach (var entry in _entries)
        {
            if (!changes.TryGetValue(entry.Name, out float[]? values))
                continue;
            entry.Change!.Apply(values, parameters);
            if (!Reductions.IsFinite(entry.Change.Parameter.Of(parameters)))
                throw Impossible(entry.Name, entry.Change.Parameter, entry);
        }
        return filled;
    }

    // The tensors of the file, in their order, with the parameters that each holds.
    private List<(CheckpointTensor Tensor, CheckpointEntry Entry, CheckpointPart[] Parts)> Match(
        PublicNames names, SequenceModelOptions options)
    {
        var open = _entries.ToDictionary(entry => entry.Name);
        var others = _entries.Where(entry => entry.OtherName is not null).ToDictionary(entry => entry.OtherName!, entry => entry.Name);
        var found = new List<(CheckpointTensor Tensor, CheckpointEntry Entry)>();
        foreach (var tensor in _reader.Tensors)
        {
            string name = names.NameOf(tensor.Name);
            if (!open.Remove(others.GetValueOrDefault(name, name), out var entry))
            {
                if (names.MustKnow(options, name))
                    throw CheckpointReader.NotReadable(
                        $"it has '{tensor.Name}', which a {names.Family} of {((NetworkOptions)options.Architecture).Layers} layers has "
                        + "not, or has once");
                continue;
            }
            if (!IsWanted(entry))
                continue;
            if (!entry.Takes(tensor.Shape))
                throw CheckpointReader.NotReadable(
                    $"'{tensor.Name}' has shape ({string.Join(", ", tensor.Shape)}), "
                    + $"but the model needs ({string.Join(", ", entry.Shape)}); set the options as ReadArchitecture returns them"
                    + (entry.HasPaddedRows ? ", and the tokens to those of this table" : ""));
            CheckpointReader.Require(tensor);
            found.Add((tensor, entry));
        }
        if (open.Values.FirstOrDefault(entry => entry.TiedTo is null && entry.Otherwise is null && IsWanted(entry)) is { } lacking)
            throw Missing(names, lacking);
        var tied = open.Values.ToLookup(entry => entry.TiedTo);
        return [.. found.Select(pair => (pair.Tensor, pair.Entry, (CheckpointPart[])
            [.. pair.Entry.Parts.Concat(tied[pair.Entry.Name].SelectMany(entry => entry.Parts)).Where(part => _takes(part.Parameter))]))];
    }

    // Also where only the entry that is tied to it is.
    private bool IsWanted(CheckpointEntry entry)
        => entry.Parts.Concat(_entries.Where(other => other.TiedTo == entry.Name).SelectMany(other => other.Parts))
            .Any(part => _takes(part.Parameter)) || (entry.Change is not null && _takes(entry.Change.Parameter));

    private static InvalidDataException Impossible(string tensor, Parameter parameter, CheckpointEntry entry)
        => CheckpointReader.NotReadable(
            $"tensor '{tensor}' holds a value that '{parameter.Name}' cannot have" + (entry.Remedy is null ? "" : $"; {entry.Remedy}"));

    private static InvalidDataException Missing(PublicNames names, CheckpointEntry entry)
        => CheckpointReader.NotReadable(
            entry.OtherName is null
                ? $"it lacks '{entry.Name}', so it is no {names.Family} checkpoint of these layers"
                : $"it has neither '{entry.Name}' nor '{entry.OtherName}', "
                    + "but the model has a Vocabulary and needs the table of its tokens");
}
