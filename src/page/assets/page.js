// Draws what each figure of the page holds as JSON, at the width that there is: on a screen, on a phone, on paper.

const DRAWINGS = {
  curves: drawCurves,
  stacks: drawStacks,
  lanes: drawLanes,
  ranges: drawRanges,
  fields: drawFields,
  points: drawPoints,
};
/** The width of a sheet of A4 between its margins. */
const PAPER = 680;

const charts = Array.from(document.querySelectorAll("figure.chart"), (figure) => ({
  figure,
  place: figure.querySelector(".drawing"),
  drawing: JSON.parse(figure.querySelector("script").textContent),
  width: 0,
}));

function draw(chart, width) {
  if (width === chart.width || width < 50) return;
  chart.width = width;
  let drawn = null;
  try {
    drawn = DRAWINGS[chart.drawing.kind](chart.drawing, width);
  } catch (error) {
    // One chart that cannot be drawn is no reason to go without the others.
    console.error(error);
  }
  const line = (text, side) => (text ? [element("p", {class: `axis ${side}`}, text)] : []);
  chart.place.replaceChildren(
    ...(drawn
      ? [
          ...(drawn.legend ? [drawn.legend] : []),
          ...line(drawn.above, "over"),
          drawn.chart,
          ...line(drawn.below, "under"),
        ]
      : [element("p", {class: "nothing"}, "Nothing to draw.")]),
  );
  chart.figure.classList.add("drawn");
}

for (const chart of charts) draw(chart, chart.figure.clientWidth);

let isPrinting = false;
new ResizeObserver(() => {
  if (!isPrinting) for (const chart of charts) draw(chart, chart.figure.clientWidth);
}).observe(document.querySelector(".sheet"));

const folded = () => document.querySelectorAll("details");
addEventListener("beforeprint", () => {
  isPrinting = true;
  for (const details of folded()) {
    details.dataset.open = details.open;
    details.open = true;
  }
  for (const chart of charts) draw(chart, PAPER);
});
addEventListener("afterprint", () => {
  isPrinting = false;
  for (const details of folded()) details.open = details.dataset.open === "true";
  for (const chart of charts) draw(chart, chart.figure.clientWidth);
});

// A link to a folded table unfolds it.
addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.querySelector("summary").focus();
  }
});

const theme = document.getElementById("theme");
const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};
const nameTheme = () => {
  theme.textContent = isDark() ? "Light" : "Dark";
};
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
theme.hidden = false;
nameTheme();
