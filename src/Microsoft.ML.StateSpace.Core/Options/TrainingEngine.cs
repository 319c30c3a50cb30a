namespace Microsoft.ML.StateSpace;

/// <summary>
/// What trains a model. Where <see cref="TrainingOptions.Engine"/> is <see langword="null"/> that is the managed engine of this library, on
/// any processor and without a native library; the package Microsoft.ML.StateSpace.TorchSharp brings another. The model that comes out is
/// the same kind of model, and is served without the engine that trained it.
/// </summary>
public abstract class TrainingEngine
{
    private protected TrainingEngine()
    {
    }

    /// <summary>Names the engine and where it computes, for logs: <c>TorchSharp on cuda:0</c>.</summary>
    public abstract override string ToString();
}
