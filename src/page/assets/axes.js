// What numbers are called, where the ticks of an axis are, and how far it reaches.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A number with so many significant digits at most, in groups of three. */
function plain(value, digits = 4) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    const raised = String(Number(power)).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");
    const factor = Number(mantissa);
    return factor === 1 ? `10${raised}` : `${factor} × 10${raised}`;
  }
  const whole = Math.floor(Math.log10(size)) + 1;
  return value.toLocaleString("en-GB", {
    useGrouping: size >= 1e4,
    maximumFractionDigits: Math.max(0, digits - Math.max(whole, 1) + (size < 1 ? 1 - whole : 0)),
  });
}

/** A length of time as people say it: 250 ms, 12.6 s, 1 m 30 s, 2 h. */
function time(value, digits = 4) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.9995e-3) return `${plain(value * 1e6, digits)} µs`;
  if (size < 0.9995) return `${plain(value * 1e3, digits)} ms`;
  if (size < 119.95) return size === MINUTE ? "1 m" : `${plain(value, digits)} s`;
  const [unit, name, part, parts] =
    size < 2 * HOUR ? [MINUTE, "m", 1, "s"] : size < 2 * DAY ? [HOUR, "h", MINUTE, "m"] : [DAY, "d", HOUR, "h"];
  let small = Math.round(size / part);
  const per = unit / part;
  const large = Math.floor(small / per);
  small -= large * per;
  return `${value < 0 ? "−" : ""}${large} ${name}${small ? ` ${small} ${parts}` : ""}`;
}

/** A number of an axis as a text. */
function told(axis, value, digits = 4) {
  if (axis.unit === "seconds") return time(value, digits);
  if (axis.unit === "share") return `${plain(value * 100, digits)} %`;
  return plain(value, digits);
}

/** The number of a tick: enough digits to tell it from its neighbours, without what the rounding of binary adds. */
function tickText(axis) {
  return (value) =>
    axis.unit === "seconds" && value >= MINUTE && value < 2 * MINUTE && value !== MINUTE
      ? `1 m ${plain(value - MINUTE)} s`
      : told(axis, Number(value.toPrecision(10)), 6);
}

const LONG = [
  1,
  2,
  5,
  10,
  15,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];

/** Round numbers between the ends of a linear axis, at most about so many. */
function evenTicks(axis, [low, high], most) {
  const finest = (high - low) / Math.max(most, 1);
  if (axis.unit === "seconds" && finest > 0.5) {
    const step = LONG.find((step) => step >= finest) ?? 28 * DAY * Math.ceil(finest / (28 * DAY));
    return d3.range(Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9) + 1).map((count) => count * step);
  }
  const power = 10 ** Math.floor(Math.log10(finest));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= finest * 0.999) ?? 10 * power;
  return d3
    .range(Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9) + 1)
    .map((count) => Number((count * step).toPrecision(12)));
}

/** Round numbers between the ends of a logarithmic axis, at most about so many. */
function logTicks(axis, [low, high], most) {
  const within = (value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const powers = (factors) =>
    d3
      .range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1)
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)));
  const long = [
    1,
    2,
    5,
    10,
    30,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
  ];
  const coarse = [1, 10, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 4 * DAY];
  const lists =
    axis.unit === "seconds"
      ? [
          [...powers([1, 2, 5]).filter((value) => value < 1), ...long],
          [...powers([1]).filter((value) => value < 1), ...coarse],
        ]
      : [powers([1, 2, 5]), powers([1])];
  for (const list of lists) {
    const ticks = list.filter(within);
    if (ticks.length <= most && ticks.length > 2) return ticks;
  }
  const ticks = lists[1].filter(within);
  // Within about a decade, even steps tell more than one or two powers.
  if (ticks.length > 1 && high / low > 30)
    return ticks.filter((_, place) => place % Math.ceil(ticks.length / most) === 0);
  return evenTicks(axis, [low, high], Math.min(most, 5)).filter((value) => value > 0);
}

/** An axis ready to be drawn: how far it reaches, where its ticks are, and at which pixel each value lies. */
function scaled(axis, values, range, {from = null, until = null, room = 0, apart = 80} = {}) {
  const known = values.filter((value) => Number.isFinite(value) && (!axis.logarithmic || value > 0));
  let [low, high] = known.length ? d3.extent(known) : axis.logarithmic ? [1, 10] : [0, 1];
  if (axis.logarithmic) {
    if (low === high) [low, high] = [low / 2, high * 2];
    const stretch = (high / low) ** room;
    [low, high] = [low / stretch, high * stretch];
  } else {
    if (from !== null) low = Math.min(from, low);
    if (until !== null) high = Math.max(until, high);
    if (low === high) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1];
    const stretch = (high - low) * room;
    if (from === null || low < from) low -= stretch;
    if (until === null || high > until) high += stretch;
  }
  const domain = [low, high];
  const most = Math.max(2, Math.floor(Math.abs(range[1] - range[0]) / apart));
  return {
    axis,
    domain,
    range,
    at: (axis.logarithmic ? d3.scaleLog : d3.scaleLinear)(domain, range),
    ticks: (axis.logarithmic ? logTicks : evenTicks)(axis, domain, most),
    tickFormat: tickText(axis),
    plot: {type: axis.logarithmic ? "log" : "linear", domain, range, axis: null, label: null},
  };
}

/** Where a number can be shown. */
function showable(axis, value) {
  return value !== null && Number.isFinite(value) && (!axis.logarithmic || value > 0);
}

/** The marks of a horizontal axis: fine upright lines, ticks and their numbers. */
function axisX(scale, {grid = true, anchor = "bottom"} = {}) {
  const marks = [
    Plot.axisX(scale.ticks, {
      anchor,
      tickFormat: scale.tickFormat,
      tickSize: 4,
      tickPadding: 4,
      label: null,
      fontSize: 12,
    }),
  ];
  if (grid) marks.unshift(Plot.gridX(scale.ticks, {stroke: "var(--grid)", strokeOpacity: 1}));
  return marks;
}

/** The marks of an upright axis. */
function axisY(scale) {
  return [
    Plot.gridY(scale.ticks, {stroke: "var(--grid)", strokeOpacity: 1}),
    Plot.axisY(scale.ticks, {tickFormat: scale.tickFormat, tickSize: 0, tickPadding: 6, label: null, fontSize: 12}),
  ];
}

/** How wide a text is, about: enough to keep texts apart. */
function widthOf(text, size = 12) {
  return String(text).length * size * 0.56 + 2;
}

/** A text that fits: its end gives way. */
function fitting(text, width, size = 12) {
  const most = Math.max(3, Math.floor((width - 2) / (size * 0.56)));
  const characters = [...String(text)];
  return characters.length <= most ? String(text) : `${characters.slice(0, most - 1).join("")}…`;
}

/** The room that the numbers of an upright axis take. */
function marginFor(scale) {
  return Math.max(24, 12 + d3.max(scale.ticks, (tick) => widthOf(scale.tickFormat(tick))) || 0);
}
