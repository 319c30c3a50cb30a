namespace LiveMonitor.Plant;

/// <summary>A pump, by the temperature of its bearing in °C.</summary>
/// <param name="Id">Its name in addresses, and that of its stream.</param>
/// <param name="Name">Its name on the page.</param>
/// <param name="Idle">The temperature without load.</param>
/// <param name="Rise">How much hotter full load makes it.</param>
/// <param name="Noise">The standard deviation of what the load does not explain.</param>
internal sealed record Pump(string Id, string Name, double Idle, double Rise, double Noise)
{
    /// <summary>The pumps of the plant: of one kind, so that one model serves all.</summary>
    public static IReadOnlyList<Pump> All { get; } =
    [
        new("pump-1", "Pump 1", 41, 17, 0.35), new("pump-2", "Pump 2", 38, 21, 0.45), new("pump-3", "Pump 3", 44, 14, 0.35),
        new("pump-4", "Pump 4", 36, 19, 0.4), new("pump-5", "Pump 5", 47, 24, 0.5), new("pump-6", "Pump 6", 40, 16, 0.35),
    ];
}
