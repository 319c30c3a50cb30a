namespace Microsoft.ML.StateSpace.Accuracy.Report;

/// <summary>Ours against a method, on what both have a value for.</summary>
internal sealed class Duel
{
    private readonly (double Ours, double Theirs)[] _pairs;
    private readonly double _tie;

    /// <param name="pairs">Ours and theirs; the larger is the better.</param>
    /// <param name="tie">Values that are this near to one another, or nearer, count as equal.</param>
    public Duel(IEnumerable<(double Ours, double? Theirs)> pairs, double tie)
        => (_pairs, _tie) = ([.. pairs.Where(pair => pair.Theirs is not null).Select(pair => (pair.Ours, pair.Theirs!.Value))], tie);

    public int Count => _pairs.Length;

    public double Ours => _pairs.Average(pair => pair.Ours);

    public double Theirs => _pairs.Average(pair => pair.Theirs);

    public int Wins => _pairs.Count(pair => !IsTie(pair) && pair.Ours > pair.Theirs);

    public int Ties => _pairs.Count(IsTie);

    public int Losses => Count - Wins - Ties;

    /// <summary>A table with a row for each method that shares anything with ours.</summary>
    public static string Table(string what, IEnumerable<(string Method, Duel Duel)> duels, int decimals) => Markdown.Table(
        ["against", what, "ours, mean", "theirs, mean", "wins", "ties", "losses"],
        duels.Where(row => row.Duel.Count > 0).Select(row => (string[])
        [
            row.Method, $"{row.Duel.Count}", Markdown.Number(row.Duel.Ours, decimals), Markdown.Number(row.Duel.Theirs, decimals),
            $"{row.Duel.Wins}", $"{row.Duel.Ties}", $"{row.Duel.Losses}",
        ]));

    // What is written with few decimals is not to be told apart by the rounding of their difference.
    private bool IsTie((double Ours, double Theirs) pair) => Math.Abs(pair.Ours - pair.Theirs) <= _tie * (1 + 1e-9);
}
