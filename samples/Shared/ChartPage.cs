using System.Net;

namespace Samples;

/// <summary>What pages with charts have in common. They need nothing else, and are light or dark as the reader's system is.</summary>
internal static class ChartPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #111827; --soft: #475569; --page: #f8fafc; --paper: #ffffff; --rule: #e2e8f0 }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e5e7eb; --soft: #a3b1c6; --page: #0b1120; --paper: #141c2e; --rule: #2c384d }
        }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--page) }
        body { max-width: 940px; margin: 32px auto; padding: 0 20px }
        h1 { font-size: 26px; margin-bottom: 4px } h2 { font-size: 18px; margin-top: 36px }
        p { margin: 6px 0 } .note { color: var(--soft) }
        section { background: var(--paper); border: 1px solid var(--rule); border-radius: 8px; padding: 14px 16px; margin: 12px 0 }
        .legend span { margin-right: 18px; white-space: nowrap }
        .legend i { display: inline-block; width: 11px; height: 11px; border-radius: 50%; margin-right: 6px }
        svg { max-width: 100%; height: auto } svg text { font-size: 11px; fill: var(--soft) }
        svg text.axis { font-size: 12px; fill: var(--ink) } .plot { fill: none; stroke: var(--rule) } .grid { stroke: var(--rule) }
        table { border-collapse: collapse }
        td, th { text-align: left; padding: 3px 18px 3px 0; border-bottom: 1px solid var(--rule) }
        """;

    /// <summary>The beginning of a page, with its title as the first heading.</summary>
    /// <param name="title">The title.</param>
    /// <param name="style">More rules of style.</param>
    public static string Head(string title, string style = "")
        => $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{Encode(title)}</title><style>{Style}{style}</style>"
            + $"<body><h1>{Encode(title)}</h1>";

    /// <summary>What the colours mean. The colour <c>currentColor</c> is that of text.</summary>
    public static string Legend(IEnumerable<(string Name, string Color)> entries)
        => "<p class=\"legend\">" + string.Concat(
            entries.Select(entry => $"<span><i style=\"background:{entry.Color}\"></i>{Encode(entry.Name)}</span>\n")) + "</p>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
