using System.Reflection;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// What stands for layers, or models, somewhere else: on another engine, or in another format. The counterpart of an object is made by the
/// class whose one constructor argument it is, or is of a class derived from it. These classes are found by reflection, so no list names
/// them.
/// </summary>
/// <typeparam name="TOwn">What has counterparts.</typeparam>
/// <typeparam name="TCounterpart">What they all implement; they stand in the assembly of this type.</typeparam>
internal sealed class Counterparts<TOwn, TCounterpart>
    where TOwn : class
    where TCounterpart : class
{
    private readonly Dictionary<Type, ConstructorInfo> _constructors = (
        from type in typeof(TCounterpart).Assembly.GetTypes()
        where !type.IsAbstract && type.IsAssignableTo(typeof(TCounterpart))
        from constructor in type.GetConstructors()
        let parameters = constructor.GetParameters()
        where parameters is [var only] && only.ParameterType.IsSubclassOf(typeof(TOwn))
        select (Own: parameters[0].ParameterType, constructor)).ToDictionary(found => found.Own, found => found.constructor);

    /// <summary>The counterpart of an object; <see langword="null"/> where there is none.</summary>
    public TCounterpart? Find(TOwn own)
    {
        for (var type = own.GetType(); type is not null; type = type.BaseType)
        {
            if (_constructors.TryGetValue(type, out var constructor))
                return (TCounterpart)constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, [own], culture: null);
        }
        return null;
    }
}
