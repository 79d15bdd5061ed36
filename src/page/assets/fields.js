// Coloured fields over two axes of words.

function drawFields({x, y, colour: measured, fields}, width) {
  const shown = fields.filter((field) => field.column < x.words.length && field.row < y.words.length);
  if (!shown.length) return null;
  const narrow = width < 500;
  const left = Math.min(d3.max(y.words, (word) => widthOf(word)) + 12, narrow ? 70 : 170);
  const wide = (width - left - 4) / x.words.length;
  const cell = Math.max(narrow ? 12 : 16, Math.min(wide * 0.8, 30));
  const longest = d3.max(x.words, (word) => widthOf(word));
  // Short words are left out where there is no room for all; only long ones are turned.
  const level = Math.max(1, Math.ceil((longest + 8) / wide));
  const turned = level > 3;
  const every = turned ? Math.max(1, Math.ceil(15 / wide)) : level;
  const bottom = turned ? Math.min(90, 14 + longest * 0.72) : 24;
  const height = 4 + cell * y.words.length + bottom;
  const shades = shading(measured, shown);
  const size = Math.max(9, Math.min(12, cell * 0.45));
  const isRoom = (field) => field.text && widthOf(field.text, size) + 4 <= wide && cell >= 15;
  const texts = shown.filter(isRoom);
  const everyRow = Math.max(1, Math.ceil(13 / cell));
  return {
    above: y.label,
    below: x.label,
    legend: ramp(
      shades,
      measured,
      shown.some((field) => field.is_bound),
      width,
    ),
    chart: plotted({
      width,
      height,
      marginLeft: left,
      marginRight: 4,
      marginTop: 4,
      marginBottom: bottom,
      x: {type: "band", domain: d3.range(x.words.length), axis: null, paddingInner: 0, paddingOuter: 0},
      y: {type: "band", domain: d3.range(y.words.length), axis: null, paddingInner: 0, paddingOuter: 0},
      marks: [
        Plot.axisX({
          ticks: d3.range(0, x.words.length, every),
          tickFormat: (column) => fitting(x.words[column], turned ? 110 : Math.max(wide * every - 4, 30)),
          tickRotate: turned ? -42 : 0,
          tickSize: 0,
          tickPadding: turned ? 4 : 7,
          label: null,
          fontSize: 12,
        }),
        Plot.axisY({
          ticks: d3.range(0, y.words.length, everyRow),
          tickFormat: (row) => fitting(y.words[row], left - 10),
          tickSize: 0,
          tickPadding: 6,
          label: null,
          fontSize: 12,
        }),
        Plot.cell(shown, {
          x: "column",
          y: "row",
          fill: {value: (field) => shades.fill(field.value), scale: null},
          inset: cell > 14 ? 0.6 : 0.25,
          rx: 1.5,
        }),
        Plot.cell(
          shown.filter((field) => field.is_bound),
          {x: "column", y: "row", fill: HATCH(), inset: cell > 14 ? 0.6 : 0.25, rx: 1.5},
        ),
        ...[false, true].map((bound) =>
          Plot.text(
            texts.filter((field) => field.is_bound === bound),
            {
              x: "column",
              y: "row",
              text: "text",
              fontSize: size,
              fontStyle: bound ? "italic" : null,
              fill: {value: (field) => shades.text(field.value), scale: null},
              stroke: bound ? "var(--heat-0)" : null,
              strokeWidth: 3,
            },
          ),
        ),
        Plot.tip(
          shown,
          Plot.pointer({
            x: "column",
            y: "row",
            title: (field) => field.told || field.text,
            maxRadius: Math.max(wide, cell),
            ...TIP,
          }),
        ),
      ],
    }),
  };
}

/** Which colour a value has, and what is read upon it. */
function shading(measured, fields) {
  const values = fields.map((field) => field.value).filter((value) => showable(measured, value));
  const scale = scaled(measured, values, [0, 1], {apart: 0.2});
  const place = (value) => (showable(measured, value) ? Math.min(1, Math.max(0, scale.at(value))) : 0);
  return {
    scale,
    fill: (value) => mixed(place(value)),
    text: (value) => `var(--heat-text-${place(value) < 0.39 ? 0 : place(value) < 0.61 ? 1 : 2})`,
  };
}

function mixed(place) {
  const [low, high, part] = place < 0.5 ? [0, 1, place * 2] : [1, 2, place * 2 - 1];
  return `color-mix(in oklab, var(--heat-${high}) ${(part * 100).toFixed(1)}%, var(--heat-${low}))`;
}

/** What the colours stand for. */
function ramp({scale}, measured, isBounded, width) {
  const wide = Math.min(width, 380);
  const steps = 60;
  const margin = 14;
  const at = (value) => margin + scale.at(value) * (wide - 2 * margin);
  const ticks = (measured.logarithmic ? logTicks : evenTicks)(measured, scale.domain, Math.floor(wide / 62));
  const strips = d3.range(steps).map((step) =>
    shape("rect", {
      x: margin + (step * (wide - 2 * margin)) / steps,
      y: 0,
      width: (wide - 2 * margin) / steps + 0.5,
      height: 12,
      fill: mixed((step + 0.5) / steps),
    }),
  );
  const numbers = ticks.map((tick) =>
    shape(
      "text",
      {x: at(tick), y: 28, "text-anchor": "middle", "font-size": 12, fill: "var(--muted)"},
      scale.tickFormat(tick),
    ),
  );
  const lines = ticks.map((tick) => shape("path", {d: `M${at(tick)} 12v4`, stroke: "var(--muted)"}));
  const box = element(
    "div",
    {class: "ramp"},
    element("div", {}, measured.label),
    shape(
      "svg",
      {width: wide, height: 32, viewBox: `0 0 ${wide} 32`, "aria-hidden": "true"},
      ...strips,
      ...lines,
      ...numbers,
    ),
  );
  if (isBounded) {
    const swatch = shape(
      "svg",
      {width: 18, height: 14, "aria-hidden": "true"},
      shape("rect", {width: 18, height: 14, fill: mixed(0.1)}),
      shape("rect", {width: 18, height: 14, fill: HATCH()}),
    );
    box.append(
      element(
        "ul",
        {class: "legend"},
        element("li", {}, swatch, element("span", {}, "hatched: none seen, so only an upper bound is known")),
      ),
    );
  }
  return box;
}
