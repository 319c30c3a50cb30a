namespace Microsoft.ML.StateSpace.Data;

/// <summary>Checks that a validation set has the same input and target as the training rows.</summary>
internal static class ValidationCheck
{
    private const string Set = "the ValidationSet";

    public static void SameTarget(TargetColumn target, IDataView? validationSet)
    {
        if (validationSet is not null)
            target.RequireSame(ColumnCheck.Find(validationSet.Schema, target.Name, Set), Set);
    }

    public static void SameClasses(DataViewSchema.Column label, LabelValues? labels, DataViewSchema.Column other, string where)
    {
        bool sameType = other.Type.Equals(label.Type);
        var others = sameType && labels is not null ? LabelValues.Of(other) : null;
        if (!sameType || (labels is not null && !labels.SameAs(others)))
        {
            throw new InvalidOperationException(
                $"Column '{label.Name}' of {where} does not have the classes of the training rows: "
                + (sameType ? Difference(labels!.Texts, others?.Texts) : $"it is {other.Type}, theirs is {label.Type}")
                + ". Fit MapValueToKey on the training rows and transform both with it; if the labels come with keys, as "
                + "from LoadFromTsFile, put MapKeyToValue before it.");
        }
    }

    private static string Difference(string[] trained, string[]? found)
    {
        int i = found is null ? -1 : Enumerable.Range(0, trained.Length).FirstOrDefault(i => trained[i] != found[i], -1);
        return i < 0 ? "its keys have other values, or values of another type" : $"key {i + 1} is '{found![i]}', there '{trained[i]}'";
    }

    public static void SameInput(SequenceColumn input, IDataView? validationSet)
    {
        if (validationSet is not null)
            input.In(validationSet.Schema, Set);
    }
}
