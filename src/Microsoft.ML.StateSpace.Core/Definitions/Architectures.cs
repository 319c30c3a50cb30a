namespace Microsoft.ML.StateSpace.Definitions;

/// <summary>
/// The definitions of all kinds of models, one a file of this folder. They are nested in this class so that the library finds them at
/// once, without a list and without a look through the whole assembly.
/// </summary>
internal static partial class Architectures
{
}
