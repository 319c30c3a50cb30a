namespace Microsoft.ML.StateSpace.Telemetry.Tests.TensorBoard;

/// <summary>Which training writes to which run.</summary>
public sealed class TensorBoardProgressTests : IDisposable
{
    private const string Loss = "loss/train";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Report_CanBeReadWhileTrainingRuns()
    {
        using var progress = new TensorBoardProgress(_folder.Path);

        for (int epoch = 1; epoch <= 3; epoch++)
        {
            progress.Report(Reports.Epoch(epoch));

            _folder.Curve("run", Loss).Should().Equal(Reports.Curve(1, epoch));
        }
    }

    [Fact]
    public void Fits_OneAfterTheOtherHaveRunsOfTheirOwn()
    {
        using var progress = new TensorBoardProgress(_folder.Path, "fold");
        for (int run = 1; run <= 3; run++)
        {
            for (int epoch = 1; epoch <= run; epoch++)
                progress.Report(Reports.Epoch(epoch, run));
            progress.Report(Reports.End(TrainingStop.Completed, run));
        }

        _folder.Runs.Should().Equal("fold", "fold-2", "fold-3");
        _folder.Curve("fold", Loss).Should().Equal(Reports.Curve(1, 1, run: 1));
        _folder.Curve("fold-3", Loss).Should().Equal(Reports.Curve(1, 3, run: 3));
        _folder.Texts("fold-2", "end").Should().ContainSingle();
    }

    [Fact]
    public void Fits_AtTheSameTimeDoNotMix()
    {
        using var progress = new TensorBoardProgress(_folder.Path);

        Parallel.For(1, 9, run =>
        {
            for (int epoch = 1; epoch <= 20; epoch++)
                progress.Report(Reports.Epoch(epoch, run));
            progress.Report(Reports.End(TrainingStop.Completed, run));
        });

        _folder.Runs.Should().HaveCount(8);
        _folder.Runs.Select(run => _folder.Curve(run, Loss)).OrderBy(curve => curve[0].Value)
            .Should().BeEquivalentTo(Enumerable.Range(1, 8).Select(run => Reports.Curve(1, 20, run)), how => how.WithStrictOrdering());
    }

    [Fact]
    public void Objects_ThatShareAFolderHaveRunsOfTheirOwn()
    {
        Parallel.For(1, 9, run =>
        {
            using var progress = new TensorBoardProgress(_folder.Path);
            progress.Report(Reports.Epoch(1, run));
        });

        _folder.Runs.Should().BeEquivalentTo("run", "run-2", "run-3", "run-4", "run-5", "run-6", "run-7", "run-8");
        _folder.Runs.Select(run => _folder.Curve(run, Loss).Single().Value).Should().OnlyHaveUniqueItems();
        Directory.GetFiles(_folder.Path).Should().BeEmpty("nothing is left of the claims");
    }

    [Fact]
    public void Training_ThatGoesOnFromACheckpointGoesOnInItsRun()
    {
        using var progress = new TensorBoardProgress(_folder.Path);
        progress.Report(Reports.Epoch(1));
        progress.Report(Reports.Epoch(2));
        progress.Report(Reports.End(TrainingStop.Cancelled));
        progress.Report(Reports.Epoch(3, run: 2));
        progress.Report(Reports.End(TrainingStop.Completed, run: 2));
        progress.Report(Reports.Epoch(1, run: 3));

        _folder.Runs.Should().Equal("run", "run-2");
        _folder.Curve("run", Loss).Should().Equal([.. Reports.Curve(1, 2), .. Reports.Curve(3, 3, run: 2)]);
        _folder.Files("run").Should().HaveCount(2);
        _folder.Curve("run-2", Loss).Should().Equal(Reports.Curve(1, 1, run: 3));
    }

