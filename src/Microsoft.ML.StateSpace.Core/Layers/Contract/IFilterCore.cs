namespace Microsoft.ML.StateSpace.Layers;

/// <summary>A core that is a set of linear filters with one pole each.</summary>
internal interface IFilterCore
{
    /// <summary>Reads the filters out of the parameters; <see langword="null"/> where something else acts on their outputs.</summary>
    LayerFilters? Filters(in Weights weights);
}
