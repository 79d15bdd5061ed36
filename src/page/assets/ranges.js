// Values with their intervals, one below the other.

function drawRanges({x, ranges}, width) {
  const rows = ranges.map((range, place) => ({
    ...range,
    place,
    seen: showable(x, range.value) ? range.value : null,
    low:
      range.low === null || range.value === null ? null : showable(x, range.low) ? range.low : x.logarithmic ? 0 : null,
    high: showable(x, range.high) ? range.high : null,
    theory: showable(x, range.theory) ? range.theory : null,
  }));
  if (!rows.some((row) => row.seen !== null || row.high !== null || row.theory !== null)) return null;
  const narrow = width < 500;
  const groups = [...new Set(rows.map((row) => row.group))];
  const texts = rows.map((row) =>
    row.value !== null ? told(x, row.value) : row.high !== null ? `< ${told(x, row.high)}` : "",
  );
  const step = narrow ? 40 : rows.length > 25 ? 22 : 28;
  const names = d3.max(rows, (row) => widthOf(row.name)) + 14;
  const frame = {
    left: narrow ? 12 : Math.min(names, 260),
    right: Math.max(30, d3.max(texts, (text) => widthOf(text)) + 14),
    top: 6,
    bottom: 28,
  };
  const height = frame.top + rows.length * step + frame.bottom;
  const values = rows
    .flatMap((row) => [row.seen, row.low || null, row.high, row.theory])
    .filter((value) => value !== null);
  const [least, most] = d3.extent(values);
  const along = scaled(x, values, [frame.left, width - frame.right], {
    apart: narrow ? 60 : 80,
    room: 0.04,
    ...(least >= 0 && least < 0.4 * most ? {from: 0} : {}),
  });
  const at = (row) => row.place * step + step * (narrow ? 0.68 : 0.5);
  const start = along.domain[0];
  const bounded = rows.filter((row) => row.seen === null && row.high !== null);
  const look = (row) => groups.indexOf(row.group);
  return {
    above: null,
    below: x.label,
    legend: rangesLegend(rows, groups, bounded),
    chart: plotted({
      width,
      height,
      marginLeft: frame.left,
      marginRight: frame.right,
      marginTop: frame.top,
      marginBottom: frame.bottom,
      x: along.plot,
      y: {
        type: "linear",
        domain: [0, rows.length * step],
        range: [frame.top, frame.top + rows.length * step],
        axis: null,
      },
      marks: [
        ...axisX(along),
        Plot.ruleY(rows, {y: at, x1: () => start, x2: () => along.domain[1], stroke: "var(--grid)"}),
        Plot.text(rows, {
          x: () => start,
          y: narrow ? (row) => row.place * step + 11 : at,
          text: (row) => fitting(row.name, narrow ? width - 24 : frame.left - 12),
          textAnchor: narrow ? "start" : "end",
          dx: narrow ? -8 : -10,
          fontSize: 12.5,
        }),
        Plot.text(rows, {
          x: () => along.domain[1],
          y: at,
          text: (row) => texts[row.place],
          textAnchor: "start",
          dx: 10,
          fontStyle: {value: (row) => (row.seen === null ? "italic" : null)},
          fill: "var(--muted)",
        }),
        Plot.link(
          rows.filter((row) => row.seen !== null && row.low !== null && row.high !== null),
          {
            x1: (row) => Math.max(start, row.low),
            x2: "high",
            y1: at,
            y2: at,
            stroke: {value: (row) => colour(look(row)), scale: null},
            strokeWidth: 2.5,
            strokeOpacity: 0.65,
          },
        ),
        Plot.link(bounded, {
          x1: () => start,
          x2: "high",
          y1: at,
          y2: at,
          stroke: {value: (row) => colour(look(row)), scale: null},
          strokeWidth: 2,
          strokeDasharray: "2 4",
        }),
        Plot.vector(bounded, {
          x: "high",
          y: at,
          rotate: 270,
          length: 22,
          anchor: "start",
          stroke: {value: (row) => colour(look(row)), scale: null},
          strokeWidth: 2,
        }),
        Plot.text(bounded, {
          x: "high",
          y: at,
          text: () => "|",
          fill: {value: (row) => colour(look(row)), scale: null},
          fontWeight: "bold",
        }),
        Plot.dot(
          rows.filter((row) => row.theory !== null),
          {x: "theory", y: at, symbol: "diamond", r: 7, stroke: "var(--ink)", strokeWidth: 1.5},
        ),
        ...groups.map((group, number) =>
          Plot.dot(
            rows.filter((row) => row.seen !== null && row.group === group),
            {
              x: "seen",
              y: at,
              ...dots(number, {r: 4.5}),
            },
          ),
        ),
        tip(rows.flatMap((row) => rangeTips(row, x, at))),
      ],
    }),
  };
}

function rangeTips(row, x, at) {
  const lines = [row.name];
  if (row.group) lines.push(row.group);
  if (row.seen !== null) lines.push(`seen: ${told(x, row.seen)}`);
  if (row.seen !== null && row.low !== null && row.high !== null)
    lines.push(`95 %: ${told(x, row.low)} to ${told(x, row.high)}`);
  if (row.seen === null && row.high !== null) lines.push(`none seen: below ${told(x, row.high)} at 95 %`);
  if (row.theory !== null) lines.push(`theory: ${told(x, row.theory)}`);
  return [row.seen ?? row.high, row.theory]
    .filter((value) => value !== null)
    .map((value) => ({x: value, y: at(row), title: lines.join("\n")}));
}

function rangesLegend(rows, groups, bounded) {
  const entries =
    groups.length > 1 || rows.some((row) => row.theory !== null) || bounded.length
      ? groups.map((group, number) => [sampleOfRange(number), group || "seen"])
      : [];
  if (rows.some((row) => row.theory !== null))
    entries.push([sample(18, sampleOfSymbol("diamond", "var(--ink)", 9, {hollow: true, size: 48})), "theory"]);
  if (bounded.length) entries.push([sampleOfLine("var(--muted)", 2, "2 4"), "none seen: below this at 95 %"]);
  return legend(entries);
}

function sampleOfRange(number) {
  return sample(
    28,
    shape("path", {d: "M1 7H27", stroke: colour(number), "stroke-width": 2.5, "stroke-opacity": 0.65}),
    sampleOfSymbol(symbol(number), colour(number), 14),
  );
}
