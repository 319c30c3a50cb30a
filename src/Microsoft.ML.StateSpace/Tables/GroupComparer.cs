namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Compares values of a column: text by its characters, all else as its type does.</summary>
internal static class GroupComparer<T>
{
    public static readonly IEqualityComparer<T> Instance
        = typeof(T) == typeof(ReadOnlyMemory<char>) ? (IEqualityComparer<T>)(object)new TextComparer() : EqualityComparer<T>.Default;

    private sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>
    {
        public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
    }
}
