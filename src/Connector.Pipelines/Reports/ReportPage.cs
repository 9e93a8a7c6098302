using System.Globalization;
using System.Net;
using System.Text;

namespace CustomerIo.Connector.Pipelines.Reports;

/// <summary>A report as one page of HTML that needs nothing else: charts, and the same in numbers beneath.</summary>
internal static class ReportPage
{
    private static readonly string[] s_volume = ["sent", "delivered", "opened", "clicked"],
        s_outcome = ["converted", "bounced", "unsubscribed"],
        s_aside = ["never_activated", "exited_early"];

    /// <summary>The page.</summary>
    public static string Of(Report report)
    {
        var html = new StringBuilder();
        var span = $"{Long(report.Steps[0])} – {Long(report.Until)}";
        html.Append(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="color-scheme" content="light dark">
            <title>{E(report.Title)}, {E(span)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <header>
            <h1>{E(report.Title)}</h1>
            <p>{E(span)}, in UTC, by {report.Unit}. {Whole(report)}</p>
            </header>
            <main>

            """
        );
        if (report.Senders.Count == 0)
        {
            html.Append("<p class=\"none\">No messages were sent in this time.</p>\n");
        }
        else
        {
            Tiles(html, report);
            Chart(html, report, $"Messages by {report.Unit}", s_volume);
            Chart(html, report, $"Conversions and losses by {report.Unit}", s_outcome);
            Rates(html, report);
            Funnels(html, report);
            Numbers(html, report);
        }

        html.Append(
            $"""
            </main>
            <footer>Counted on {report.Until.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC by connector report.
            Opens and clicks are as Customer.io counts them, those that mail programs make by themselves included.</footer>
            </body>
            </html>

            """
        );
        return html.ToString();
    }

    private static string Whole(Report report)
    {
        var senders = $"{report.Senders.Count} of {report.Senders.Count + report.Silent}";
        return report.Silent == 0 ? "" : $"{senders} sent messages.";
    }

    private static void Tiles(StringBuilder html, Report report)
    {
        html.Append("<section class=\"tiles\" aria-label=\"All together\">\n");
        Tile("sent", Number(report.Total("sent")), "messages");
        foreach (var metric in Report.Rates)
        {
            Tile(metric, Percent(report.Rate(metric)), Number(report.Total(metric)));
        }

        html.Append("</section>\n");

        void Tile(string name, string value, string beneath) =>
            html.Append($"<div class=\"tile {name}\"><span>{name}</span><strong>{value}</strong><small>{beneath}</small></div>\n");
    }

    private static void Chart(StringBuilder html, Report report, string title, string[] metrics)
    {
        string[] steps = [.. report.Steps.Select(s => Short(s, report.Unit))];
        ChartLine[] lines = [.. metrics.Select(m => new ChartLine(m, report.ByStep(m)))];
        html.Append($"<section class=\"card\"><h2>{title}</h2>\n<p class=\"legend\">");
        foreach (var line in lines)
        {
            html.Append($"<span class=\"{line.Name}\">{line.Name}</span>");
        }

        // Texts of a wide picture would be too small on a phone.
        html.Append("</p>\n<div class=\"wide\">").Append(LineChart.Draw(title, steps, lines, 920, 280, areLabelled: true));
        html.Append("</div>\n<div class=\"narrow\">").Append(LineChart.Draw(title, steps, lines, 360, 230, areLabelled: false)).Append("</div>\n</section>\n");
    }

    private static void Rates(StringBuilder html, Report report)
    {
        var most = Report.Rates.ToDictionary(m => m, m => report.Senders.Max(s => s.Rate(m)) is > 0 and var rate ? rate : 1);
        html.Append("<section class=\"card\"><h2>Rates side by side</h2>\n<p class=\"hint\">Delivered and bounced of what was sent, the others of what was ");
        html.Append("delivered. The longest bar of a column is its highest rate.</p>\n<table class=\"rates\"><thead><tr><th></th><th>sent</th>");
        foreach (var metric in Report.Rates)
        {
            html.Append($"<th>{metric}</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        foreach (var sender in report.Senders)
        {
            html.Append($"<tr><th scope=\"row\">{E(sender.Name)}</th><td data-name=\"sent\">{Number(sender.Total("sent"))}</td>");
            foreach (var metric in Report.Rates)
            {
                var rate = sender.Rate(metric);
                html.Append($"<td data-name=\"{metric}\"><span class=\"bar\"><i class=\"{metric}\" style=\"width:{Width(rate / most[metric])}\"></i></span>");
                html.Append($"<b>{Percent(rate)}</b></td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></section>\n");
    }

    private static void Funnels(StringBuilder html, Report report)
    {
        if (report.Senders.All(s => s.Funnel.Count == 0))
        {
            return;
        }

        html.Append("<section><h2>How far people came</h2>\n<div class=\"funnels\">\n");
        foreach (var sender in report.Senders.Where(s => s.Funnel.Count > 0))
        {
            var started = Math.Max(sender.Funnel.Max(f => f.Count), 1);
            html.Append($"<div class=\"card\"><h3>{E(sender.Name)}</h3><ol class=\"funnel\">\n");
            foreach (var step in sender.Funnel.Where(f => !s_aside.Contains(f.Name)))
            {
                var share = (double)step.Count / started;
                html.Append($"<li><span>{Words(step.Name)}</span><span class=\"bar\"><i style=\"width:{Width(share)}\"></i></span>");
                html.Append($"<b>{Number(step.Count)}</b><small>{Percent(share)}</small></li>\n");
            }

            var aside = sender.Funnel.Where(f => s_aside.Contains(f.Name)).Select(f => $"{Number(f.Count)} {Words(f.Name)}");
            html.Append($"</ol><p class=\"hint\">{string.Join(", ", aside)}</p></div>\n");
        }

        html.Append("</div></section>\n");
    }

    private static void Numbers(StringBuilder html, Report report)
    {
        html.Append("<section class=\"card\"><h2>In numbers</h2>\n");
        Table(
            html,
            report.Title,
            ["Name", .. Report.Metrics],
            [
                .. report.Senders.Select(s => (string[])[s.Name, .. Report.Metrics.Select(m => Number(s.Total(m)))]),
                ["All", .. Report.Metrics.Select(m => Number(report.Total(m)))],
            ]
        );
        var all = Report.Metrics.Select(report.ByStep).ToArray();
        Table(
            html,
            $"By {report.Unit}",
            [char.ToUpperInvariant(report.Unit[0]) + report.Unit[1..], .. Report.Metrics],
            report.Steps.Select((s, i) => (string[])[s.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), .. all.Select(a => Number(a[i]))])
        );
        if (report.Senders.FirstOrDefault(s => s.Funnel.Count > 0) is { } first)
        {
            Table(
                html,
                "How far people came",
                ["Name", .. first.Funnel.Select(f => Words(f.Name))],
                report
                    .Senders.Where(s => s.Funnel.Count > 0)
                    .Select(s => (string[])[s.Name, .. first.Funnel.Select(f => Number(s.Funnel.FirstOrDefault(own => own.Name == f.Name)?.Count ?? 0))])
            );
        }

        html.Append("</section>\n");
    }

    private static void Table(StringBuilder html, string caption, IEnumerable<string> heads, IEnumerable<string[]> rows)
    {
        html.Append($"<div class=\"scroll\"><table><caption>{E(caption)}</caption><thead><tr>");
        foreach (var head in heads)
        {
            html.Append($"<th scope=\"col\">{E(head)}</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            html.Append($"<tr><th scope=\"row\">{E(row[0])}</th>");
            foreach (var cell in row.Skip(1))
            {
                html.Append($"<td>{cell}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private static string E(string text) => WebUtility.HtmlEncode(text);

    private static string Words(string name) => name.Replace('_', ' ');

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? rate) =>
        rate is { } share ? share.ToString(share is < 0.1 or (> 0.99 and < 1) ? "0.0 %" : "0 %", CultureInfo.InvariantCulture) : "–";

    private static string Width(double? share) => Math.Clamp(share ?? 0, 0, 1).ToString("0.##%", CultureInfo.InvariantCulture);

    private static string Long(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Short(DateTimeOffset time, string unit) =>
        time.UtcDateTime.ToString(unit == "month" ? "MMM yyyy" : "d MMM", CultureInfo.InvariantCulture);

    private const string Style = """

        :root { --page:#f6f7f9; --card:#fff; --text:#1c2430; --soft:#5b6675; --grid:#e3e7ec; --bar:#edf0f4;
          --sent:#64748b; --delivered:#2563eb; --opened:#0f766e; --clicked:#b45309; --converted:#7c3aed; --bounced:#dc2626; --unsubscribed:#be185d; }
        @media (prefers-color-scheme:dark) { :root { --page:#12161c; --card:#1b212a; --text:#e8ecf1; --soft:#9aa7b7; --grid:#2d3540; --bar:#28303b;
          --sent:#94a3b8; --delivered:#60a5fa; --opened:#2dd4bf; --clicked:#fbbf24; --converted:#a78bfa; --bounced:#f87171; --unsubscribed:#f472b6; } }
        * { box-sizing:border-box; }
        body { margin:0 auto; padding:24px 20px 40px; max-width:1040px; background:var(--page); color:var(--text);
          font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif; }
        h1 { margin:0; font-size:1.7rem; line-height:1.25; } h2 { margin:0 0 6px; font-size:1.1rem; } h3 { margin:0 0 8px; font-size:1rem; }
        header p, .hint, footer { color:var(--soft); } header p { margin:4px 0 20px; } .hint { margin:0 0 10px; font-size:.87rem; }
        section { margin:0 0 16px; } section > h2 { margin-top:24px; } .card { padding:16px 18px; border-radius:12px; background:var(--card); }
        section.card > h2 { margin-top:0; }
        .card, .tile { border:1px solid var(--grid); } .none { padding:40px; text-align:center; }
        .tiles { display:grid; grid-template-columns:repeat(7,1fr); gap:10px; }
        .tile { padding:10px 12px; border-radius:12px; background:var(--card); border-top:3px solid currentColor; }
        .tile span, .tile small { display:block; color:var(--soft); font-size:.8rem; } .tile strong { display:block; color:var(--text); font-size:1.35rem; }
        .sent { color:var(--sent); } .delivered { color:var(--delivered); } .opened { color:var(--opened); } .clicked { color:var(--clicked); }
        .converted { color:var(--converted); } .bounced { color:var(--bounced); } .unsubscribed { color:var(--unsubscribed); }
        .legend { display:none; margin:0 0 8px; font-size:.87rem; } .legend span { margin-right:16px; }
        .legend span::before { content:""; display:inline-block; width:18px; margin-right:6px; vertical-align:4px; border-top:3px solid; }
        .legend .bounced::before, .legend .delivered::before { border-top-style:dashed; }
        .legend .unsubscribed::before, .legend .clicked::before { border-top-style:dotted; }
        svg { display:block; width:100%; height:auto; overflow:visible; } svg text { fill:var(--soft); font-size:12px; }
        svg .end { text-anchor:end; } svg .mid { text-anchor:middle; } svg .name { fill:currentColor; font-weight:600; }
        svg .grid { stroke:var(--grid); } svg .line { fill:none; stroke:currentColor; stroke-width:2.2; stroke-linejoin:round; stroke-linecap:round; }
        svg .line.bounced, svg .line.delivered { stroke-dasharray:7 4; } svg .line.unsubscribed, svg .line.clicked { stroke-dasharray:1.5 4.5; }
        svg .dot { fill:currentColor; } svg .hover { fill:transparent; } svg .hover:hover { fill:var(--text); fill-opacity:.06; }
        .narrow { display:none; } .bar { display:block; height:8px; border-radius:4px; background:var(--bar); overflow:hidden; }
        .bar i { display:block; height:100%; border-radius:4px; background:currentColor; }
        table { width:100%; border-collapse:collapse; font-variant-numeric:tabular-nums; font-size:.9rem; }
        th, td { padding:6px 8px; text-align:right; border-bottom:1px solid var(--grid); white-space:nowrap; } thead th { color:var(--soft); font-weight:600; }
        th:first-child { text-align:left; } tbody th { font-weight:600; } caption { margin:14px 0 4px; text-align:left; font-weight:600; }
        .scroll { overflow-x:auto; } .rates th[scope=row] { max-width:220px; white-space:normal; } .rates b { font-weight:600; font-size:.87rem; }
        .rates td[data-name]:not([data-name=sent]) { min-width:86px; text-align:left; }
        .rates thead th:nth-child(n+3) { text-align:left; }
        .funnels { display:grid; grid-template-columns:repeat(auto-fill,minmax(400px,1fr)); gap:16px; } .funnel { margin:0 0 8px; padding:0; list-style:none; }
        .funnel li { display:grid; grid-template-columns:84px 1fr 62px 48px; gap:8px; align-items:center; padding:3px 0; font-variant-numeric:tabular-nums; }
        .funnel .bar { height:14px; color:var(--delivered); } .funnel b, .funnel small { text-align:right; } .funnel small { color:var(--soft); }
        footer { margin-top:24px; font-size:.85rem; }
        @media (max-width:700px) {
          body { padding:16px 12px 32px; } .tiles { grid-template-columns:repeat(2,1fr); } .tile.sent { grid-column:1/-1; }
          .wide { display:none; } .narrow, .legend { display:block; } .card { padding:14px; } .funnels { grid-template-columns:1fr; }
          .funnel li { grid-template-columns:76px 1fr 54px 44px; }
          .rates thead { display:none; } .rates, .rates tbody, .rates tr, .rates td, .rates th { display:block; }
          .rates tr { padding:8px 0 10px; border-bottom:1px solid var(--grid); }
          .rates th, .rates td { padding:2px 0; border:0; }
          .rates th[scope=row] { max-width:none; }
          .rates td { display:grid; grid-template-columns:96px 1fr 60px; gap:8px; align-items:center; text-align:left; }
          .rates td::before { content:attr(data-name); color:var(--soft); } .rates td b { text-align:right; }
          .rates td[data-name=sent] { grid-template-columns:96px 1fr; }
        }
        @media print {
          :root { --page:#fff; --card:#fff; --text:#000; --soft:#444; --grid:#ccc; --bar:#eee; --sent:#64748b; --delivered:#2563eb; --opened:#0f766e;
            --clicked:#b45309; --converted:#7c3aed; --bounced:#dc2626; --unsubscribed:#be185d; }
          body { max-width:none; padding:0; font-size:11px; print-color-adjust:exact; -webkit-print-color-adjust:exact; }
          .card, .tile { break-inside:avoid; } section.card:last-of-type { break-inside:auto; } tr { break-inside:avoid; } .scroll { overflow:visible; }
          .wide { display:block; } .narrow, .legend { display:none; } .tiles { grid-template-columns:repeat(7,1fr); } .tile.sent { grid-column:auto; }
        }

        """;
}
