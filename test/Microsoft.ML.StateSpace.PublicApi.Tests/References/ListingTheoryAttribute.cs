namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>A theory about the listings of other packages; skipped, with the reason, where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ListingTheoryAttribute : TheoryAttribute
{
    public ListingTheoryAttribute() => Skip = Listing.WhyMissing;
}
