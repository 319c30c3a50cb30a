using Microsoft.ML.Data;

namespace LongRangeArena.Tasks;

/// <summary>
/// ListOps (Nangia and Bowman 2018, arXiv:1804.06028) as the Long Range Arena draws it (Tay et al. 2021, arXiv:2011.04006): nested
/// lists of digits such as <c>[MAX 4 3 [MIN 2 3 ] 1 0 ]</c>, and the class is the value of the whole, a digit.
/// </summary>
/// <remarks>
/// <para>A node is an operator with probability 0.25, and else a digit from 0 to 9; at the deepest level it is always a digit. An operator
/// is MIN, MAX, MED (the median; of an even number the mean of the middle two, without its fraction) or SM (the sum, modulo 10), and has 2
/// to 10 arguments, each a node. All choices are uniform. An expression is kept if its number of tokens lies within the limits and it
/// has not been drawn before. This is the arena's own distribution; the random numbers are not those of its program, so neither are
/// the rows.</para>
/// <para>The root is made an operator. That changes nothing but the time it takes: a root that is a digit has one token, and is
/// never kept. Tokens are counted as the arena's program counts them, one for each operator, digit and closing bracket; the parentheses
/// that it writes between them are dropped by all who read its files.</para>
/// </remarks>
internal static class ListOps
{
    private const double OperatorShare = 0.25;
    private const int Digits = 10, End = 14;

    /// <summary>The tokens in the order of their keys, whose values begin at 1.</summary>
    public static IReadOnlyList<string> Tokens { get; } =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "[MIN", "[MAX", "[MED", "[SM", "]"];

    /// <summary>So many different expressions with their values, decided by the seed.</summary>
    public static List<Row> Draw(int count, ListOpsSize size, int seed)
    {
        var random = new Random(seed);
        var rows = new List<Row>(count);
        var drawn = new HashSet<string>();
        var tokens = new List<int>();
        while (rows.Count < count)
        {
            tokens.Clear();
            AddOperator(tokens, 1, size, random);
            if (tokens.Count > size.LongerThan && tokens.Count < size.ShorterThan && drawn.Add(string.Concat(tokens.Select(t => (char)t))))
                rows.Add(new Row { Features = [.. tokens.Select(token => (uint)token + 1)], Label = (uint)Evaluate(tokens) });
        }
        return rows;
    }

    /// <summary>The value of an expression.</summary>
    /// <param name="tokens">Places of its tokens in <see cref="Tokens"/>.</param>
    public static int Evaluate(IReadOnlyList<int> tokens)
    {
        // The arguments of all lists that are open, and of each its operator and where its arguments begin.
        var arguments = new List<int>();
        var open = new Stack<(int Operator, int Begin)>();
        foreach (int token in tokens)
        {
            if (token < Digits)
            {
                arguments.Add(token);
            }
            else if (token != End)
            {
                open.Push((token, arguments.Count));
            }
            else
            {
                var (operation, begin) = open.Pop();
                int value = Apply(Tokens[operation], arguments[begin..]);
                arguments.RemoveRange(begin, arguments.Count - begin);
                arguments.Add(value);
            }
        }
        return arguments.Single();
    }

    private static int Apply(string operation, List<int> values)
    {
        values.Sort();
        int middle = values.Count / 2;
        return operation switch
        {
            "[MIN" => values[0],
            "[MAX" => values[^1],
            "[MED" => values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2,
            _ => values.Sum() % 10,
        };
    }

    // What is already too long is not drawn to its end: it would not be kept.
    private static void AddNode(List<int> tokens, int depth, ListOpsSize size, Random random)
    {
        if (tokens.Count >= size.ShorterThan)
            return;
        if (depth < size.MaximumDepth && random.NextDouble() < OperatorShare)
            AddOperator(tokens, depth, size, random);
        else
            tokens.Add(random.Next(Digits));
    }

    private static void AddOperator(List<int> tokens, int depth, ListOpsSize size, Random random)
    {
        tokens.Add(random.Next(Digits, End));
        int count = random.Next(2, size.MaximumArguments + 1);
        for (int i = 0; i < count; i++)
            AddNode(tokens, depth + 1, size, random);
        tokens.Add(End);
    }

    /// <summary>An expression and its value.</summary>
    internal sealed class Row
    {
        /// <summary>A key a token, in the order of <see cref="Tokens"/>.</summary>
        [KeyType(15)]
        public uint[] Features { get; set; } = [];

        /// <summary>The value. ML.NET makes keys of single numbers from 0, and takes keys in vectors as they are, from 1.</summary>
        [KeyType(10)]
        public uint Label { get; set; }
    }
}
