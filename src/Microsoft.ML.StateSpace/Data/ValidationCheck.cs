namespace Microsoft.ML.StateSpace.Data;

/// <summary>Checks that a validation set has the same input and classes as the training rows.</summary>
internal static class ValidationCheck
{
    public static void SameClasses(DataViewSchema.Column label, LabelValues? labels, IDataView? validationSet)
    {
        if (validationSet is null)
            return;
        var other = ColumnCheck.Find(validationSet.Schema, label.Name);
        bool same = other.Type.Equals(label.Type) && (labels?.SameAs(LabelValues.Of(other)) ?? true);
        if (!same)
        {
            throw new InvalidOperationException(
                $"Column '{label.Name}' of the ValidationSet, {other.Type}, does not have the classes of the training rows, "
                + $"{label.Type}. Fit MapValueToKey on the training rows and transform both with it; if the labels come with keys, as "
                + "from LoadFromTsFile, put MapKeyToValue before it.");
        }
    }

    public static void SameInput(SequenceColumn input, IDataView? validationSet)
    {
        if (validationSet is not null)
            input.In(validationSet.Schema);
    }
}
