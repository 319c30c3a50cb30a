using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>What the header of a checkpoint tells, before any of its data are read.</summary>
internal sealed class CheckpointShapes
{
    private readonly Dictionary<string, CheckpointTensor> _tensors;

    public CheckpointShapes(CheckpointReader reader)
        : this(reader.Tensors.ToDictionary(tensor => tensor.Name))
    {
    }

    private CheckpointShapes(Dictionary<string, CheckpointTensor> tensors) => _tensors = tensors;

    /// <summary>The same tensors under other names.</summary>
    /// <param name="nameOf">Which name a tensor has in the place of its own.</param>
    /// <exception cref="InvalidDataException">Two tensors have the same name then.</exception>
    public CheckpointShapes Under(Func<string, string> nameOf)
    {
        var tensors = new Dictionary<string, CheckpointTensor>();
        foreach (var tensor in _tensors.Values)
        {
            if (!tensors.TryAdd(nameOf(tensor.Name), tensor))
                throw CheckpointReader.NotReadable($"it holds '{nameOf(tensor.Name)}' twice");
        }
        return new(tensors);
    }

    public IEnumerable<string> Names => _tensors.Keys;

    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>The shape of a tensor, which must be there with so many axes, something in them, and the bytes that they need.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public int[] this[string name, int axes]
    {
        get
        {
            var tensor = _tensors.GetValueOrDefault(name) ?? throw CheckpointReader.NotReadable($"it lacks '{name}'");
            CheckpointReader.Require(tensor);
            int[] shape = tensor.Shape;
            return shape.Length == axes && shape.All(extent => extent > 0)
                ? shape
                : throw CheckpointReader.NotReadable(
                    $"'{name}' must have {axes} axes with something in them, but its shape is ({string.Join(", ", shape)})");
        }
    }

    /// <summary>The number of layers, which must be counted through from 0.</summary>
    /// <param name="prefix">What stands before the number in the names of their tensors.</param>
    /// <param name="names">Finds the number of the layer that a tensor belongs to.</param>
    /// <exception cref="InvalidDataException">A layer lacks.</exception>
    public int Layers(string prefix, Regex names)
    {
        int[] layers = [.. Names.Select(name => LayerOf(names, name)).OfType<int>().Distinct().Order()];
        if (layers.Length > 0 && layers[^1] != layers.Length - 1)
            throw CheckpointReader.NotReadable($"it lacks '{prefix}{Enumerable.Range(0, layers.Length).First(i => layers[i] != i)}'");
        return layers.Length;
    }

    /// <summary>The number of the layer that a tensor belongs to, or <see langword="null"/> where it belongs to none.</summary>
    /// <param name="names">Matches names of tensors in layers; the number is its first group.</param>
    /// <param name="name">The name of the tensor.</param>
    public static int? LayerOf(Regex names, string name)
    {
        if (names.Match(name) is not { Success: true } match)
            return null;
        return int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            ? layer
            : throw CheckpointReader.NotReadable($"'{name}' is in a layer of a number that no network has");
    }
}
