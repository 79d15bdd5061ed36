// Points over two axes, and the line through those that nothing beats.

/** From how many points on whiskers are drawn for those on the front only. */
const MANY = 60;

function drawPoints({x, y, points}, width) {
  const rows = points.flatMap((point) => {
    // What is zero is drawn at its upper bound, or not at all.
    const above = y.logarithmic && !(point.y > 0) && point.y_range ? point.y_range[1] : point.y;
    const row = {...point, y: above, bound: point.is_bound || above !== point.y};
    return showable(x, row.x) && showable(y, row.y) ? [row] : [];
  });
  if (!rows.length) return null;
  const groups = [...new Set(rows.map((row) => row.group))];
  const whiskered = rows.length > MANY ? rows.filter((row) => row.on_front) : rows;
  const acrosses = [...rows.map((row) => row.x), ...whiskered.flatMap((row) => row.x_range ?? [])];
  const uprights = [...rows.map((row) => row.y), ...whiskered.flatMap((row) => (row.bound ? [] : (row.y_range ?? [])))];
  const height = heightFor(width, 420);
  const zero = (axis, values) =>
    !axis.logarithmic && d3.min(values) >= 0 && d3.min(values) < 0.4 * d3.max(values) ? {from: 0} : {};
  const frame = {right: 20, top: 10, bottom: 28};
  const up = scaled(y, uprights, [height - frame.bottom, frame.top], {apart: 44, room: 0.05, ...zero(y, uprights)});
  frame.left = marginFor(up);
  const along = scaled(x, acrosses, [frame.left, width - frame.right], {
    apart: width < 500 ? 60 : 84,
    room: 0.05,
    ...zero(x, acrosses),
  });
  const front = rows.filter((row) => row.on_front).sort((a, b) => a.x - b.x || b.y - a.y);
  const within = {left: frame.left, right: width - 4, top: 0, bottom: height - frame.bottom};
  const labels = placed(
    rows
      .filter((row) => row.label)
      .map((row) => ({...row, text: fitting(row.label, 200), px: along.at(row.x), py: up.at(row.y)})),
    within,
    rows
      .filter((row) => row.on_front || row.label)
      .map((row) => [along.at(row.x) - 5, up.at(row.y) - 5, along.at(row.x) + 5, up.at(row.y) + 5]),
  );
  const hue = (row) => colour(groups.indexOf(row.group));
  return {
    above: y.label,
    below: x.label,
    legend: pointsLegend(rows, groups, front),
    chart: plotted({
      width,
      height,
      marginLeft: frame.left,
      marginRight: frame.right,
      marginTop: frame.top,
      marginBottom: frame.bottom,
      x: along.plot,
      y: up.plot,
      marks: [
        ...axisY(up),
        ...axisX(along),
        whiskers(
          whiskered.filter((row) => row.x_range),
          along,
          up,
          hue,
          true,
        ),
        whiskers(
          whiskered.filter((row) => row.y_range && !row.bound),
          along,
          up,
          hue,
          false,
        ),
        front.length > 1 && Plot.line(front, {x: "x", y: "y", stroke: "var(--ink)", strokeWidth: 1.4}),
        Plot.vector(
          rows.filter((row) => row.bound),
          {
            x: "x",
            y: "y",
            rotate: 180,
            length: 16,
            anchor: "start",
            strokeWidth: 1.4,
            stroke: {value: hue, scale: null},
            strokeOpacity: rows.length > MANY ? 0.6 : 1,
          },
        ),
        ...groups.flatMap((group, number) =>
          [false, true].map((isFront) =>
            Plot.dot(
              rows.filter((row) => row.group === group && row.on_front === isFront),
              {
                x: "x",
                y: "y",
                symbol: symbol(number),
                r: isFront ? 5 : rows.length > MANY ? 3 : 4,
                fill: colour(number),
                fillOpacity: isFront || !front.length ? 1 : 0.35,
                stroke: isFront ? "var(--ink)" : colour(number),
                strokeWidth: isFront ? 1.3 : 1,
                strokeOpacity: isFront || rows.length <= MANY ? 1 : 0.6,
              },
            ),
          ),
        ),
        ...labels.map((label) =>
          Plot.text([label], {
            x: "x",
            y: "y",
            text: "text",
            dx: label.dx,
            dy: label.dy,
            textAnchor: label.textAnchor,
            fontSize: 12,
            stroke: "var(--paper)",
            strokeWidth: 4,
            fill: "var(--ink)",
          }),
        ),
        tip(
          rows.map((row) => ({
            x: row.x,
            y: row.y,
            title: row.told || `${told(x, row.x)}, ${row.bound ? "< " : ""}${told(y, row.y)}`,
          })),
        ),
      ],
    }),
  };
}

function whiskers(rows, along, up, hue, level) {
  const [scale, range] = level ? [along, "x_range"] : [up, "y_range"];
  const [low, high] = scale.domain;
  const end = (row, which) => Math.min(high, Math.max(low, row[range][which]));
  const [first, second] = level ? ["x", "y"] : ["y", "x"];
  return Plot.link(rows, {
    [`${first}1`]: (row) => end(row, 0),
    [`${first}2`]: (row) => end(row, 1),
    [`${second}1`]: second,
    [`${second}2`]: second,
    stroke: {value: hue, scale: null},
    strokeWidth: 1.4,
    strokeOpacity: 0.6,
  });
}

function pointsLegend(rows, groups, front) {
  const entries =
    groups.length > 1 || groups[0]
      ? groups.map((group, number) => [sample(14, sampleOfSymbol(symbol(number), colour(number))), group || "other"])
      : [];
  if (front.length > 1) {
    entries.push([
      sample(
        28,
        shape("path", {d: "M1 7H27", stroke: "var(--ink)", "stroke-width": 1.4}),
        sampleOfSymbol(symbol(0), "var(--ink)", 14, {hollow: true}),
      ),
      "the front: nothing is better in both",
    ]);
  }
  if (rows.some((row) => row.bound)) {
    entries.push([
      sample(
        14,
        shape("path", {d: "M7 1V13M3 8L7 13L11 8", stroke: "var(--muted)", "stroke-width": 1.5, fill: "none"}),
      ),
      "none seen: below this at 95 %",
    ]);
  }
  return legend(entries);
}
