namespace Microsoft.ML.StateSpace.Accuracy.Methods;

/// <summary>A way to train that is measured.</summary>
/// <param name="Name">Its name in keys and in the table.</param>
/// <param name="Training">The options, for a number of iterations.</param>
internal sealed record Way(string Name, Func<int, TrainingOptions> Training)
{
    private const int OfLevenbergMarquardt = 4;

    /// <summary>
    /// AdamW, at the library's own rate and over all records at once; the methods of descent; and AdamW for half of the iterations and then
    /// one of them. What a fair comparison of rates would cost is not counted for AdamW, and not searched for.
    /// </summary>
    public static IReadOnlyList<Way> All { get; } =
    [
        new("AdamW", n => new() { Epochs = n }),
        Of("gradient descent", new GradientDescentOptions()),
        Of("L-BFGS", new LbfgsOptions()),
        new("Levenberg-Marquardt", n => new() { Method = new LevenbergMarquardtOptions(), Epochs = n / OfLevenbergMarquardt }),
        new("AdamW, then L-BFGS", n => new()
        {
            Method = new PolishOptions { Then = new LbfgsOptions(), Iterations = n - n / 2 }, Epochs = n / 2,
        }),
        new("AdamW, then Levenberg-Marquardt", n => new()
        {
            Method = new PolishOptions { Then = new LevenbergMarquardtOptions(), Iterations = n / 2 / OfLevenbergMarquardt },
            Epochs = n / 2,
        }),
    ];

    private static Way Of(string name, DescentOptions method) => new(name, n => new() { Method = method, Epochs = n });
}
