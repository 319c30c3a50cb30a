using System.Reflection;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>
/// Which operators a kind of model stands for. The counterpart of a model is the class here whose constructor takes it; it is found by
/// reflection, so no list names it.
/// </summary>
internal static class OnnxModels
{
    public static IOnnxModel Of(SequenceModel model)
    {
        foreach (var type in typeof(OnnxModels).Assembly.GetTypes())
        {
            if (!type.IsAbstract && type.IsAssignableTo(typeof(IOnnxModel)) && type.GetConstructor([model.GetType()]) is { } constructor)
                return (IOnnxModel)constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, [model], culture: null);
        }
        throw new NotSupportedException(
            $"A model of the kind {model.Options.Architecture.GetType().Name} cannot be exported to ONNX. Save it with "
            + "mlContext.Model.Save instead, or train it with another Architecture.");
    }
}
