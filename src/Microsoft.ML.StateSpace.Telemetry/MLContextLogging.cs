using Microsoft.Extensions.Logging;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.StateSpace;

/// <summary>The log of an <see cref="MLContext"/> as messages of an <see cref="ILogger"/>.</summary>
public static partial class MLContextLogging
{
    /// <summary>
    /// Passes on what ML.NET and its steps write to <see cref="MLContext.Log"/>, at the level of the same name. Where a
    /// <see cref="LoggerProgress"/> writes to the same logger, epochs are in it twice.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="logger">Where the messages go.</param>
    /// <returns>What ends it when it is disposed.</returns>
    public static IDisposable LogTo(this MLContext mlContext, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(logger);
        void Write(object? sender, LoggingEventArgs message)
            => MLContextMessage(logger, LevelOf(message.Kind), message.Source, message.RawMessage);
        mlContext.Log += Write;
        return new Detachment(() => mlContext.Log -= Write);
    }

    private static LogLevel LevelOf(ChannelMessageKind kind) => kind switch
    {
        ChannelMessageKind.Error => LogLevel.Error,
        ChannelMessageKind.Warning => LogLevel.Warning,
        ChannelMessageKind.Info => LogLevel.Information,
        _ => LogLevel.Trace,
    };

    [LoggerMessage(EventId = 10, Message = "{Source}: {Text}")]
    private static partial void MLContextMessage(ILogger logger, LogLevel level, string source, string text);

    private sealed class Detachment(Action detach) : IDisposable
    {
        public void Dispose() => detach();
    }
}
