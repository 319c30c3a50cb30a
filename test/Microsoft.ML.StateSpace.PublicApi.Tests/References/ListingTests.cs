namespace Microsoft.ML.StateSpace.PublicApi.Tests.References;

/// <summary>That the check of references can fail, and fails for the right ones.</summary>
public class ListingTests
{
    private static readonly Listing Known = new("listing",
    [
        "A.Base | public class Base",
        "A.Base | public int Sum<T>(this T[] values, ref int first, params string[] rest) where T : struct",
        "A.Box<T> | : A.Base",
        "A.Box<T> | public Box(T value = default)",
        "A.Box<T> | public T this[int index, string key] { set; }",
        "A.Box<T> | public static (T value, int count) Split(System.Collections.Generic.Dictionary<string, (int x, T y)> map)",
        "A.Box<T> | public static readonly long Size",
        "A.Call | public delegate int Call(string text)",
    ]);

    [Theory]
    [InlineData("A.Base", null)]
    [InlineData("A.Base", "int Sum`1(!!0[], ref int, string[])")]
    [InlineData("A.Box`1", "int Sum`1(!!0[], ref int, string[])")]
    [InlineData("A.Box`1", "void .ctor(!0)")]
    [InlineData("A.Box`1", "void set_Item(int, string, !0)")]
    [InlineData("A.Box`1", "static (!0, int) Split(System.Collections.Generic.Dictionary<string, (int, !0)>)")]
    [InlineData("A.Box`1", "static long Size")]
    [InlineData("A.Call", "void .ctor(object, System.IntPtr)")]
    public void Fault_OfWhatIsThere_IsNone(string type, string? signature)
        => Known.Fault(new("A", type, signature)).Should().BeNull();

    [Theory]
    [InlineData("A.Box", null)]
    [InlineData("A.Base", "void .ctor(int)")]
    [InlineData("A.Base", "int Sum`1(!!0[], int, string[])")]
    [InlineData("A.Base", "static long Size")]
    [InlineData("A.Box`1", "long Size")]
    [InlineData("A.Box`1", "!0 get_Item(int, string)")]
    public void Fault_OfWhatIsNot_NamesMemberAndListing(string type, string? signature)
    {
        Known.Fault(new("A", type, signature)).Should().Contain("listing has no").And.Contain(signature ?? type);
    }

    /// <summary>The reader sees a call that this very test makes.</summary>
    [Fact]
    public void Read_FindsMembersAndTheirTypes()
    {
        const string Assertions = "FluentAssertions";
        var references = ReferenceReader.Read(typeof(ListingTests).Assembly.Location, Assertions);
        references.Should().Contain(new Reference(Assertions, "FluentAssertions.AssertionExtensions", null));
        references.Should().Contain(
            new Reference(
                Assertions, "FluentAssertions.AssertionExtensions", "static FluentAssertions.Primitives.StringAssertions Should(string)"));
        Known.Fault(references[0]).Should().NotBeNull();
    }
}
