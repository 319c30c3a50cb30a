// Mirrors Microsoft.ML.AutoML.AutoMLExperiment (package and assembly Microsoft.ML.AutoML): proposes, runs and reports one trial
// after the other.
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

public class AutoMLExperiment
{
    internal const string PipelineSearchSpaceName = "_pipeline_";

    private readonly AutoMLExperimentSettings _settings;
    private double _bestLoss = double.MaxValue;
    private TrialResult _best;

    public AutoMLExperiment(MLContext context, AutoMLExperimentSettings settings)
    {
        _settings = settings;
        _settings.Seed ??= ContextInternals.SeedOf(context);
        _settings.SearchSpace ??= new SearchSpace.SearchSpace();
        var channel = ((IChannelProvider)context).Start(nameof(AutoMLExperiment));
        Services.AddTransient(_ => ContextInternals.CreateChild(context, channel));
        Services.AddSingleton(_settings);
        Services.AddSingleton(channel);
        this.SetPerformanceMonitor(2000);
    }

    internal ServiceRegistry Services { get; } = new();

    public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds)
    {
        _settings.MaxExperimentTimeInSeconds = trainingTimeInSeconds;
        Services.Replace<TimeoutStop>(_ => new TimeoutStop(TimeSpan.FromSeconds(trainingTimeInSeconds)));
        return this;
    }

    public AutoMLExperiment SetMaxModelToExplore(int maxModel)
    {
        _settings.MaxModels = maxModel;
        Services.Replace<MaxModelStop>(_ => new MaxModelStop(maxModel));
        return this;
    }

    public AutoMLExperiment SetMaximumMemoryUsageInMegaByte(double value = double.MaxValue)
    {
        _settings.MaximumMemoryUsageInMegaByte = value;
        return this;
    }

    public AutoMLExperiment AddSearchSpace(string key, SearchSpace.SearchSpace searchSpace)
    {
        _settings.SearchSpace[key] = searchSpace;
        return this;
    }

    public AutoMLExperiment SetMonitor<TMonitor>(TMonitor monitor)
        where TMonitor : class, IMonitor => With(() => Services.AddSingleton<IMonitor>(monitor));

    public AutoMLExperiment SetMonitor<TMonitor>()
        where TMonitor : class, IMonitor => With(() => Services.AddSingleton<IMonitor>(services => services.Create<TMonitor>()));

    public AutoMLExperiment SetMonitor<TMonitor>(Func<IServiceProvider, TMonitor> factory)
        where TMonitor : class, IMonitor => With(() => Services.AddSingleton<IMonitor>(factory));

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner)
        where TTrialRunner : class, ITrialRunner => With(() => Services.AddSingleton<ITrialRunner>(runner));

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(Func<IServiceProvider, TTrialRunner> factory)
        where TTrialRunner : class, ITrialRunner => With(() => Services.AddTransient<ITrialRunner>(factory));

    public AutoMLExperiment SetTrialRunner<TTrialRunner>()
        where TTrialRunner : class, ITrialRunner
            => With(() => Services.AddTransient<ITrialRunner>(services => services.Create<TTrialRunner>()));

    public AutoMLExperiment SetTuner<TTuner>(TTuner proposer)
        where TTuner : class, ITuner => SetTuner(_ => proposer);

    public AutoMLExperiment SetTuner<TTuner>(Func<IServiceProvider, TTuner> factory)
        where TTuner : class, ITuner => With(() => Services.AddSingleton<ITuner>(factory));

    public AutoMLExperiment SetTuner<TTuner>()
        where TTuner : class, ITuner => With(() => Services.AddSingleton<ITuner>(services => services.Create<TTuner>()));

    public TrialResult Run() => RunAsync().Result;

    public async Task<TrialResult> RunAsync(CancellationToken ct = default)
    {
        var services = Services.Build();
        _settings.CancellationToken = ct;
        var stop = new AggregateStop([services.Get<TimeoutStop>(), services.Get<MaxModelStop>(), new TokenStop(ct)]);
        var monitor = services.Get<IMonitor>();
        services.Get<ITrialRunner>();
        var tuner = services.Get<ITuner>();
        for (int trial = 0; !stop.IsRequested; trial++)
        {
            var settings =
                new TrialSettings { TrialId = trial, Parameter = Parameter.CreateNestedParameter(), StartedAtUtc = DateTime.UtcNow };
            settings.Parameter = tuner.Propose(settings);
            if (!await RunTrial(settings, services, stop, monitor, tuner))
                break;
        }
        return _best ?? throw new TimeoutException(
            "Training time finished without completing a successful trial. "
            + "Either no trial completed or the metric for all completed trials are NaN or Infinity");
    }

    /// <summary>Whether the experiment may go on.</summary>
    private async Task<bool> RunTrial(TrialSettings settings, ServiceResolver services, AggregateStop stop, IMonitor monitor, ITuner tuner)
    {
        var cancellation = new CancellationTokenSource();
        monitor?.ReportRunningTrial(settings);
        // As in the original a trial whose token is cancelled, for its memory say, ends the experiment.
        stop.Add(new TokenStop(cancellation.Token));
        void Cancel() => cancellation.Cancel();
        try
        {
            using var performance = services.Get<IPerformanceMonitor>();
            using var runner = services.GetRequired<ITrialRunner>();
            stop.Requested += Cancel;
            performance.PerformanceMetricsUpdated += (_, metrics)
                => performance.OnPerformanceMetricsUpdatedHandler(settings, metrics, cancellation);
            performance.Start();
            var result = await runner.RunAsync(settings, cancellation.Token);
            result.PeakCpu = performance.GetPeakCpuUsage();
            result.PeakMemoryInMegaByte = performance.GetPeakMemoryUsageInMegaByte();
            result.TrialSettings.EndedAtUtc = DateTime.UtcNow;
            performance.Pause();
            monitor?.ReportCompletedTrial(result);
            tuner.Update(result);
            stop.Update();
            if (result.Loss < _bestLoss)
            {
                (_best, _bestLoss) = (result, result.Loss);
                monitor?.ReportBestTrial(result);
            }
            return true;
        }
        catch (Exception ex) when (!stop.IsRequested)
        {
            settings.EndedAtUtc = DateTime.UtcNow;
            monitor?.ReportFailTrial(settings, ex);
            tuner.Update(new TrialResult { TrialSettings = settings, Loss = double.MaxValue });
            stop.Update();
            // As in the original nothing is tried again where the very first trial fails.
            if (ex is not OperationCanceledException and not OutOfMemoryException && _best is null)
                throw;
            return true;
        }
        catch (Exception) when (stop.IsRequested)
        {
            return false;
        }
        finally
        {
            stop.Requested -= Cancel;
        }
    }

    private AutoMLExperiment With(Action change)
    {
        change();
        return this;
    }

    public class AutoMLExperimentSettings : ExperimentSettings
    {
        public AutoMLExperimentSettings()
        {
        }

        public int? Seed { get; set; }

        public SearchSpace.SearchSpace SearchSpace { get; set; }
    }
}
