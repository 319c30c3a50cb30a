// Stands for Microsoft.ML.AutoML.Entity: how the estimators of a pipeline follow one another, a product, and where one of several
// is taken, a sum.
namespace Microsoft.ML.AutoML;

internal abstract record Schema
{
    /// <summary>The products that the sum of all alternatives has, each a chain of leaves.</summary>
    public IEnumerable<IEnumerable<string>> Terms => Expanded.Summands.Select(summand => summand.Leaves);

    /// <summary>The same as a sum of products.</summary>
    protected abstract Schema Expanded { get; }

    protected virtual IEnumerable<Schema> Summands => [this];

    protected abstract IEnumerable<string> Leaves { get; }

    /// <summary>The same with other names of the leaves, asked for from left to right.</summary>
    public abstract Schema Rename(Func<string, string> name);

    internal sealed record Leaf(string Name) : Schema
    {
        protected override Schema Expanded => this;

        protected override IEnumerable<string> Leaves => [Name];

        public override Schema Rename(Func<string, string> name) => new Leaf(name(Name));
    }

    internal sealed record Product(Schema Left, Schema Right) : Schema
    {
        protected override Schema Expanded => Multiply(Left.Expanded, Right.Expanded);

        protected override IEnumerable<string> Leaves => Left.Leaves.Concat(Right.Leaves);

        public override Schema Rename(Func<string, string> name)
        {
            var left = Left.Rename(name);
            return new Product(left, Right.Rename(name));
        }

        // The order of the terms is that of the choices in the space. Of two sums the halves are multiplied, as they are in the
        // original: with more than two alternatives that is not the order of the alternatives.
        private static Schema Multiply(Schema left, Schema right) => (left, right) switch
        {
            (Sum l, Sum r) => new Sum(
                new Sum(new Sum(Multiply(l.Left, r.Left), Multiply(l.Left, r.Right)), Multiply(l.Right, r.Left)),
                Multiply(l.Right, r.Right)),
            (Sum l, _) => new Sum(Multiply(l.Left, right), Multiply(l.Right, right)),
            (_, Sum r) => new Sum(Multiply(left, r.Left), Multiply(left, r.Right)),
            _ => new Product(left, right),
        };
    }

    internal sealed record Sum(Schema Left, Schema Right) : Schema
    {
        protected override Schema Expanded => new Sum(Left.Expanded, Right.Expanded);

        protected override IEnumerable<Schema> Summands => Left.Summands.Concat(Right.Summands);

        protected override IEnumerable<string> Leaves => Left.Leaves.Concat(Right.Leaves);

        public override Schema Rename(Func<string, string> name)
        {
            var left = Left.Rename(name);
            return new Sum(left, Right.Rename(name));
        }
    }
}
