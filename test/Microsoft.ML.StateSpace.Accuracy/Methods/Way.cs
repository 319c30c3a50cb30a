namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>A way to train that is measured: AdamW, a method of descent, or the first and then the second.</summary>
/// <param name="Name">Its name in keys and in the table.</param>
/// <param name="Method">The method of descent; <see langword="null"/> for AdamW alone.</param>
/// <param name="OfAdamW">The share of the passes that AdamW takes, at the library's own rate and batch, which are not searched for.</param>
internal sealed record Way(string Name, DescentOptions? Method, double OfAdamW = 0)
{
    /// <summary>AdamW, the methods of descent, and AdamW for half of the passes and then one of them.</summary>
    public static IReadOnlyList<Way> All { get; } =
    [
        new("AdamW", null, 1),
        new("gradient descent", new GradientDescentOptions()),
        new("proximal MSA", new ProximalMsaOptions()),
        new("extended MSA", new ExtendedMsaOptions()),
        new("L-BFGS", new LbfgsOptions()),
        new("Levenberg-Marquardt", new LevenbergMarquardtOptions()),
        new("AdamW, then L-BFGS", new LbfgsOptions(), 0.5),
        new("AdamW, then Levenberg-Marquardt", new LevenbergMarquardtOptions(), 0.5),
    ];

    /// <summary>Whether it knows of the curvature of the objective.</summary>
    public bool IsSecondOrder => Method is LbfgsOptions or LevenbergMarquardtOptions;

    /// <summary>What a training of so many epochs of AdamW and iterations of the method is asked for by; one of both may be 0.</summary>
    public TrainingOptions Training(int epochs, int iterations)
        => iterations == 0 || Method is null ? new() { Epochs = epochs }
            : epochs == 0 ? new() { Method = Method, Epochs = iterations }
            : new() { Method = new PolishOptions { Then = Method, Iterations = iterations }, Epochs = epochs };
}
