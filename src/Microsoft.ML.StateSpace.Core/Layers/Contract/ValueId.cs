namespace Microsoft.ML.StateSpace.Layers;

/// <summary>One value of a program: rows of so many channels, or one row a sequence.</summary>
/// <param name="index">Its number in the program.</param>
internal sealed class ValueId(int index)
{
    /// <summary>Its number in the program.</summary>
    public int Index => index;
}
