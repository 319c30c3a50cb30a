using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The proximal step of each layer by itself. A layer that is affine in what is free of its parameters has the closed step
/// <c>theta - g / (eps + lambda)</c>; in any other one a <see cref="LayerSearch"/> looks for it. What acts in several layers takes the
/// closed step too, of the whole gradient.
/// </summary>
internal sealed class ProximalStep
{
    private readonly LayerSearch _search;
    private readonly double _regularization;
    private readonly Parameter[][] _free;
    private readonly bool[] _isClosed;
    private readonly Parameter[] _shared;

    /// <param name="batch">The objective.</param>
    /// <param name="pass">The layers; it must keep inputs and costates where <see cref="NeedsSearch"/>.</param>
    /// <param name="steps">The most steps of a search.</param>
    /// <param name="free">The parameters of each layer that are to be set.</param>
    /// <param name="isClosed">Whether each layer is affine in these.</param>
    public ProximalStep(FullBatch batch, DepthPass pass, int steps, Parameter[][] free, bool[] isClosed)
    {
        (_isClosed, _regularization) = (isClosed, batch.Regularization);
        _shared = [.. pass.Layers.Shared];
        _free = [.. free.Select(parameters => parameters.Except(_shared).ToArray())];
        _search = new LayerSearch(pass, steps, _regularization);
    }

    /// <summary>Whether some layer has parameters to be set in which it is not affine.</summary>
    public static bool NeedsSearch(Parameter[][] free, bool[] isClosed) => free.Zip(isClosed).Any(l => l.First.Length > 0 && !l.Second);

    /// <summary>Whether there is anything to be set.</summary>
    public bool IsEmpty => _free.All(layer => layer.Length == 0);

    /// <summary>Sets the free parameters of all layers; <see langword="false"/> where a search did not come far enough.</summary>
    public bool Apply(DescentPoint point, double eps, float[] candidate)
    {
        ApplyClosed(_shared, point, eps, candidate);
        for (int layer = 0; layer < _free.Length; layer++)
        {
            if (_isClosed[layer])
                ApplyClosed(_free[layer], point, eps, candidate);
            else if (_free[layer].Length > 0 && !_search.Run(layer, _free[layer], point, eps, candidate))
                return false;
        }
        return true;
    }

    private void ApplyClosed(Parameter[] parameters, DescentPoint point, double eps, float[] candidate)
    {
        foreach (var parameter in parameters)
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
                candidate[i] = (float)(point.Values[i] - point.Gradient[i] / (eps + _regularization));
    }
}