    [Fact]
    public void Trainings_ThatGoOnInTurnsStayApart()
    {
        using var progress = new TensorBoardProgress(_folder.Path);
        var (one, other) = (new S5Options { Layers = 1 }, new S5Options { Layers = 2 });
        void Train(long run, int first, int last, ArchitectureOptions architecture)
        {
            for (int epoch = first; epoch <= last; epoch++)
                progress.Report(Reports.Epoch(epoch, run) with { Architecture = architecture });
            progress.Report(Reports.End(TrainingStop.Cancelled, run));
        }

        Train(1, 1, 2, one);
        Train(2, 1, 2, other);
        Train(3, 3, 4, one);
        Train(4, 3, 4, other);
        Train(5, 9, 9, new LruOptions());

        _folder.Runs.Should().Equal("run", "run-2", "run-3");
        _folder.Curve("run", Loss).Should().Equal([.. Reports.Curve(1, 2, run: 1), .. Reports.Curve(3, 4, run: 3)]);
        _folder.Curve("run-2", Loss).Should().Equal([.. Reports.Curve(1, 2, run: 2), .. Reports.Curve(3, 4, run: 4)]);
        _folder.Curve("run-3", Loss).Should().Equal(Reports.Curve(9, 9, run: 5));
    }

    [Fact]
    public void Members_HaveRunsInThatOfTheEnsemble()
    {
        using var progress = new TensorBoardProgress(_folder.Path);
        foreach (int member in new[] { 0, 1 })
            foreach (int epoch in new[] { 1, 2 })
                progress.Report(Reports.Epoch(epoch, 1, member, 2));
        progress.Report(Reports.Epoch(1, 1, 1, 2));
        progress.Report(Reports.End(TrainingStop.Completed));

        _folder.Runs.Should().Equal("run", "run/member-0", "run/member-1", "run/member-1-2");
        _folder.Curve("run/member-1", Loss).Should().Equal(Reports.Curve(1, 2, member: 1));
        _folder.Curve("run/member-1-2", Loss).Should().Equal(Reports.Curve(1, 1, member: 1));
        _folder.Texts("run", "end").Should().ContainSingle();
    }

    [Fact]
    public void End_ClosesTheFiles()
    {
        using var progress = new TensorBoardProgress(_folder.Path);
        progress.Report(Reports.Epoch(1));
        progress.Report(Reports.End(TrainingStop.Completed));

        using var exclusive = new FileStream(_folder.Files("run").Single(), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        exclusive.Length.Should().BePositive();
    }

    [Fact]
    public void End_OfATrainingWithoutAnEpochLeavesNoRun()
    {
        using var progress = new TensorBoardProgress(_folder.Path);

        progress.Report(new TrainingEnd { Run = 1, Error = new InvalidOperationException("no rows") });

        _folder.Runs.Should().BeEmpty();
    }

    [Fact]
    public void Dispose_ClosesTheFilesAndRefusesMore()
    {
        var progress = new TensorBoardProgress(_folder.Path);
        progress.Report(Reports.Epoch(1));

        progress.Dispose();
        progress.Dispose();

        using (new FileStream(_folder.Files("run").Single(), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
        }
        progress.Invoking(it => it.Report(Reports.Epoch(2))).Should().Throw<ObjectDisposedException>();
        progress.Report(Reports.End(TrainingStop.Cancelled));
        _folder.Curve("run", Loss).Should().Equal(Reports.Curve(1, 1));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("..")]
    [InlineData(" ")]
    public void Run_MustBeTheNameOfOneFolder(string run)
        => Invoking(() => new TensorBoardProgress(_folder.Path, run)).Should().Throw<ArgumentException>().WithParameterName("run");

    [Fact]
    public void Run_BelowAnotherFolderIsMadeAsTheRefusalSays()
    {
        using var progress = new TensorBoardProgress(Path.Combine(_folder.Path, "a"), "b");

        progress.Report(Reports.Epoch(1));

        _folder.Runs.Should().Equal("a/b");
    }

    [Fact]
    public void Folder_ThatIsAFileIsRefusedBeforeTraining()
    {
        string file = Path.Combine(_folder.Path, "taken");
        File.WriteAllText(file, "");

        Invoking(() => new TensorBoardProgress(file)).Should().Throw<IOException>();
    }
}
