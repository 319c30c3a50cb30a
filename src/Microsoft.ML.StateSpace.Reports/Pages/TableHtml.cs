using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Writes a table as HTML. One that may be wider than a phone scrolls in a box of its own, by the keyboard too.</summary>
internal static partial class TableHtml
{
    private const int MostOnPhone = 2;
    private const double Strongest = 45; // percent of the colour, on which text is still read

    public static void Write(StringBuilder html, ReportTable table, string id)
    {
        bool[] areNumbers = [.. table.Columns.Select((_, column) => column > 0 && table.Rows.Count > 0
            && table.Rows.All(row => IsNumber().IsMatch(row[column])))];
        string Class(int column) => areNumbers[column] ? " class=\"n\"" : "";

        string box = table.Columns.Count > MostOnPhone ? $" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}\"" : "";
        html.Append($"<div class=\"scroll\"{box}><table{(table.Shares is null ? "" : " class=\"shaded\"")}>");
        html.Append($"<caption id=\"{id}\">{Page.Encode(table.Caption)}</caption><thead><tr>");
        for (int column = 0; column < table.Columns.Count; column++)
            html.Append($"<th scope=\"col\"{Class(column)}>{Page.Encode(table.Columns[column])}</th>");
        html.Append("</tr></thead><tbody>\n");
        for (int row = 0; row < table.Rows.Count; row++)
        {
            html.Append("<tr>");
            for (int column = 0; column < table.Columns.Count; column++)
            {
                string text = Page.Encode(table.Rows[row][column]);
                html.Append(column == 0 ? $"<th scope=\"row\">{text}</th>"
                    : $"<td{Class(column)}{Shade(table, row, column)}>{text}</td>");
            }
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div>\n");
    }

    private static string Shade(ReportTable table, int row, int column)
    {
        if (table.Shares is null || !(table.Shares[row][column] > 0))
            return "";
        string percent = (Strongest * Math.Min(1, table.Shares[row][column])).ToString("0.#", CultureInfo.InvariantCulture);
        return $" style=\"background:color-mix(in srgb,var(--blue) {percent}%,transparent)\"";
    }

    [GeneratedRegex(@"^(-?[\d,.]+(e-?\d+)?([ \u00A0]%)?|–|-?∞|)$")]
    private static partial Regex IsNumber();
}
