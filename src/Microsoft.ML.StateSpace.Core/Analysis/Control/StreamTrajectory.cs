namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The stream at one place between layers, (length, width), row-major.</summary>
/// <param name="Width">Channels.</param>
/// <param name="Values">x.</param>
/// <param name="Costates">p, in the same places.</param>
public sealed record StreamTrajectory(int Width, IReadOnlyList<float> Values, IReadOnlyList<float> Costates)
{
    /// <summary><c>&lt;p, x&gt;</c>, over all steps and channels.</summary>
    internal double Product
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Values.Count; i++)
                sum += (double)Costates[i] * Values[i];
            return sum;
        }
    }
}
