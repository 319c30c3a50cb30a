// Stands for the service collection and provider of Microsoft.Extensions.DependencyInjection inside of an experiment: the last
// registration of a type counts.
namespace Microsoft.ML.AutoML;

internal sealed class ServiceRegistry
{
    private readonly Dictionary<Type, (Func<IServiceProvider, object> Factory, bool Shared)> _services = [];

    public void AddSingleton<T>(T instance)
        where T : class => _services[typeof(T)] = (_ => instance, true);

    public void AddSingleton<T>(Func<IServiceProvider, T> factory)
        where T : class => _services[typeof(T)] = (factory, true);

    public void AddTransient<T>(Func<IServiceProvider, T> factory)
        where T : class => _services[typeof(T)] = (factory, false);

    public void Replace<T>(Func<IServiceProvider, T> factory)
        where T : class => AddSingleton(factory);

    public ServiceResolver Build() => new(_services);
}

internal sealed class ServiceResolver(
    IReadOnlyDictionary<Type, (Func<IServiceProvider, object> Factory, bool Shared)> services) : IServiceProvider
{
    private readonly Dictionary<Type, object> _shared = [];

    public object GetService(Type serviceType)
    {
        if (serviceType == typeof(IServiceProvider))
            return this;
        if (_shared.TryGetValue(serviceType, out object known))
            return known;
        if (!services.TryGetValue(serviceType, out var service))
            return null;
        object made = service.Factory(this);
        if (service.Shared)
            _shared[serviceType] = made;
        return made;
    }
}

internal static class ServiceProviderExtensions
{
    public static T Get<T>(this IServiceProvider services)
        where T : class => (T)services.GetService(typeof(T));

    public static T GetRequired<T>(this IServiceProvider services)
        where T : class
            => services.Get<T>() ?? throw new InvalidOperationException($"No service for type '{typeof(T)}' has been registered.");

    /// <summary>
    /// Makes a <typeparamref name="T"/> by the longest of its constructors whose parameters are services or have defaults.
    /// </summary>
    public static T Create<T>(this IServiceProvider services)
        where T : class
    {
        foreach (var constructor in typeof(T).GetConstructors().OrderByDescending(c => c.GetParameters().Length))
        {
            var parameters = constructor.GetParameters();
            object[] values =
                [.. parameters.Select(p => services.GetService(p.ParameterType) ?? (p.HasDefaultValue ? p.DefaultValue : null))];
            if (!parameters.Where((p, i) => values[i] is null && !p.HasDefaultValue).Any())
                return (T)constructor.Invoke(values);
        }
        throw new InvalidOperationException($"Unable to resolve the services of a constructor of '{typeof(T)}'.");
    }
}
