// Lines over an axis.

function drawCurves({x, y, curves, marks}, width) {
  const shown = curves
    .map((curve) => ({
      ...curve,
      places: curve.places.filter(([a, b]) => showable(x, a) && showable(y, b)),
      band: curve.band.filter(([a, low, high]) => showable(x, a) && showable(y, low) && showable(y, high)),
    }))
    .filter((curve) => curve.places.length);
  if (!shown.length) return null;
  const across = shown.flatMap((curve) => curve.places.map((place) => place[0]));
  const upright = shown.flatMap((curve) => [
    ...curve.places.map((place) => place[1]),
    ...curve.band.flatMap((band) => band.slice(1)),
  ]);
  const flagged = marks.filter((mark) => showable(x, mark.at));
  const highest = d3.max(upright);
  const until = y.unit === "share" && highest > 0.5 && highest <= 1 ? 1 : null;
  const height = heightFor(width, 320);
  const sketch = scaled(y, upright, [height - 28, 0], {from: 0, until, apart: 46, room: 0.04});
  const frame = {left: marginFor(sketch), right: 20, bottom: 28};
  const along = scaled(x, [...across, ...flagged.map((mark) => mark.at)], [frame.left, width - frame.right], {
    apart: width < 500 ? 64 : 88,
    room: 0.01,
    ...(d3.min(across) >= 0 && !x.logarithmic && d3.min(across) < 0.3 * d3.max(across) ? {from: 0} : {}),
  });
  const flags = flagRows(flagged, along, frame.left, width - frame.right);
  frame.top = 8 + flags.rows * 16;
  const up = scaled(y, upright, [height + flags.rows * 16 - frame.bottom, frame.top], {
    from: 0,
    until,
    apart: 46,
    room: 0.04,
  });
  const looks = curveLooks(shown);
  const thin = shown.map((curve) => ({...curve, places: thinned(curve.places, along.at)}));
  const several = looks.filter((look) => look.mark !== null).length;
  return {
    above: y.label,
    below: x.label,
    legend: legend(
      shown.map((curve, place) => [
        sampleOfLine(looks[place].stroke, looks[place].width, looks[place].dash, looks[place].mark),
        curve.name,
      ]),
    ),
    chart: plotted({
      width,
      height: height + flags.rows * 16,
      marginLeft: frame.left,
      marginRight: frame.right,
      marginTop: frame.top,
      marginBottom: frame.bottom,
      x: along.plot,
      y: up.plot,
      marks: [
        ...axisY(up),
        ...axisX(along),
        ...thin.map(
          (curve, place) =>
            curve.band.length > 1 &&
            Plot.areaY(curve.band, {
              x: "0",
              y1: "1",
              y2: "2",
              fill: looks[place].stroke,
              fillOpacity: 0.16,
              curve: curve.stepped ? "step-after" : "linear",
            }),
        ),
        ...flagMarks(flags, up),
        ...thin.map((curve, place) => curveMarks(curve, looks[place], several > 0 ? place / shown.length : 0)).flat(),
        ...curveTips(thin, x, y),
        tip(flags.bare.map((flag) => ({x: flag.at, y: up.domain[1], title: `${flag.label}\n${told(x, flag.at)}`}))),
      ],
    }),
  };
}

/** What was simulated is drawn through, each in its own colour; what theory says is dashed, in ink. */
function curveLooks(curves) {
  const seen = curves.filter((curve) => curve.role === "seen").length;
  let number = 0;
  let theory = 0;
  return curves.map((curve) => {
    if (curve.role === "theory")
      return {stroke: "var(--ink)", width: 1.6, dash: ["7 4", "2 3", "10 3 2 3", "4 2"][theory++ % 4], mark: null};
    const look = {stroke: colour(number), width: 2.4, dash: null, mark: seen > 1 ? symbol(number) : null, number};
    number += 1;
    return look;
  });
}

function curveMarks(curve, look, shift) {
  const line = {
    x: "0",
    y: "1",
    stroke: look.stroke,
    strokeWidth: look.width,
    strokeDasharray: look.dash,
    strokeLinejoin: "round",
    curve: curve.stepped ? "step-after" : "linear",
  };
  const marks = [Plot.line(curve.places, line)];
  const places = curve.places.length;
  const few =
    places <= 14
      ? curve.places
      : d3.range(6).map((count) => curve.places[Math.floor(((count + 0.3 + 0.6 * shift) / 6) * places)]);
  if (look.mark !== null)
    marks.push(
      Plot.dot(few, {
        x: "0",
        y: "1",
        ...dots(look.number, {r: 4}),
      }),
    );
  else if (places === 1) marks.push(Plot.dot(curve.places, {x: "0", y: "1", r: 4, fill: look.stroke}));
  return marks;
}

/** Of places that fall on the same pixel, the first, the last, the lowest and the highest: the line looks the same. */
function thinned(places, at) {
  if (places.length < 2000) return places;
  return d3
    .groups(places, (place) => Math.round(at(place[0])))
    .flatMap(([, group]) => {
      const kept = new Set([
        group[0],
        d3.least(group, (place) => place[1]),
        d3.greatest(group, (place) => place[1]),
        group.at(-1),
      ]);
      return group.filter((place) => kept.has(place));
    });
}

/** The labels of upright lines, in as many rows as keep them apart. */
function flagRows(marks, along, left, right) {
  const ends = [];
  const flags = marks
    .map((mark) => ({...mark, px: along.at(mark.at)}))
    .sort((a, b) => a.px - b.px)
    .map((mark) => {
      const short = fitting(mark.label, Math.min(220, right - left));
      const wide = widthOf(short);
      const begin = mark.px + 4 + wide <= right + 16 ? mark.px + 4 : mark.px - 4 - wide;
      let row = ends.findIndex((end) => end + 6 <= begin);
      if (row < 0) row = ends.push(-Infinity) - 1;
      ends[row] = Math.max(begin + wide, mark.px + 4);
      return {...mark, short, row, before: begin < mark.px};
    });
  // With very many, the labels of those after the sixth row are left to whoever points at them.
  return {flags: flags.filter((flag) => flag.row < 6), bare: flags, rows: Math.min(6, ends.length)};
}

function flagMarks({flags, bare, rows}, up) {
  const [bottom, top] = up.range;
  const value = (pixel) => up.at.invert(pixel);
  return [
    Plot.ruleX(bare, {
      x: "at",
      y1: () => value(bottom),
      y2: (flag) => value(top - (rows - Math.min(flag.row, rows)) * 16 + 4),
      stroke: "var(--muted)",
      strokeWidth: 1,
      strokeDasharray: "3 3",
    }),
    ...[false, true].map((before) =>
      Plot.text(
        flags.filter((flag) => flag.before === before),
        {
          x: "at",
          y: (flag) => value(top - (rows - flag.row) * 16 + 8),
          text: "short",
          textAnchor: before ? "end" : "start",
          dx: before ? -4 : 4,
          fill: "var(--muted)",
          stroke: "var(--paper)",
          strokeWidth: 4,
        },
      ),
    ),
  ];
}

function curveTips(curves, x, y) {
  const places = curves.flatMap((curve) => {
    const step = Math.ceil(curve.places.length / 600);
    return curve.places
      .filter((_, place) => place % step === 0)
      .map(([a, b]) => ({
        x: a,
        y: b,
        title: `${curve.name}\n${told(x, a)}: ${told(y, b)}`,
      }));
  });
  return [Plot.dot(places, Plot.pointer({x: "x", y: "y", r: 4, fill: "var(--ink)", maxRadius: 32})), tip(places)];
}
