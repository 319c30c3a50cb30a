using System.Collections.Concurrent;

namespace Microsoft.ML.StateSpace.Grains;

/// <summary>
/// The models of a silo, by their names. A model is held once, and shared by all of its streams. A newer one may take its place at any
/// time: each stream goes on with it from its next step.
/// </summary>
public sealed class StreamModels
{
    private readonly ConcurrentDictionary<string, StreamModel> _models = new();

    /// <summary>Sets the model of a name.</summary>
    /// <param name="name">The name, without a slash.</param>
    /// <param name="model">
    /// A fitted step, or a pipeline with one: a causal <see cref="SequenceTransformer"/>, or a <see cref="ForecastingTransformer"/>. Steps
    /// of the pipeline before it are not part of a stream.
    /// </param>
    /// <exception cref="ArgumentException">The name has a slash, or the model has no such step, or several.</exception>
    /// <exception cref="InvalidOperationException">The model cannot stream; the message says why.</exception>
    public void Set(string name, ITransformer model)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(model);
        if (name.Contains(StreamGrainExtensions.Separator))
            throw new ArgumentException($"The name of a model has no '{StreamGrainExtensions.Separator}', but '{name}' has.", nameof(name));
        _models[name] = StreamModel.Of(name, model);
    }

    /// <summary>Loads a model that <c>mlContext.Model.Save</c> has written, and sets it.</summary>
    /// <param name="name">The name, without a slash.</param>
    /// <param name="path">The file.</param>
    public void Load(string name, string path) => Set(name, new MLContext().Model.Load(path, out _));

    internal StreamModel Find(string name)
        => _models.TryGetValue(name, out var model)
            ? model
            : throw new InvalidOperationException(
                $"No model is called '{name}' on this silo. It has "
                + (_models.IsEmpty ? "none" : $"'{string.Join("', '", _models.Keys.Order(StringComparer.Ordinal))}'")
                + ". Give every silo the same models where it calls AddStateSpaceStreams, or name one of these to GetStream.");
}
