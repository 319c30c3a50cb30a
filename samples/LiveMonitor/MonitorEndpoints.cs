using LiveMonitor.Monitoring;
using LiveMonitor.Plant;

namespace LiveMonitor;

/// <summary>What the program answers over HTTP.</summary>
internal static class MonitorEndpoints
{
    public static void MapMonitor(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'";
            context.Response.Headers.CacheControl = "no-cache";
            return next();
        });
        app.UseDefaultFiles();
        app.UseStaticFiles();

        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Board>().Close);
        app.MapGet("/events", (Board board) => TypedResults.ServerSentEvents(board.Follow()));
        app.MapPost("/pumps/{id}/fault", (string id, Sensors sensors) => Change(id, sensors.BeginFault));
        app.MapDelete("/pumps/{id}/fault", (string id, Sensors sensors) => Change(id, sensors.EndFault));
    }

    private static IResult Change(string id, Action<Pump> change)
    {
        if (Pump.All.FirstOrDefault(pump => pump.Id == id) is not { } found)
            return TypedResults.NotFound(
                $"There is no pump '{id}'. There are {string.Join(", ", Pump.All.Select(pump => pump.Id))}.");
        change(found);
        return TypedResults.NoContent();
    }
}
