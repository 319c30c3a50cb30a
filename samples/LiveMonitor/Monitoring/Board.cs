using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using LiveMonitor.Plant;

namespace LiveMonitor.Monitoring;

/// <summary>
/// What the pages show. Each gets a snapshot, then every reading. One that takes them too slowly is cut off, asks again, and gets a
/// snapshot.
/// </summary>
internal sealed class Board(AlertLog log, MonitorArguments arguments)
{
    private const int KeptReadings = 120, Waiting = 32;

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Guid _run = Guid.NewGuid();
    private readonly Queue<Reading> _readings = new();
    private readonly List<Channel<SseItem<string>>> _pages = [];
    private readonly TaskCompletionSource _opened = new();
    private Gap? _gap;
    private bool _isClosed;

    /// <summary>Lets pages follow, once there is something to show.</summary>
    public void Open() => _opened.TrySetResult();

    /// <summary>Adds a reading.</summary>
    public void Add(Reading reading)
    {
        lock (_lock)
        {
            if (_readings.Count == KeptReadings)
                _readings.Dequeue();
            _readings.Enqueue(reading);
            if (reading.Lost > 0)
                _gap = new(reading.Number, reading.Lost);
            var news = new News(reading, [.. reading.Pumps.Select(pump => log.See(pump, reading.Time)).OfType<Alert>()]);
            var item = Item("reading", news);
            _pages.RemoveAll(page => !page.Writer.TryWrite(item) && page.Writer.TryComplete());
        }
    }

    /// <summary>The events of a page, until it leaves or the board is closed.</summary>
    public async IAsyncEnumerable<SseItem<string>> Follow([EnumeratorCancellation] CancellationToken left = default)
    {
        await _opened.Task.WaitAsync(left);
        var page = Channel.CreateBounded<SseItem<string>>(Waiting);
        lock (_lock)
        {
            if (_isClosed)
                yield break;
            page.Writer.TryWrite(Item("snapshot", Snapshot()));
            _pages.Add(page);
        }
        try
        {
            await foreach (var item in page.Reader.ReadAllAsync(left))
                yield return item;
        }
        finally
        {
            lock (_lock)
                _pages.Remove(page);
        }
    }

    /// <summary>Ends the events of all pages, which else would keep the program from ending.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _pages.ForEach(page => page.Writer.TryComplete());
        }
        Open();
    }

    private Snapshot Snapshot()
        => new(
            _run, arguments.Interval.TotalMilliseconds, Pump.All,
            [.. _readings.SkipLast(1).Select(past => past.AsPast()), .. _readings.TakeLast(1)], [.. log.Alerts], _gap);

    private static SseItem<string> Item<T>(string name, T what)
        => new(JsonSerializer.Serialize(what, JsonSerializerOptions.Web), name) { ReconnectionInterval = AskAgain };
}
