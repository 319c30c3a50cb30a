namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// What the layers between encoder and decoder amplify together: <c>product of (1 - a + a gamma)</c> over the branches whose gain gamma is
/// trained, with share a. All other branches have a gain of 1. A decoder that divides by it keeps the gain of the whole network.
/// </summary>
internal sealed class GainBudget(ConvexBranch[] branches)
{
    /// <summary>The branches whose gain is trained.</summary>
    public IReadOnlyList<ConvexBranch> Branches => branches;

    public double Product(ReadOnlySpan<float> values)
    {
        double product = 1;
        foreach (var branch in branches)
            product *= branch.Factor(values);
        return product;
    }

    /// <summary>Adds to the gradients of shares and gains what follows from the gradient of the logarithm of the product.</summary>
    public void AddGradient(ReadOnlySpan<float> values, double logGradient, Span<float> gradients)
    {
        foreach (var branch in branches)
        {
            double a = branch.Share(values), gain = branch.Gain(values), scale = logGradient * a / branch.Factor(values);
            branch.Logit.Of(gradients)[0] += (float)(scale * (1 - a) * (gain - 1));
            branch.AddGainGradient(values, scale, gradients);
        }
    }
}
