// Live monitoring: the bearing temperatures of six pumps on a web page, each with the band in which a forecaster expects it, and alerts.
//
//   dotnet run --project samples/LiveMonitor -c Release
//
// and open the address that it prints. At its first start it learns from simulated readings, which takes seconds, and saves the model. Each
// pump is a stream of Microsoft.ML.StateSpace.Orleans (docs/scale.md), whose state is kept in a folder: end the program, begin it again,
// and the streams go on, and say how many readings they have lost. "Inject a fault" lets a bearing run hot. From a shell:
//
//   curl -X POST http://localhost:5080/pumps/pump-3/fault        (and -X DELETE to end it)
//   curl -N http://localhost:5080/events                          (what the page is told)
//
// The pumps are simulated (Plant), not measured: their temperatures follow a load that is planned ahead, with noise.
using LiveMonitor;
using LiveMonitor.Monitoring;
using LiveMonitor.Plant;
using LiveMonitor.Storage;
using Microsoft.ML.StateSpace.Grains;
using Orleans.Serialization;
using Orleans.Storage;
using Samples;

MonitorArguments arguments = Arguments.OrEnd(() => MonitorArguments.Parse(args));

// 1. The model, which all pumps share: learnt once, loaded ever after.
Directory.CreateDirectory(arguments.Folder);
string modelFile = Path.Combine(arguments.Folder, "pumps.zip");
Console.WriteLine("simulated data, not measurements: see samples/LiveMonitor/Plant");
if (!File.Exists(modelFile))
{
    Console.WriteLine($"learning from {PlantModel.TrainingReadings} readings of {Pump.All.Count} pumps ...");
    PlantModel.Fit(modelFile);
}
Console.WriteLine($"model: {modelFile}");

// 2. A silo in this process, which holds a stream for each pump and keeps its state every ten readings.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.WebHost.UseUrls(arguments.Address.AbsoluteUri);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(siloPort: FreePort.Find(), gatewayPort: FreePort.Find())
    .AddStateSpaceStreams(models => models.Load(Watch.ModelName, modelFile), new StreamOptions { KeepEverySteps = 10 }));
builder.Services.AddKeyedSingleton<IGrainStorage>(StreamOptions.StorageName, (services, _)
    => new FolderStorage(Path.Combine(arguments.Folder, "streams"), services.GetRequiredService<Serializer>()));

// 3. What reads the sensors, and what the pages show.
builder.Services.AddSingleton(arguments).AddSingleton<Sensors>().AddSingleton<Board>().AddSingleton(new AlertLog(arguments.Folder));
builder.Services.AddHostedService<MonitorService>();

// 4. The page, its events, and faults.
await using var app = builder.Build();
app.MapMonitor();
try
{
    await app.StartAsync();
}
catch (IOException e)
{
    Console.Error.WriteLine($"{e.Message} Give a free port with --port.");
    return 2;
}
Console.WriteLine($"open {arguments.Address.AbsoluteUri.TrimEnd('/')} in a browser; Ctrl+C ends it");

// 5. Until it is ended, or, to try it without a browser, for some readings.
if (arguments.Quick is not { } readings)
{
    await app.WaitForShutdownAsync();
    return 0;
}
int result = await QuickLook.Run(arguments.Address, readings);
await app.StopAsync();
return result;
