using System.Net.ServerSentEvents;
using System.Text.Json;
using LiveMonitor.Monitoring;
using LiveMonitor.Plant;

namespace LiveMonitor;

/// <summary>A look at the program over its own HTTP, as a page takes it: some readings, a fault, its alert, and the end of both.</summary>
internal static class QuickLook
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Returns 0 where all of it was seen, 1 where the time ran out.</summary>
    public static async Task<int> Run(Uri address, int readings)
    {
        using var limit = new CancellationTokenSource(Longest);
        using var client = new HttpClient { BaseAddress = address };
        Pump pump = Pump.All[2];
        string fault = $"pumps/{pump.Id}/fault";
        try
        {
            string page = await client.GetStringAsync("/", limit.Token);
            Console.WriteLine($"the page has {page.Length} characters");
            await using var events = await client.GetStreamAsync("events", limit.Token);
            int seen = 0;
            bool hasBegun = false;
            await foreach (var item in SseParser.Create(events).EnumerateAsync(limit.Token))
            {
                if (item.EventType != "reading" || ++seen < readings)
                    continue;
                var news = JsonSerializer.Deserialize<News>(item.Data, JsonSerializerOptions.Web)!;
                if (seen == readings)
                {
                    Console.WriteLine($"saw {seen} readings; {pump.Name} gets a fault");
                    (await client.PostAsync(fault, null, limit.Token)).EnsureSuccessStatusCode();
                }
                var alert = news.Alerts.FirstOrDefault(alert => alert.Pump == pump.Id);
                if (alert is { Ended: null } && !hasBegun)
                {
                    hasBegun = true;
                    Console.WriteLine($"reading {news.Reading.Number}: alert, {pump.Name}; the fault is taken away");
                    (await client.DeleteAsync(fault, limit.Token)).EnsureSuccessStatusCode();
                }
                if (alert is { Ended: not null } && hasBegun)
                {
                    Console.WriteLine($"reading {news.Reading.Number}: the alert has ended");
                    return 0;
                }
            }
            Console.Error.WriteLine("The events ended before the alert did.");
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"No alert began and ended within {Longest.TotalMinutes} minutes.");
        }
        return 1;
    }
}
