using System.Globalization;
using System.Net;
using System.Text;

namespace CustomerIo.Connector.Pipelines.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">As people read it; its class, too.</param>
/// <param name="Values">A number for each step.</param>
internal sealed record ChartLine(string Name, long[] Values);

/// <summary>Lines over time, drawn as SVG whose colours and fonts are the page's.</summary>
internal sealed class LineChart
{
    private const int Top = 12,
        Bottom = 26,
        MostTicks = 5,
        LabelHeight = 15;

    private readonly int _width,
        _height,
        _left,
        _right;
    private readonly IReadOnlyList<string> _steps;
    private readonly IReadOnlyList<ChartLine> _lines;
    private readonly long _step,
        _most;

    private LineChart(int width, int height, IReadOnlyList<string> steps, IReadOnlyList<ChartLine> lines, bool areLabelled)
    {
        (_width, _height, _steps, _lines) = (width, height, steps, lines);
        var highest = Math.Max(lines.SelectMany(l => l.Values).DefaultIfEmpty().Max(), 1);
        _step = Nice(highest);
        _most = (highest + _step - 1) / _step * _step;
        _left = 12 + (7 * Number(_most).Length);
        _right = areLabelled ? 96 : 12;
        IsLabelled = areLabelled;
    }

    private bool IsLabelled { get; }

    /// <summary>Draws the lines.</summary>
    /// <param name="title">What the picture shows, for those who do not see it.</param>
    /// <param name="steps">The name of each step.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="width">The width that its texts are made for.</param>
    /// <param name="height">The height.</param>
    /// <param name="areLabelled">Whether each line ends with its name.</param>
    public static string Draw(string title, IReadOnlyList<string> steps, IReadOnlyList<ChartLine> lines, int width, int height, bool areLabelled) =>
        new LineChart(width, height, steps, lines, areLabelled).Draw(title);

    private string Draw(string title)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {_width} {_height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">");
        for (var value = 0L; value <= _most; value += _step)
        {
            var y = Y(value);
            svg.Append($"<line class=\"grid\" x1=\"{_left}\" x2=\"{_width - _right}\" y1=\"{F(y)}\" y2=\"{F(y)}\"/>");
            svg.Append($"<text class=\"end\" x=\"{_left - 6}\" y=\"{F(y + 4)}\">{Number(value)}</text>");
        }

        var every = Math.Max((int)Math.Ceiling(_steps.Count / ((_width - _left - _right) / 72.0)), 1);
        for (var i = (_steps.Count - 1) % every; i < _steps.Count; i += every)
        {
            svg.Append($"<text class=\"mid\" x=\"{F(Math.Clamp(X(i), _left + 12, _width - 20))}\" y=\"{_height - 8}\">{_steps[i]}</text>");
        }

        foreach (var line in _lines)
        {
            var points = string.Join(' ', line.Values.Select((v, i) => $"{F(X(i))},{F(Y(v))}"));
            svg.Append($"<polyline class=\"line {line.Name}\" points=\"{points}\"/>");
            if (line.Values.Length == 1)
            {
                svg.Append($"<circle class=\"dot {line.Name}\" cx=\"{F(X(0))}\" cy=\"{F(Y(line.Values[0]))}\" r=\"3\"/>");
            }
        }

        Label(svg);
        Hover(svg);
        return svg.Append("</svg>").ToString();
    }

    // Names that would lie on each other are moved apart, the highest line's first.
    private void Label(StringBuilder svg)
    {
        if (!IsLabelled)
        {
            return;
        }

        var free = (double)Top;
        var ends = _lines.Where(l => l.Values.Length > 0).OrderBy(l => Y(l.Values[^1])).ToArray();
        for (var i = 0; i < ends.Length; i++)
        {
            var lowest = _height - Bottom - (LabelHeight * (ends.Length - 1 - i));
            var y = Math.Min(Math.Max(Y(ends[i].Values[^1]) + 4, free), lowest);
            free = y + LabelHeight;
            svg.Append($"<text class=\"name {ends[i].Name}\" x=\"{_width - _right + 8}\" y=\"{F(y)}\">{ends[i].Name}</text>");
        }
    }

    // A column for each step that tells its numbers to whoever points at it.
    private void Hover(StringBuilder svg)
    {
        var wide = (_width - _left - _right) / (double)Math.Max(_steps.Count, 1);
        for (var i = 0; i < _steps.Count; i++)
        {
            var told = string.Join(", ", _lines.Select(l => $"{l.Name} {Number(l.Values[i])}"));
            svg.Append(
                $"<rect class=\"hover\" x=\"{F(X(i) - (wide / 2))}\" y=\"{Top}\" width=\"{F(wide)}\" height=\"{_height - Top - Bottom}\">"
                    + $"<title>{_steps[i]}: {told}</title></rect>"
            );
        }
    }

    private double X(int step) => _left + ((_width - _left - _right) * (_steps.Count < 2 ? 0.5 : (double)step / (_steps.Count - 1)));

    private double Y(long value) => Top + ((_height - Top - Bottom) * (1 - ((double)value / _most)));

    /// <summary>The distance of grid lines: 1, 2 or 5 and noughts.</summary>
    private static long Nice(long highest)
    {
        for (var power = 1L; ; power *= 10)
        {
            foreach (var step in (long[])[power, 2 * power, 5 * power])
            {
                if (highest <= step * MostTicks)
                {
                    return step;
                }
            }
        }
    }

    private static string F(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
