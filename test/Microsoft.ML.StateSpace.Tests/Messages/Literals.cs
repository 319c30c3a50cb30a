using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>The pieces of text in the compiled library that tell a user what to do.</summary>
internal static partial class Literals
{
    private const int ShortPiece = 16;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>
    /// The remedies in the methods of some types: one or two pieces of text that stand in one message. Where an interpolated text is cut
    /// shortly behind the verb, the piece behind the hole belongs to it.
    /// </summary>
    public static IEnumerable<string[]> Remedies(IEnumerable<Type> types)
    {
        foreach (var method in types.SelectMany(Methods))
        {
            string[] texts = [.. Texts(method)];
            for (int i = 0; i < texts.Length; i++)
            {
                if (texts[i].Contains(' ') && Verb().IsMatch(texts[i]))
                    yield return texts[i].Length < ShortPiece && i + 1 < texts.Length ? [texts[i], texts[i + 1]] : [texts[i]];
            }
        }
    }

    private static IEnumerable<MethodBase> Methods(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
            | BindingFlags.DeclaredOnly;
        // What the compiler writes into a record names its members.
        return [.. type.GetMethods(All).Where(method => method.Name != "PrintMembers"), .. type.GetConstructors(All)];
    }

    private static IEnumerable<string> Texts(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
            yield break;
        for (int i = 0; i < code.Length;)
        {
            short value = code[i++];
            if (value == 0xFE)
                value = (short)(0xFE00 | code[i++]);
            var opcode = Codes[value];
            if (opcode == OpCodes.Ldstr)
                yield return method.Module.ResolveString(BitConverter.ToInt32(code, i));
            i += opcode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, i),
                _ => 4,
            };
        }
    }

    // A sentence that begins with a request, or goes on with one.
    [GeneratedRegex(
        "(^|[.;:] |, or |, and |, |and )(Add|Call|Check|Choose|Convert|Copy|Delete|Divide|Download|Drop|Fill|Fit|Gather|Give|Keep"
        + "|Leave|Lower|Make|Map|Merge|Name|Pass|Put|Raise|Read|Reduce|Remove|Replace"
        + "|Resample|Save|Set|Start|Take|Train|Try|Update|Use|Write) ",
        RegexOptions.IgnoreCase)]
    private static partial Regex Verb();
}
