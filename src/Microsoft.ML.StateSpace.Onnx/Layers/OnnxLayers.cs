using System.Reflection;
using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// Which operators a layer of the model stands for. A layer's counterpart is the class here whose constructor takes that layer; it is found
/// by reflection, once a process, so no list names it.
/// </summary>
internal static class OnnxLayers
{
    private static readonly Lazy<Dictionary<Type, ConstructorInfo>> Constructors = new(Find);

    /// <summary>The layers that have a counterpart.</summary>
    public static IEnumerable<Type> Known => Constructors.Value.Keys;

    public static IOnnxLayer Of(Layer layer)
    {
        for (var type = layer.GetType(); type is not null; type = type.BaseType)
        {
            if (Constructors.Value.TryGetValue(type, out var constructor))
                return (IOnnxLayer)constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, [layer], culture: null);
        }
        throw new NotSupportedException(
            $"A model with the layer {layer.GetType().Name} cannot be exported to ONNX. Save it with mlContext.Model.Save instead.");
    }

    private static Dictionary<Type, ConstructorInfo> Find() => (
        from type in typeof(OnnxLayers).Assembly.GetTypes()
        where !type.IsAbstract && type.IsAssignableTo(typeof(IOnnxLayer))
        from constructor in type.GetConstructors()
        let parameters = constructor.GetParameters()
        where parameters is [var only] && only.ParameterType.IsAssignableTo(typeof(Layer))
        select (Layer: parameters[0].ParameterType, constructor)).ToDictionary(found => found.Layer, found => found.constructor);
}
