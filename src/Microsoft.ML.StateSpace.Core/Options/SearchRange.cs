namespace Microsoft.ML.StateSpace;

/// <summary>
/// One option of an architecture that a sweep may vary. Core states it as plain data; the AutoML project makes parameters of it.
/// </summary>
/// <param name="Name">The name of the option, and of the parameter in a search space.</param>
/// <param name="Get">Reads the option; <see langword="null"/> where it is left open.</param>
/// <param name="Set">The options with another value.</param>
internal abstract record SearchRange(
    string Name, Func<ArchitectureOptions, double?> Get, Func<ArchitectureOptions, double, ArchitectureOptions> Set)
{
    /// <summary>
    /// Whether a user has set the option, which takes it out of the sweep: whether it differs from what new options hold.
    /// </summary>
    public bool IsSet(ArchitectureOptions options) => Get(options) != Get(options.Definition.CreateOptions());
}

/// <summary>A range of real numbers.</summary>
/// <param name="Name">The name of the option.</param>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The largest value.</param>
/// <param name="Usual">The value that stands for the library's own choice. A sweep that proposes it leaves the option as it is.</param>
/// <param name="IsLogarithmic">Whether equal steps of the sweep are equal factors of the value.</param>
/// <param name="Get">Reads the option.</param>
/// <param name="Set">Sets the option.</param>
internal sealed record NumberRange(
    string Name, double Low, double High, double Usual, bool IsLogarithmic,
    Func<ArchitectureOptions, double?> Get, Func<ArchitectureOptions, double, ArchitectureOptions> Set)
    : SearchRange(Name, Get, Set);

/// <summary>A choice of whole numbers.</summary>
/// <param name="Name">The name of the option.</param>
/// <param name="Choices">The values, in ascending order.</param>
/// <param name="Usual">The value that stands for the library's own choice, one of them.</param>
/// <param name="Get">Reads the option.</param>
/// <param name="Set">Sets the option.</param>
internal sealed record ChoiceRange(
    string Name, int[] Choices, int Usual, Func<ArchitectureOptions, double?> Get,
    Func<ArchitectureOptions, double, ArchitectureOptions> Set)
    : SearchRange(Name, Get, Set);
