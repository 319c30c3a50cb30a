// Stands for the internal IStopTrainingManager and its kin: what may end an experiment.
namespace Microsoft.ML.AutoML;

internal abstract class Stop
{
    public event Action Requested;

    public abstract bool IsRequested { get; }

    public virtual void Update()
    {
    }

    protected void Request() => Requested?.Invoke();
}

internal sealed class TokenStop : Stop
{
    private readonly CancellationToken _token;

    public TokenStop(CancellationToken token)
    {
        _token = token;
        token.Register(Request);
    }

    public override bool IsRequested => _token.IsCancellationRequested;
}

internal sealed class TimeoutStop : Stop
{
    private readonly CancellationTokenSource _source = new();

    public TimeoutStop(TimeSpan limit)
    {
        _source.Token.Register(Request);
        _source.CancelAfter(limit);
    }

    public override bool IsRequested => _source.IsCancellationRequested;
}

internal sealed class MaxModelStop(int most) : Stop
{
    private int _explored;

    public override bool IsRequested => _explored >= most;

    public override void Update() => _explored++;
}

internal sealed class AggregateStop : Stop
{
    private readonly List<Stop> _stops = [];

    public AggregateStop(IEnumerable<Stop> stops)
    {
        foreach (var stop in stops.Where(s => s is not null))
            Add(stop);
    }

    public override bool IsRequested => _stops.Exists(s => s.IsRequested);

    public void Add(Stop stop)
    {
        _stops.Add(stop);
        stop.Requested += Request;
    }

    public override void Update() => _stops.ForEach(s => s.Update());
}
