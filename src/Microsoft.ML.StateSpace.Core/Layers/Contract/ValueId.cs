namespace Microsoft.ML.StateSpace.Layers;

/// <summary>The number of one value of a program: rows of so many channels, or one row a sequence.</summary>
internal readonly record struct ValueId(int Index);
