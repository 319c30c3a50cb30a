// Mirrors Microsoft.ML.Runtime.ComponentCatalog (package Microsoft.ML, assembly Microsoft.ML.Core), as far as models are loaded through it.
using System.Reflection;

namespace Microsoft.ML.Runtime;

public sealed class ComponentCatalog
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly object _lock = new();
    private readonly HashSet<string> _assemblies = [];
    private readonly Dictionary<string, Func<IHostEnvironment, ModelLoadContext, object>> _loaders = [];
    private readonly Dictionary<string, Type> _owners = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_lock)
        {
            if (!_assemblies.Add(assembly.FullName))
                return;
            // The original looks at every type for its extension attributes; a type that cannot be loaded must fail here as well.
            assembly.GetTypes();
            foreach (var attribute in assembly.GetCustomAttributes<LoadableClassAttributeBase>())
            {
                if (attribute.SigTypes.Contains(typeof(SignatureLoadModel)))
                    Register(attribute, throwOnError);
            }
        }
    }

    /// <summary>Makes the object that was registered under a loader signature, or gives false if there is none.</summary>
    internal bool TryCreate(IHostEnvironment env, string loaderSignature, ModelLoadContext ctx, out object result)
    {
        Func<IHostEnvironment, ModelLoadContext, object> loader;
        lock (_lock)
            _loaders.TryGetValue(loaderSignature.ToLowerInvariant(), out loader);
        try
        {
            result = loader?.Invoke(env, ctx);
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner && Marks.Has(inner))
        {
            // So does the original: its own errors are wrapped twice, those of a component pass as reflection throws them.
            throw Marks.Set(new InvalidOperationException("Error during class instantiation", e));
        }
        return loader is not null;
    }

    private static Func<IHostEnvironment, ModelLoadContext, object> FindLoader(LoadableClassAttributeBase attribute)
    {
        Type[] withEnvironment = [typeof(IHostEnvironment), typeof(ModelLoadContext)], alone = [typeof(ModelLoadContext)];
        foreach (var parameters in new[] { withEnvironment, alone })
        {
            var constructor = attribute.InstanceType.IsAssignableFrom(attribute.LoaderType)
                ? attribute.LoaderType.GetConstructor(Any | BindingFlags.Instance, parameters) : null;
            var create = attribute.LoaderType.GetMethod("Create", Any | BindingFlags.Static, parameters);
            if (create is not null && create.ReturnType != attribute.InstanceType)
                create = null;
            if (constructor is not null && create is not null)
            {
                if (constructor.IsPublic == create.IsPublic)
                    throw new InvalidOperationException($"Can't load type {attribute.InstanceType}, because it has both create and constructor methods with the same visibility.");
                if (constructor.IsPublic)
                    create = null;
            }
            object[] Arguments(IHostEnvironment env, ModelLoadContext ctx) => parameters.Length == 2 ? [env, ctx] : [ctx];
            if (create is not null)
                return (env, ctx) => create.Invoke(null, Arguments(env, ctx));
            if (constructor is not null)
                return (env, ctx) => constructor.Invoke(Arguments(env, ctx));
        }
        throw new InvalidOperationException($"Can't instantiate loadable class '{attribute.InstanceType.Name}' with name '{attribute.LoadNames.FirstOrDefault()}'.");
    }

    private void Register(LoadableClassAttributeBase attribute, bool throwOnError)
    {
        Func<IHostEnvironment, ModelLoadContext, object> loader;
        try
        {
            loader = FindLoader(attribute);
        }
        catch (InvalidOperationException) when (!throwOnError)
        {
            return;
        }
        foreach (string loadName in attribute.LoadNames)
        {
            string key = loadName.ToLowerInvariant();
            if (_owners.TryGetValue(key, out var owner))
            {
                if (throwOnError)
                    throw new InvalidOperationException($"ComponentCatalog cannot map name '{loadName}' and signature 'SignatureLoadModel' to {attribute.LoaderType}, already mapped to {owner}.");
                continue;
            }
            _loaders[key] = loader;
            _owners[key] = attribute.LoaderType;
        }
    }
}
