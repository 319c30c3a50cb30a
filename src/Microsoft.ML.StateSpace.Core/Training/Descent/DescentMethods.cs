namespace Microsoft.ML.StateSpace.Training;

/// <summary>The methods of descent, by their options.</summary>
internal static class DescentMethods
{
    public static IDescentMethod Create(DescentOptions options, FullBatch batch) => options switch
    {
        GradientDescentOptions gradient => new GradientDescent(gradient, batch),
        LbfgsOptions lbfgs => new Lbfgs(lbfgs, batch),
        ProximalMsaOptions proximal => new ProximalMsa(proximal, batch),
        ExtendedMsaOptions { Certified: true } certified => new CertifiedMsa(certified, batch),
        ExtendedMsaOptions extended => new ExtendedMsa(extended, batch),
        LevenbergMarquardtOptions levenberg => new LevenbergMarquardt(levenberg, batch),
        _ => throw new NotSupportedException($"There is no method of descent for {options.GetType().Name}."),
    };

    /// <summary>Requires that a state has so many numbers.</summary>
    public static void Require(double[] state, int length)
    {
        if (state.Length != length)
            throw new InvalidDataException($"The state of its method must have {length} numbers, but has {state.Length}.");
    }
}
