// What became of nodes, one lane for each, and beneath it what others thought of them.

const STATES = {
  crashed: {name: "crashed", fill: () => "var(--crashed)"},
  paused: {name: "stood still", fill: () => paint("paused", "var(--colour-3)", 5)},
  cut: {name: "cut off", fill: () => paint("cut", "var(--colour-0)", 1)},
  hindered: {name: "hindered", fill: () => paint("hindered", "var(--colour-5)", 2)},
};
const DEAD = "held dead";
const SUSPECTED = "suspected";
const BAR = 11;
const THIN = 5;
/** Between two bars, so that the outlines of both are seen. */
const GAP = 2;
const MOST_ROWS = 6;

function drawLanes({x, lanes, from, until}, width) {
  if (!lanes.length || !(until > from)) return null;
  const clipped = (parts) =>
    parts
      .filter((part) => part.until > from && part.from < until)
      .map((part) => ({...part, shownFrom: Math.max(from, part.from), shownUntil: Math.min(until, part.until)}));
  const packed = lanes.map((lane) => ({
    name: lane.name,
    states: clipped(lane.states),
    ...packedRows(clipped(lane.beliefs)),
  }));
  let below = 0;
  for (const lane of packed) {
    lane.top = below + 5;
    lane.bottom = lane.top + BAR + (lane.rows ? lane.rows * (THIN + GAP) + 1 : 0);
    below = lane.bottom + 5;
  }
  const longest = d3.max(packed, (lane) => widthOf(lane.name)) + 10;
  const frame = {left: Math.max(30, Math.min(longest, width < 500 ? 84 : 190)), right: 20, top: 22, bottom: 26};
  const height = frame.top + below + frame.bottom;
  const along = scaled(x, [from, until], [frame.left, width - frame.right], {apart: width < 500 ? 64 : 88});
  const states = packed.flatMap((lane) =>
    lane.states.map((state) => ({
      ...state,
      lane,
      y1: lane.top,
      y2: lane.top + BAR,
      fill: STATES[state.what]?.fill() ?? "var(--muted)",
    })),
  );
  const beliefs = packed.flatMap((lane) =>
    lane.beliefs.map((belief) => {
      const y1 = lane.top + BAR + GAP + 1 + belief.row * (THIN + GAP);
      return {
        ...belief,
        lane,
        y1: belief.dead ? y1 : y1 + 1.25,
        y2: belief.dead ? y1 + THIN : y1 + THIN - 1.25,
        fill: belief.dead ? "var(--dead)" : "var(--suspected)",
      };
    }),
  );
  return {
    above: null,
    below: x.label,
    legend: lanesLegend(states, beliefs),
    chart: plotted({
      width,
      height,
      marginLeft: frame.left,
      marginRight: frame.right,
      marginTop: frame.top,
      marginBottom: frame.bottom,
      x: along.plot,
      y: {type: "linear", domain: [0, below], range: [frame.top, frame.top + below], axis: null},
      marks: [
        ...axisX(along),
        ...axisX(along, {grid: false, anchor: "top"}),
        // Up, and nothing to tell: a fine line.
        Plot.ruleY(packed, {
          y: (lane) => lane.top + BAR / 2,
          x1: () => from,
          x2: () => until,
          stroke: "var(--line)",
          strokeWidth: 3,
        }),
        Plot.text(packed, {
          x: () => from,
          y: (lane) => lane.top + BAR / 2,
          text: (lane) => fitting(lane.name, frame.left - 8),
          textAnchor: "end",
          dx: -8,
          fontSize: 12,
        }),
        bars(states, {least: 2.5}),
        bars(
          beliefs.filter((belief) => !belief.wrong),
          {least: 2},
        ),
        bars(
          beliefs.filter((belief) => belief.wrong),
          {least: 3, stroke: "var(--ink)", strokeWidth: 0.9},
        ),
        tip(pointed(states, beliefs, x, along)),
      ],
    }),
  };
}

/** Bars that can be seen however short they are. */
function bars(parts, {least, ...options}) {
  const wide = (index, scales, values, dimensions, context, next) => {
    const drawn = next(index, scales, values, dimensions, context);
    for (const rect of drawn.querySelectorAll("rect"))
      if (Number(rect.getAttribute("width")) < least) rect.setAttribute("width", least);
    return drawn;
  };
  return Plot.rect(parts, {
    x1: "shownFrom",
    x2: "shownUntil",
    y1: "y1",
    y2: "y2",
    fill: {value: "fill", scale: null},
    render: wide,
    ...options,
  });
}

/** Beliefs in rows, so that those of several observers do not lie upon each other; too many of them do. */
function packedRows(beliefs) {
  const ends = [];
  const sorted = [...beliefs].sort((a, b) => a.from - b.from || a.until - b.until);
  for (const belief of sorted) {
    let row = ends.findIndex((end) => end <= belief.from);
    if (row < 0) row = ends.length < MOST_ROWS ? ends.push(0) - 1 : d3.leastIndex(ends);
    ends[row] = Math.max(ends[row], belief.until);
    belief.row = row;
  }
  return {beliefs: sorted, rows: ends.length};
}

/** Long bars can be pointed at wherever they are. */
function pointed(states, beliefs, x, along) {
  const spread = (part, title) => {
    const [begin, end] = [along.at(part.shownFrom), along.at(part.shownUntil)];
    const steps = Math.max(1, Math.round((end - begin) / 30));
    return d3.range(steps).map((step) => ({
      x: along.at.invert(begin + ((end - begin) * (step + 0.5)) / steps),
      y: (part.y1 + part.y2) / 2,
      title,
    }));
  };
  const span = (part) => `${told(x, part.from, 6)} to ${told(x, part.until, 6)}: ${time(part.until - part.from)}`;
  return [
    ...states.flatMap((state) =>
      spread(
        state,
        [`${state.lane.name} ${STATES[state.what]?.name ?? ""}`, span(state), ...(state.note ? [state.note] : [])].join(
          "\n",
        ),
      ),
    ),
    ...beliefs.flatMap((belief) =>
      spread(
        belief,
        `${belief.observer} ${belief.dead ? "held" : "suspected"} ${belief.lane.name}${belief.dead ? " dead" : ""}${belief.wrong ? ", wrongly" : ""}\n${span(belief)}`,
      ),
    ),
  ];
}

function lanesLegend(states, beliefs) {
  const entries = [[sample(18, shape("path", {d: "M1 7H17", stroke: "var(--line)", "stroke-width": 3})), "up"]];
  for (const [what, {name, fill}] of Object.entries(STATES)) {
    if (states.some((state) => state.what === what)) entries.push([sampleOfSurface(fill()), name]);
  }
  if (beliefs.some((belief) => !belief.dead))
    entries.push([sampleOfSurface("var(--suspected)", {height: 3}), SUSPECTED]);
  if (beliefs.some((belief) => belief.dead)) entries.push([sampleOfSurface("var(--dead)", {height: 6}), DEAD]);
  if (beliefs.some((belief) => belief.wrong))
    entries.push([sampleOfSurface("var(--dead)", {height: 6, stroke: "var(--ink)"}), "outlined: wrongly, it was up"]);
  return legend(entries);
}
