using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Learns in as few readings as possible what a network must know of its training sequences before the first step.</summary>
internal static class DataSurvey
{
    /// <summary>Stores the statistics with the parameters. Returns what tells the user of the sequences.</summary>
    public static Action Of(
        SequenceNetwork model, ParameterSet parameters, SequenceSource data, Action<string>? log, Action<string>? warn,
        CancellationToken cancellation)
    {
        if (data.IsMade)
            (log, warn) = (null, null);
        var missing = new MissingReport(model.Options, data, log);
        var spectrum = warn is null ? null : InputSpectrum.Of(model, parameters, data);
        var lines = DataStatistics.Store(model.InputStage, model.Head.Output, parameters, data, (part, first) =>
        {
            missing.Add(part);
            spectrum?.Add(part, first);
        }, cancellation);
        return () =>
        {
            missing.Write();
            foreach (string line in lines)
                warn?.Invoke(line);
            if (spectrum?.Warning(model.Input!.Deviation.Of((ReadOnlySpan<float>)parameters.Values)) is string warning)
                warn!(warning);
        };
    }
}
