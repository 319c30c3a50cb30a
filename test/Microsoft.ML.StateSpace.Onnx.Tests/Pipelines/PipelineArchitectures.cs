using Microsoft.ML.StateSpace.Testing.Enrolments;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Pipelines;

/// <summary>Kinds of models that a pipeline may hold: some of every core, and what is no network.</summary>
internal static class PipelineArchitectures
{
    // The first of a core are the scaffold of its publication, reading one way and both ways.
    private const int OfACore = 3;

    /// <summary>Networks with a Sobolev filter, whose operator is newer than what ML.NET writes.</summary>
    public static Dictionary<string, ArchitectureOptions> Filtered { get; } = new(OfCores(isFiltered: true));

    public static Dictionary<string, ArchitectureOptions> All { get; } = new(OfCores(isFiltered: false))
    {
        ["Layer norm"] = Samples.Small with { Norm = NormKind.LayerNorm },
        ["Griffin"] = new LruOptions { Layers = 3, ModelSize = 8, StateSize = 4, Scaffold = new GriffinScaffold() },
        ["Ensemble"] = Samples.Ensemble,
        ["Bank"] = new StateSpaceBankOptions { Filters = 60 },
    };

    private static IEnumerable<KeyValuePair<string, ArchitectureOptions>> OfCores(bool isFiltered)
        => from core in CoreEnrolment.All
           from model in core.Models
               .Where(model => model.Options is { HasIntervals: false, Vocabulary: 0 } && model.Name.Contains(Filter) == isFiltered)
               .Take(OfACore)
           select KeyValuePair.Create(model.Name, model.Options.Architecture);

    private const string Filter = "convolution";
}
