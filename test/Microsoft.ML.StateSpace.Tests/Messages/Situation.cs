namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>Something that a user does wrong, what the message says about it, and what the user then does.</summary>
/// <param name="Says">The words of the message that are followed; they name the situation, too.</param>
/// <param name="Wrong">What fails.</param>
/// <param name="Remedy">The same with the advice followed, which succeeds.</param>
internal sealed record Situation(string Says, Action Wrong, Action Remedy)
{
    /// <summary>One of several situations with the same advice.</summary>
    public string Of { get; init; } = "";

    public string Name => Of == "" ? Says : $"{Of}: {Says}";
}
