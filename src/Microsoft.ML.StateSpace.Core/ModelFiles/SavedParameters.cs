using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// Parameters of a trained model, or of a file, that the training of a network begins with
/// (<see cref="TrainingOptions.InitialParameters"/>). Each is compared with the network; the first of another shape ends the training
/// before it begins, with its name. Options that leave no trace in shapes, such as a nonlinearity, must be what they were.
/// </summary>
public sealed record SavedParameters : InitialParameters, IParameterSource
{
    private readonly TrainedModel? _model;
    private readonly string? _path;

    private SavedParameters(TrainedModel? model, string? path) => (_model, _path) = (model, path);

    /// <summary>
    /// Parameters of a file: one that <c>SaveParameters</c> or <see cref="ModelFile"/> wrote, or a checkpoint of a family that
    /// <see cref="PythonCheckpoint"/> knows. It is read when training begins, and a model keeps no trace of its name.
    /// </summary>
    public static SavedParameters FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(null, path);
    }

    /// <summary>Parameters of a model, for instance of a transformer's <c>Model</c>.</summary>
    public static SavedParameters FromModel(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model, null);
    }

    /// <summary>The architecture that they are of, all sizes set: what to set <c>Architecture</c> to.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="InvalidDataException">It is no file of parameters that is known; the message says why.</exception>
    public ArchitectureOptions ReadArchitecture()
    {
        if (_model is not null)
            return _model.Options.Architecture;
        using var file = File.OpenRead(_path!);
        return IsModelFile(file) ? ModelFile.Read(file).Options.Architecture : PythonCheckpoint.ReadArchitecture(file);
    }

    /// <summary>Names where they come from.</summary>
    public override string ToString() => _path is null ? "a trained model" : $"'{Path.GetFileName(_path)}'";

    IReadOnlySet<Parameter> IParameterSource.Fill(SequenceNetwork network, ParameterSet parameters)
    {
        if (_model is not null)
            return Fill(_model, parameters);
        using var file = File.OpenRead(_path!);
        if (IsModelFile(file))
            return Fill(ModelFile.Read(file), parameters);
        var reader = new CheckpointReader(file);
        return new CheckpointLoading(reader, NamesFor(file, reader, network.Options), network, parameter => !IsAnew(parameter.Name))
            .Fill(parameters.Values);
    }

    // The family of the network must be that of the file.
    private static PublicNames NamesFor(FileStream file, CheckpointReader reader, SequenceModelOptions options)
    {
        var shapes = new CheckpointShapes(reader);
        var names = PublicNames.Of(shapes);
        if (!names.IsOf((NetworkOptions)options.Architecture))
            throw new InvalidOperationException(
                $"InitialParameters are those of a {names.Family}, but Architecture is {options.Architecture.GetType().Name}. Set "
                + "Architecture to what ReadArchitecture of the SavedParameters returns.");
        names.Require(options);
        CheckpointSettings.Require(file, names);
        return names;
    }

    private HashSet<Parameter> Fill(TrainedModel model, ParameterSet parameters)
    {
        if (model.Options.Architecture is not NetworkOptions)
            throw new InvalidOperationException(
                $"InitialParameters must be those of a network, but {this} is one of {model.Options.Architecture.GetType().Name}. Give the "
                + "parameters of a network.");
        foreach (var held in model.Parameters.Parameters)
            if (!IsAnew(held.Name))
                Require(held, parameters.Find(held.Name));
        var set = new HashSet<Parameter>();
        foreach (var parameter in parameters.Parameters)
        {
            if (IsAnew(parameter.Name) || model.Parameters.Find(parameter.Name) is not { } held)
                continue;
            held.Of(model.Parameters.Values).CopyTo(parameter.Of(parameters.Values));
            set.Add(parameter);
        }
        return set;
    }

    private void Require(Parameter held, Parameter? declared)
    {
        string? wrong = declared is null ? "which the network does not have"
            : held.Shape.SequenceEqual(declared.Shape) ? null
            : $"but in the network its shape is ({string.Join(", ", declared.Shape)})";
        if (wrong is not null)
            throw new InvalidOperationException(
                $"InitialParameters do not fit: {this} has '{held.Name}' of shape ({string.Join(", ", held.Shape)}), {wrong}. Set "
                + "Architecture to what ReadArchitecture of the SavedParameters returns, or name the part in Anew, where it shall begin "
                + "anew.");
    }

    // Both kinds are safetensors files; ours says so in its metadata.
    private static bool IsModelFile(FileStream file)
    {
        bool isOurs = CheckpointReader.FormatOf(file) == ModelFile.Format;
        file.Position = 0;
        return isOurs;
    }
}
