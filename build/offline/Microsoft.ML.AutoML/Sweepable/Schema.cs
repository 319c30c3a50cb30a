// Stands for Microsoft.ML.AutoML.Entity: how the estimators of a pipeline follow one another, a product, and where one of several is taken, a sum.
namespace Microsoft.ML.AutoML;

internal abstract record Schema
{
    /// <summary>The products that the sum of all alternatives has, each a chain of leaves.</summary>
    public abstract IEnumerable<IEnumerable<string>> Terms { get; }

    /// <summary>The same with other names of the leaves, asked for from left to right.</summary>
    public abstract Schema Rename(Func<string, string> name);

    internal sealed record Leaf(string Name) : Schema
    {
        public override IEnumerable<IEnumerable<string>> Terms => [[Name]];

        public override Schema Rename(Func<string, string> name) => new Leaf(name(Name));
    }

    internal sealed record Product(Schema Left, Schema Right) : Schema
    {
        public override IEnumerable<IEnumerable<string>> Terms => from left in Left.Terms from right in Right.Terms select left.Concat(right);

        public override Schema Rename(Func<string, string> name)
        {
            var left = Left.Rename(name);
            return new Product(left, Right.Rename(name));
        }
    }

    internal sealed record Sum(Schema Left, Schema Right) : Schema
    {
        public override IEnumerable<IEnumerable<string>> Terms => Left.Terms.Concat(Right.Terms);

        public override Schema Rename(Func<string, string> name)
        {
            var left = Left.Rename(name);
            return new Sum(left, Right.Rename(name));
        }
    }
}
