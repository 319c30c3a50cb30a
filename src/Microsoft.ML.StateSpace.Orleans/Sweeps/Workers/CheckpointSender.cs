namespace Microsoft.ML.StateSpace.Grains;

/// <summary>Sends the checkpoint of a training every now and then, before who follows the training hears of the epoch.</summary>
/// <param name="send">Sends what there is.</param>
/// <param name="every">Time between two.</param>
/// <param name="next">Who follows the training.</param>
internal sealed class CheckpointSender(Action send, TimeSpan every, IProgress<TrainingProgress>? next)
    : IProgress<TrainingProgress>, IProgress<TrainingEnd>
{
    private long _sent = TimeProvider.System.GetTimestamp();

    public void Report(TrainingProgress value)
    {
        if (TimeProvider.System.GetElapsedTime(_sent) >= every)
        {
            send();
            _sent = TimeProvider.System.GetTimestamp();
        }
        next?.Report(value);
    }

    public void Report(TrainingEnd value) => (next as IProgress<TrainingEnd>)?.Report(value);
}
