// Colours, shapes, patterns and legends. Nothing is told by colour alone: lines have dashes and shapes, surfaces have
// patterns. Texts are only ever set as texts.

const SVG = "http://www.w3.org/2000/svg";
const SYMBOLS = ["circle", "square", "triangle", "diamond", "cross", "star", "wye", "times"];

function colour(number) {
  return `var(--colour-${number % 8})`;
}

/** Those after the eighth begin again, in another shape. */
function symbol(number) {
  return SYMBOLS[(number + Math.floor(number / 8)) % 8];
}

/** How the dots of a number look. A shape that is only lines cannot be edged. */
function dots(number, options = {}) {
  const mark = symbol(number);
  return mark === "times"
    ? {symbol: mark, stroke: colour(number), strokeWidth: 2, r: options.r}
    : {symbol: mark, fill: colour(number), stroke: "var(--paper)", strokeWidth: 1, ...options};
}

/** An element of HTML with attributes, and children that are elements or texts. */
function element(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** An element of SVG. */
function shape(name, attributes, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) if (value !== null) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// Lines in a tile of eight by eight, each telling a surface from others of nearly the same colour.
const TEXTURES = [
  [],
  ["M-2 2L2 -2M0 8L8 0M6 10L10 6"],
  ["M2 2h.01M6 6h.01"],
  ["M-2 6L2 10M0 0L8 8M6 -2L10 2"],
  ["M0 2h8M0 6h8"],
  ["M2 0v8M6 0v8"],
  ["M0 4h8M4 0v8"],
  ["M-2 2L2 -2M0 8L8 0M6 10L10 6M-2 6L2 10M0 0L8 8M6 -2L10 2"],
];

/** A surface of a colour with a texture, made once. */
function paint(name, fill, texture, stroke = "var(--paper)", opacity = 0.75) {
  const id = `paint-${name}`;
  if (!document.getElementById(id)) {
    let shelf = document.querySelector("svg.paints");
    if (!shelf) document.body.append((shelf = shape("svg", {class: "paints", "aria-hidden": "true"})));
    const lines = TEXTURES[texture].map((d) =>
      shape("path", {
        d,
        stroke,
        "stroke-opacity": opacity,
        fill: "none",
        "stroke-linecap": "round",
        "stroke-width": texture === 2 ? 2.4 : 1.3,
      }),
    );
    shelf.append(
      shape(
        "pattern",
        {id, width: 8, height: 8, patternUnits: "userSpaceOnUse"},
        shape("rect", {width: 8, height: 8, fill}),
        ...lines,
      ),
    );
  }
  return `url(#${id})`;
}

/** The surface of a sort. */
function surface(number) {
  const texture = (number + Math.floor(number / 8) * 3) % 8;
  return texture === 0 ? colour(number) : paint(`${number % 8}-${texture}`, colour(number), texture);
}

const HATCH = () => paint("bound", "transparent", 1, "var(--ink)", 0.26);

/** A small picture in a legend. */
function sample(width, ...children) {
  return shape("svg", {width, height: 14, viewBox: `0 0 ${width} 14`, "aria-hidden": "true"}, ...children);
}

function sampleOfLine(stroke, width, dash, mark = null) {
  const line = shape("path", {d: "M1 7H27", stroke, "stroke-width": width, "stroke-dasharray": dash, fill: "none"});
  return mark === null ? sample(28, line) : sample(28, line, sampleOfSymbol(mark, stroke, 14));
}

function sampleOfSymbol(mark, fill, at = 7, {hollow = false, size = 44} = {}) {
  const type =
    {
      circle: d3.symbolCircle,
      square: d3.symbolSquare,
      triangle: d3.symbolTriangle,
      diamond: d3.symbolDiamond,
      cross: d3.symbolCross,
      star: d3.symbolStar,
      wye: d3.symbolWye,
      times: d3.symbolX,
    }[mark] ?? d3.symbolCircle;
  const stroked = mark === "times";
  return shape("path", {
    d: d3.symbol(type, size)(),
    transform: `translate(${at} 7)`,
    fill: hollow || stroked ? "none" : fill,
    stroke: fill,
    "stroke-width": stroked ? 2 : 1.2,
  });
}

function sampleOfSurface(fill, {stroke = null, height = 12} = {}) {
  return sample(
    18,
    shape("rect", {x: 1, y: (14 - height) / 2, width: 16, height, fill, stroke, "stroke-width": stroke ? 1.5 : null}),
  );
}

/** A legend: pictures and what they stand for. Nobody reads one of hundreds; pointed at, a thing tells its name. */
function legend(entries, most = 24) {
  if (!entries.length) return null;
  const items = entries.slice(0, most).map(([picture, name]) => element("li", {}, picture, element("span", {}, name)));
  if (entries.length > most) items.push(element("li", {}, `and ${entries.length - most} more`));
  return element("ul", {class: "legend"}, ...items);
}

/** How high a chart is that could have any height: less on a phone and on paper. */
function heightFor(width, high) {
  return Math.round(high * (width < 500 ? 0.8 : width < 720 ? 0.84 : 1));
}

/** A text that is told when something is pointed at. */
const TIP = {
  fill: "var(--paper)",
  stroke: "var(--line)",
  fontSize: 12.5,
  lineHeight: 1.3,
  textPadding: 9,
  pointerSize: 8,
};

function tip(places, pointer = Plot.pointer) {
  return Plot.tip(places, pointer({x: "x", y: "y", title: "title", maxRadius: 32, ...TIP}));
}

/** The labels of places, none upon another: each takes the first free place around what it belongs to. */
function placed(labels, {left, right, top, bottom}, taken = []) {
  const free = [...taken];
  const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const out = [];
  for (const label of labels) {
    const wide = widthOf(label.text);
    const tries = [
      [8, -10, "start"],
      [-8, -10, "end"],
      [8, 11, "start"],
      [-8, 11, "end"],
      [10, 0, "start"],
      [-10, 0, "end"],
      [0, -15, "middle"],
      [0, 15, "middle"],
      [14, -26, "start"],
      [-14, -26, "end"],
      [14, 26, "start"],
      [-14, 26, "end"],
      [0, -40, "middle"],
      [0, 40, "middle"],
    ];
    for (const [dx, dy, textAnchor] of tries) {
      const begin = label.px + dx - (textAnchor === "end" ? wide : textAnchor === "middle" ? wide / 2 : 0);
      const box = [begin, label.py + dy - 7, begin + wide, label.py + dy + 7];
      if (
        box[0] < left ||
        box[2] > right ||
        box[1] < top ||
        box[3] > bottom ||
        free.some((other) => overlaps(box, other))
      )
        continue;
      free.push(box);
      out.push({...label, dx, dy, textAnchor});
      break;
    }
  }
  return out;
}

/** A chart of the library, in the page's own dress. */
function plotted(options) {
  const chart = Plot.plot({className: "plot", ...options, marks: options.marks.filter(Boolean)});
  // The picture as a whole has a name and a description; its parts have nothing to add.
  chart.setAttribute("aria-hidden", "true");
  return chart;
}
