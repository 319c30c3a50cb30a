using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Persistence;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The network of a forecaster among the bytes of a model file.</summary>
internal static class NetworkPayload
{
    /// <summary>The options without what the network itself holds.</summary>
    public static ForecastingOptions Without(ForecastingOptions options) => options with { Architecture = null, Training = new() };

    /// <summary>The network as a model file; nothing where there is none.</summary>
    public static byte[] Write(ForecastNetwork? network)
    {
        if (network is null)
            return [];
        using var stream = new MemoryStream();
        ModelFile.Write(stream, network.Model);
        return stream.ToArray();
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or none of a forecaster of these sizes.</exception>
    public static ForecastNetwork Read(
        SealedBytes bytes, ReadOnlySpan<byte> file, ForecastShape shape, double weight, double[] units, double[] offsets)
    {
        using var stream = new MemoryStream(file.ToArray());
        var model = ModelFile.Read(stream);
        var options = model.Options;
        bool fits = options.Task == SequenceTask.SequenceToSequence && options.Inputs == ForecastNetwork.InputsOf(shape)
            && options.Outputs == ForecastNetwork.OutputsOf(shape) && options is { Vocabulary: 0, HasIntervals: false }
            && options.Architecture is NetworkOptions { Bidirectional: not true } && stream.Position == stream.Length;
        if (!fits || !(weight is > 0 and <= 1) || !units.All(unit => unit >= 0))
            throw bytes.Damaged("altered: its network is none of this forecaster");
        return new ForecastNetwork(shape, model, weight, units, offsets);
    }
}
