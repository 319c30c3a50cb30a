// Stands for what the original does with internal members of MLContext, of which it is a friend. They are reached at run time, in
// this one file.
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AutoML;

internal static class ContextInternals
{
    private const BindingFlags Internal = BindingFlags.NonPublic | BindingFlags.Instance;

    public static int? SeedOf(MLContext context)
        => (int?)Array.Find(typeof(MLContext).GetInterfaces(), i => i.Name == "IHostEnvironmentInternal").GetProperty("Seed")
        .GetValue(context);

    public static void Cancel(MLContext context) => typeof(MLContext).GetMethod("CancelExecution", Internal).Invoke(context, null);

    /// <summary>A context for one trial, whose log lines go to the experiment's channel.</summary>
    public static MLContext CreateChild(MLContext context, IChannel channel)
    {
        var child = new MLContext(SeedOf(context))
        {
            GpuDeviceId = context.GpuDeviceId,
            FallbackToCpu = context.FallbackToCpu,
            TempFilePath = context.TempFilePath,
        };
        child.Log += (_, e) => Relay(channel, e);
        return child;
    }

    private static void Relay(IChannel channel, LoggingEventArgs line)
    {
        Action<MessageSensitivity, string> send = line.Kind switch
        {
            ChannelMessageKind.Error => channel.Error,
            ChannelMessageKind.Warning => channel.Warning,
            ChannelMessageKind.Info => channel.Info,
            _ => channel.Trace,
        };
        send(MessageSensitivity.Unknown, line.Message);
    }
}
