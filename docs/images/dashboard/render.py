#!/usr/bin/env python3
"""Draws deploy/grafana/edgekms.json with the data of a running Prometheus, as one HTML page of SVG charts.

    render.py http://127.0.0.1:9090 10m >page.html
    chromium --headless --window-size=1600,1290 --screenshot=dashboard.png page.html

It is no Grafana: it knows the panels, units, thresholds and mappings that this dashboard has, and nothing else.
"""
import html
import json
import math
import pathlib
import sys
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
WIDTH, ROW, GAP = 1600, 38, 8
COLUMN = (WIDTH - GAP) / 24
PALETTE = ["#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#b877d9", "#5794f2", "#ffa6b0"]
COLORS = {"green": "#73bf69", "orange": "#ff9830", "red": "#f2495c"}


class Prometheus:
    def __init__(self, url, seconds):
        self.url, self.seconds, self.end = url.rstrip("/"), seconds, time.time()
        self.step = max(5, seconds // 150)

    def ask(self, expression, instant):
        # As Grafana does it: four scrapes, or the step of the chart.
        expression = expression.replace("$__rate_interval", f"{max(60, 4 * self.step)}s")
        for name in ("job", "instance"):
            expression = expression.replace(f"${name}", ".+")
        if instant:
            path, more = "query", {"time": self.end}
        else:
            path, more = "query_range", {"start": self.end - self.seconds, "end": self.end, "step": self.step}
        query = urllib.parse.urlencode({"query": expression, **more})
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{query}") as answer:
            return json.load(answer)["data"]["result"]


def legend(target, metric):
    text = target["legendFormat"]
    for name, value in metric.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def number(value, digits):
    return f"{value:,.{digits}f}" if digits is not None else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def shown(value, unit, digits=None):
    if unit == "percentunit":
        return number(value * 100, digits if digits is not None else 1 if 0 < abs(value) < 0.1 else 0) + " %"
    if unit == "bytes":
        return number(value / 1048576, 1 if value % 1048576 else 0) + " MiB"
    if unit == "reqps":
        return number(value, digits) + " req/s"
    if unit == "s":
        size = abs(value)
        for name, length in (("days", 86400), ("hours", 3600), ("min", 60), ("s", 1), ("ms", 0.001)):
            if size >= length * (1 if length <= 1 else 2):
                return number(value / length, digits if digits is not None else None) + " " + name
        return "0 s" if value == 0 else number(value * 1e6, 0) + " µs"
    return number(value, 0 if digits is None and value == int(value) else digits)


def color(defaults, value):
    result = "#73bf69"
    for step in defaults["thresholds"]["steps"]:
        if step["value"] is None or value >= step["value"]:
            result = COLORS[step["color"]]
    return result


def look(defaults, value):
    """Text and colour of one value, by the mappings, else by unit and thresholds."""
    for mapping in defaults["mappings"]:
        if (option := mapping["options"].get(f"{value:g}")) is not None:
            return option["text"], COLORS[option["color"]]
    return shown(value, defaults["unit"], defaults.get("decimals")), color(defaults, value)


def stat(panel, results, width, height):
    defaults, filled = panel["fieldConfig"]["defaults"], panel["options"]["colorMode"] == "background"
    values = [(legend(t, r["metric"]), float(r["value"][1])) for t, found in results for r in found]
    if not values:
        return '<div class="none">No data</div>'
    cells = []
    for name, value in values:
        text, paint = look(defaults, value)
        style = f"background:linear-gradient(120deg,{paint}bb,{paint}77)" if filled else f"color:{paint}"
        label = f"<span>{html.escape(name)}</span>" if len(values) > 1 else ""
        size = min(34, height / len(values) / 1.7, width / max(4, len(text)) * 1.35)
        cells.append(f'<div class="stat" style="{style};font-size:{size:.0f}px">{label}{html.escape(text)}</div>')
    return f'<div class="stats">{"".join(cells)}</div>'


def gauge(panel, results, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    value = float(results[0][1][0]["value"][1])
    low, high = defaults["min"], defaults["max"]
    radius, cx, cy = min(width / 2.4, height * 0.72), width / 2, height * 0.84

    def arc(start, end, r, paint, thick):
        def at(share):
            return cx - r * math.cos(math.pi * share), cy - r * math.sin(math.pi * share)
        (x1, y1), (x2, y2) = at(start), at(end)
        return f'<path d="M{x1:.1f},{y1:.1f}A{r:.1f},{r:.1f} 0 0 1 {x2:.1f},{y2:.1f}" stroke="{paint}" stroke-width="{thick}" fill="none"/>'

    share = min(1, max(0.004, (value - low) / (high - low)))
    steps = [(max(low, s["value"] if s["value"] is not None else low), COLORS[s["color"]]) for s in defaults["thresholds"]["steps"]]
    parts = [arc(0, 1, radius - 16, "#2c2f36", 26), arc(0, share, radius - 16, color(defaults, value), 26)]
    for i, (start, paint) in enumerate(steps):
        end = steps[i + 1][0] if i + 1 < len(steps) else high
        parts.append(arc((start - low) / (high - low), (end - low) / (high - low), radius, paint, 4))
    text = html.escape(shown(value, defaults["unit"], defaults.get("decimals")))
    parts.append(f'<text x="{cx}" y="{cy - 8}" text-anchor="middle" style="font-size:28px;fill:{color(defaults, value)}">{text}</text>')
    return f'<svg width="{width}" height="{height}">{"".join(parts)}</svg>'


def table(panel, results, width, height):
    organize = next(t["options"] for t in panel["transformations"] if t["id"] == "organize")
    rows = {}
    for _, found in results:
        for result in found:
            rows.setdefault(result["metric"]["instance"], {}).update(result["metric"])
    names = sorted(organize["indexByName"], key=organize["indexByName"].get)
    head = "".join(f"<th>{html.escape(organize['renameByName'].get(n, n))}</th>" for n in names)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(r.get(n, ''))}</td>" for n in names) + "</tr>" for r in rows.values())
    return f"<table><tr>{head}</tr>{body}</table>"


def nice(top):
    base = 10 ** math.floor(math.log10(top))
    return next(base * f for f in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if base * f >= top * 0.999)


def chart(panel, results, width, height, prometheus):
    defaults = panel["fieldConfig"]["defaults"]
    custom = defaults["custom"]
    right = {o["matcher"]["options"]: o["properties"][0]["value"] for o in panel["fieldConfig"]["overrides"]}
    lines = []
    for target, found in results:
        for result in found:
            points = [(float(t), float(v)) for t, v in result["values"] if v not in ("NaN", "+Inf", "-Inf")]
            if points:
                lines.append([legend(target, result["metric"]), points])  # and, in a stack, what is below
    lines.sort(key=lambda line: line[0])
    if custom["stacking"]["mode"] == "normal":
        below = {}
        for line in lines:
            line.append([(t, below.get(t, 0)) for t, v in line[1]])
            line[1] = [(t, below.get(t, 0) + v) for t, v in line[1]]
            below.update(dict(line[1]))
    foot = 22 * math.ceil(sum(len(line[0]) * 7 + 28 for line in lines) / width)
    x0, x1, y0, y1 = 58, width - (52 if right else 12), height - foot - 22, 8
    start, end = prometheus.end - prometheus.seconds, prometheus.end
    parts = []

    def scale(of):
        unit = 1048576 if defaults["unit"] == "bytes" and of and of[0][0] not in right else 1
        biggest = max((v for line in of for _, v in line[1]), default=0)
        return defaults.get("max") or (nice(biggest * 1.05 / unit) * unit if biggest > 0 else 1)

    left_top, right_top = scale([l for l in lines if l[0] not in right]), scale([l for l in lines if l[0] in right])

    def text(x, y, anchor, what):
        parts.append(f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{html.escape(what)}</text>')

    if defaults.get("decimals") == 0:
        left_top = math.ceil(left_top) if left_top <= 4 else math.ceil(left_top / 4) * 4
    ticks = int(left_top) if defaults.get("decimals") == 0 and left_top <= 4 else 4
    for i in range(ticks + 1):
        y = y0 + (y1 - y0) * i / ticks
        parts.append(f'<line x1="{x0}" x2="{x1}" y1="{y:.1f}" y2="{y:.1f}" stroke="#2c2f36"/>')
        text(x0 - 6, y + 4, "end", shown(left_top * i / ticks, defaults["unit"]).replace(" req/s", ""))
        if right:
            text(x1 + 6, y + 4, "start", shown(right_top * i / ticks, next(iter(right.values()))))
    spacing = next(s for s in (60, 120, 300, 600, 1800, 3600, 7200, 21600) if prometheus.seconds / s <= 6)
    at = math.ceil(start / spacing) * spacing
    while at < end:
        x = x0 + (x1 - x0) * (at - start) / (end - start)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y0}" y2="{y1}" stroke="#24272d"/>')
        text(x, y0 + 16, "middle", time.strftime("%H:%M", time.gmtime(at)))
        at += spacing
    for i, (name, points, *lower) in enumerate(lines):
        top = right_top if name in right else left_top
        places, floor = (
            [(x0 + (x1 - x0) * (t - start) / (end - start), y0 + (y1 - y0) * v / top) for t, v in what]
            for what in (points, lower[0] if lower else [(t, 0) for t, _ in points])
        )
        if lower and points == lower[0]:
            continue  # nothing of it
        if custom.get("lineInterpolation") == "stepAfter":
            places = [p for a, b in zip(places, places[1:] + places[-1:]) for p in (a, (b[0], a[1]))]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        paint = PALETTE[i % len(PALETTE)]
        if custom["fillOpacity"]:
            back = " ".join(f"{x:.1f},{y:.1f}" for x, y in reversed(floor))
            parts.append(f'<polygon points="{path} {back}" fill="{paint}" fill-opacity="{custom["fillOpacity"] / 100}"/>')
        parts.append(f'<polyline points="{path}" fill="none" stroke="{paint}" stroke-width="{custom["lineWidth"]}"/>')
    keys = "".join(f'<span><i style="background:{PALETTE[i % len(PALETTE)]}"></i>{html.escape(line[0])}</span>' for i, line in enumerate(lines))
    return f'<svg width="{width}" height="{height - foot}">{"".join(parts)}</svg><div class="keys">{keys}</div>'


STYLE = """
body{margin:0;background:#111217;color:#ccccdc;font:13px sans-serif;width:%dpx;position:relative}
h1{font-size:17px;font-weight:500;margin:0;padding:12px 14px 0;height:28px}
h1 small{color:#8e8e9c;font-weight:400;font-size:13px;margin-left:14px}
.panel{position:absolute;background:#181b1f;border:1px solid #25282d;border-radius:3px;box-sizing:border-box;overflow:hidden}
h2{font-size:13px;font-weight:500;margin:0;padding:7px 10px 3px;height:18px}
text{fill:#8e8e9c;font:11px sans-serif}.none{color:#8e8e9c;text-align:center;padding-top:20px}
.stats{display:flex;flex-direction:column;gap:4px;height:calc(100%% - 34px);margin:0 5px}
.stat{flex:1;display:flex;align-items:center;justify-content:center;border-radius:3px;font-weight:500}
.stat[style*=background]{color:#fff}.stat span{font-size:13px;color:#ccccdc;margin-right:auto;padding-left:10px}
.stat:has(span){padding-right:24px}.keys{padding:0 10px;font-size:12px}.keys span{margin-right:14px;white-space:nowrap;line-height:20px}
.keys i{display:inline-block;width:14px;height:4px;margin-right:5px;vertical-align:middle;border-radius:2px}
table{border-collapse:collapse;width:100%%;font-size:13px}th{text-align:left;color:#6e9fff;font-weight:500;padding:9px 10px}
td{padding:9px 10px;border-top:1px solid #25282d;font-family:monospace;font-size:12px;white-space:nowrap}
""" % WIDTH


def main():
    seconds = int(sys.argv[2][:-1]) * {"m": 60, "h": 3600}[sys.argv[2][-1]]
    prometheus = Prometheus(sys.argv[1], seconds)
    dashboard = json.loads((ROOT / "deploy/grafana/edgekms.json").read_text())
    drawn, bottom = [], 0
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        x, y = GAP + place["x"] * COLUMN, 46 + place["y"] * ROW
        width, height = place["w"] * COLUMN - GAP, place["h"] * ROW - GAP
        bottom = max(bottom, y + height)
        results = [(t, prometheus.ask(t["expr"], t["instant"])) for t in panel["targets"]]
        if panel["type"] == "timeseries":
            body = chart(panel, results, width - 2, height - 30, prometheus)
        else:
            draw = {"stat": stat, "gauge": gauge, "table": table}[panel["type"]]
            body = draw(panel, results, width - 2, height - 34)
        drawn.append(
            f'<div class="panel" style="left:{x:.0f}px;top:{y:.0f}px;width:{width:.0f}px;height:{height:.0f}px">'
            f"<h2>{html.escape(panel['title'])}</h2>{body}</div>"
        )
    title = html.escape(dashboard["title"])
    print(f'<!doctype html><meta charset="utf-8"><title>{title}</title><style>{STYLE}body{{height:{bottom + GAP:.0f}px}}</style>')
    print(f"<h1>{title}<small>the last {sys.argv[2]}, UTC</small></h1>{''.join(drawn)}")


main()
