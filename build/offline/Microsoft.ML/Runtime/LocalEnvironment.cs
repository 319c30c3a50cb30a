// Mirrors Microsoft.ML.Runtime.LocalEnvironment and HostEnvironmentBase (internal there too): the tree of hosts under an MLContext.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Runtime;

internal sealed class LocalEnvironment : IHost, IHostEnvironmentInternal, ICancelable
{
    private readonly LocalEnvironment _root;
    private readonly string _name;
    private readonly object _lock = new();
    private readonly List<WeakReference<LocalEnvironment>> _children = [];
    private readonly ConcurrentDictionary<string, object> _options;

    internal LocalEnvironment(int? seed)
    {
        _root = this;
        _options = [];
        Seed = seed;
        Rand = seed is { } s ? new Random(s) : new Random();
        ComponentCatalog = new ComponentCatalog();
    }

    private LocalEnvironment(LocalEnvironment parent, string name, Random rand)
    {
        _root = parent._root;
        _name = name;
        // A host sees what its parent was told before it was registered, not after.
        _options = new(parent._options);
        Seed = parent.Seed;
        GpuDeviceId = parent.GpuDeviceId;
        FallbackToCpu = parent.FallbackToCpu;
        TempFilePath = parent.TempFilePath;
        Rand = rand;
        ComponentCatalog = parent.ComponentCatalog;
        IsCanceled = parent.IsCanceled;
    }

    internal event EventHandler<LoggingEventArgs> Log;

    public string ContextDescription => "HostEnvironment";

    public ComponentCatalog ComponentCatalog { get; }

    public Random Rand { get; }

    public int? Seed { get; }

    public int? GpuDeviceId { get; set; }

    public bool FallbackToCpu { get; set; }

    public string TempFilePath { get; set; } = Path.GetTempPath();

    public bool IsCanceled { get; private set; }

    public TException Process<TException>(TException ex)
        where TException : Exception => Marks.Set(ex);

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentOutOfRangeException(nameof(name), $"{nameof(name)} cannot be null or empty");
        lock (_lock)
        {
            var host = new LocalEnvironment(this, name, new Random(seed ?? Rand.Next()));
            _children.RemoveAll(child => !child.TryGetTarget(out _));
            _children.Add(new(host));
            return host;
        }
    }

    public void CancelExecution()
    {
        lock (_lock)
        {
            foreach (var child in _children)
            {
                if (child.TryGetTarget(out var host))
                    host.CancelExecution();
            }
            _children.Clear();
            IsCanceled = true;
        }
    }

    public IChannel Start(string name) => new Channel(_root, _name is null ? name : $"{_name}; {name}");

    public IPipe<TMessage> StartPipe<TMessage>(string name) =>
        typeof(TMessage) == typeof(ChannelMessage) ? (IPipe<TMessage>)Start(name) : throw Unsupported.Member("IChannelProvider.StartPipe");

    public IProgressChannel StartProgressChannel(string name) => SilentProgressChannel.Instance;

    public void SetOption<T>(string name, T value) => _options[name] = value;

    public bool TryAddOption<T>(string name, T value) => _options.TryAdd(name, value);

    public T GetOptionOrDefault<T>(string name) => TryGetOption(name, out T value) ? value : default;

    public bool TryGetOption<T>(string name, out T value)
    {
        bool found = _options.TryGetValue(name, out object boxed);
        value = found ? (T)boxed : default;
        return found;
    }

    public bool RemoveOption(string name) => _options.TryRemove(name, out _);

    private sealed class Channel : IChannel
    {
        private readonly LocalEnvironment _root;
        private readonly string _source;
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private bool _disposed;

        internal Channel(LocalEnvironment root, string source)
        {
            _root = root;
            _source = source;
            Trace(MessageSensitivity.None, "Channel started");
        }

        public string ContextDescription => _source;

        public TException Process<TException>(TException ex)
            where TException : Exception => Marks.Set(ex);

        public void Send(ChannelMessage msg) => _root.Log?.Invoke(_root, new LoggingEventArgs(msg.Message, msg.Kind, _source));

        public void Trace(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt));

        public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Trace(sensitivity, Format(fmt, args));

        public void Info(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Info, sensitivity, fmt));

        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Info(sensitivity, Format(fmt, args));

        public void Warning(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt));

        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Warning(sensitivity, Format(fmt, args));

        public void Error(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Error, sensitivity, fmt));

        public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Error(sensitivity, Format(fmt, args));

        public void Dispose()
        {
            if (_disposed)
                return;
            _disposed = true;
            Trace(MessageSensitivity.None, $"Channel finished. Elapsed {_watch.Elapsed:c}.");
            Trace(MessageSensitivity.None, "Channel disposed");
        }

        private static string Format(string fmt, object[] args) => string.Format(CultureInfo.InvariantCulture, fmt, args);
    }

    // MLContext.Log carries channel messages only, in the original as well: nobody listens to progress channels.
    private sealed class SilentProgressChannel : IProgressChannel
    {
        internal static readonly SilentProgressChannel Instance = new();

        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
        {
        }

        public void Checkpoint(params double?[] values)
        {
        }

        public IProgressChannel StartProgressChannel(string name) => this;

        public void Dispose()
        {
        }
    }
}

/// <summary>The one exception for what the substitute does not do.</summary>
internal static class Unsupported
{
    internal static NotSupportedException Member(string name) =>
        new($"{name} is not part of the offline substitute for Microsoft.ML. Build with UseOfflineSubstitutes=false to use it.");
}
