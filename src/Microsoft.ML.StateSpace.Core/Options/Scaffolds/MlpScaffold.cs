namespace Microsoft.ML.StateSpace;

/// <summary>
/// Two residual branches, as in a transformer with the core in the place of attention: <c>x + core(norm(x))</c>, then
/// <c>x + W2 gelu(W1 norm(x) + b1) + b2</c>. Any core fits.
/// </summary>
public sealed record MlpScaffold : ScaffoldOptions
{
    /// <summary>Width of the hidden layer in units of the model size. Default: 4.</summary>
    public int Expansion { get; init; } = 4;

    internal override NormKind PublishedNorm => NormKind.LayerNorm;

    internal override long Widest(int modelSize) => (long)Expansion * modelSize;

    internal override void Validate(NetworkOptions architecture) => OptionCheck.Size(Expansion, MostExpansion);
}
