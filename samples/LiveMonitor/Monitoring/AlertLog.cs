using System.Text.Json;
using LiveMonitor.Storage;

namespace LiveMonitor.Monitoring;

/// <summary>The last alerts, in a file, so that one that is open stays so when the program begins anew.</summary>
internal sealed class AlertLog
{
    private const int Most = 50;

    private readonly string _path;
    private readonly List<Alert> _alerts;
    private readonly Dictionary<string, AlertRule> _rules = [];

    public AlertLog(string folder)
    {
        _path = Path.Combine(folder, "alerts.json");
        _alerts = File.Exists(_path) ? JsonSerializer.Deserialize<List<Alert>>(File.ReadAllText(_path))! : [];
    }

    /// <summary>The alerts, the oldest first.</summary>
    public IReadOnlyList<Alert> Alerts => _alerts;

    /// <summary>Sees the reading of a pump. Returns the alert that it begins, continues or ends, if there is one.</summary>
    public Alert? See(PumpReading reading, DateTimeOffset time)
    {
        int place = _alerts.FindIndex(alert => alert.Pump == reading.Pump && alert.Ended is null);
        if (!_rules.TryGetValue(reading.Pump, out var rule))
            _rules[reading.Pump] = rule = new AlertRule(isOpen: place >= 0);
        if (reading.Band is not null)
            rule.See(reading.IsOutside);
        if (place >= 0)
            return GoOn(place, reading, rule.IsOpen ? null : time);
        return rule.IsOpen ? Begin(reading, time) : null;
    }

    private Alert Begin(PumpReading reading, DateTimeOffset time)
    {
        if (_alerts.Count == Most)
            _alerts.RemoveAt(_alerts.FindIndex(alert => alert.Ended is not null));
        long id = 1 + _alerts.Select(alert => alert.Id).DefaultIfEmpty().Max();
        _alerts.Add(new() { Id = id, Pump = reading.Pump, Began = time, Largest = reading.Distance });
        Save();
        return _alerts[^1];
    }

    private Alert GoOn(int place, PumpReading reading, DateTimeOffset? ended)
    {
        var alert = _alerts[place];
        float largest = MathF.Abs(reading.Distance) > MathF.Abs(alert.Largest) ? reading.Distance : alert.Largest;
        _alerts[place] = alert with { Largest = largest, Ended = ended };
        if (ended is not null)
            Save();
        return _alerts[place];
    }

    private void Save() => WholeFile.Write(_path, path => File.WriteAllText(path, JsonSerializer.Serialize(_alerts)));
}
