// Opens pages in a browser and looks at what a person would see, and at what must never happen. Called by
// `.ci/browser`: node browser.mjs CHROMIUM SCREENSHOTS PAGE…
import {mkdirSync, statSync, writeFileSync} from "node:fs";
import {basename, join, resolve} from "node:path";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const require = createRequire(join(process.cwd(), "package.json"));
const puppeteer = require("puppeteer-core");
const axe = require("axe-core").source;

const [executablePath, screenshots, ...pages] = process.argv.slice(2);
const LIMIT = 1_500_000;
const VIEWS = [
  {name: "light", width: 1280, height: 900, scheme: "light"},
  {name: "dark", width: 1280, height: 900, scheme: "dark"},
  {name: "phone", width: 360, height: 740, scheme: "light"},
  {name: "phone-dark", width: 360, height: 740, scheme: "dark"},
];

/** What each chart must have drawn, told from its figures; read in the page. */
function drawnWrongly() {
  const wrong = [];
  const rects = (svg) => svg.querySelectorAll('[aria-label="rect"] rect').length;
  const enough = {
    curves: (drawing, svg) =>
      svg.querySelectorAll('[aria-label="line"] path').length >=
      drawing.curves.filter((curve) => curve.places.length).length,
    stacks: (drawing, svg) =>
      rects(svg) === drawing.stacks.flatMap((stack) => stack.heights).filter((height) => height > 0).length,
    lanes: (drawing, svg) =>
      rects(svg) ===
      drawing.lanes
        .flatMap((lane) => [...lane.states, ...lane.beliefs])
        .filter((part) => part.until > drawing.from && part.from < drawing.until).length,
    ranges: (drawing, svg) =>
      svg.querySelectorAll('[aria-label="dot"] path, [aria-label="dot"] circle').length >=
      drawing.ranges.filter((range) => range.value !== null).length,
    fields: (drawing, svg) => svg.querySelector('[aria-label="cell"]').childElementCount === drawing.fields.length,
    points: (drawing, svg) =>
      svg.querySelectorAll('[aria-label="dot"] path, [aria-label="dot"] circle').length >=
      drawing.points.filter((point) => point.y > 0).length,
  };
  const size = {
    curves: (it) => it.curves.length,
    stacks: (it) => it.stacks.length,
    lanes: (it) => it.lanes.length,
    ranges: (it) => it.ranges.length,
    fields: (it) => it.fields.length,
    points: (it) => it.points.length,
  };
  for (const figure of document.querySelectorAll("figure.chart")) {
    const drawing = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const svg = figure.querySelector("svg.plot");
    const of = `${figure.id}, ${drawing.kind}`;
    if (!figure.classList.contains("drawn")) wrong.push(`${of}: not drawn`);
    else if (!size[drawing.kind](drawing)) svg && wrong.push(`${of}: drawn from nothing`);
    else if (!svg) figure.querySelector(".nothing") ?? wrong.push(`${of}: no picture`);
    else if (!enough[drawing.kind](drawing, svg)) wrong.push(`${of}: marks are missing`);
    if (svg && /NaN|undefined|Infinity/.test(svg.outerHTML.replace(/<text.*?<\/text>/gs, "")))
      wrong.push(`${of}: drawn at no place`);
  }
  return wrong;
}

/** What no text may ever have become; read in the page. */
function foreign() {
  const known =
    "html head meta title style body a div header button h1 h2 p dl dt dd noscript nav ol ul li main section figure figcaption script " +
    "span table thead tbody tr th td details summary footer svg g path rect circle text tspan pattern line clipPath defs";
  const names = new Set(known.split(" "));
  const out = [];
  for (const node of document.querySelectorAll("*")) {
    if (!names.has(node.localName)) {
      if (!(node.localName === "title" && node.namespaceURI.endsWith("svg"))) out.push(`<${node.localName}>`);
    }
    for (const {name, value} of node.attributes) {
      if (/^on/i.test(name)) out.push(`${node.localName} ${name}`);
      if (["href", "src", "action", "formaction"].includes(name) && !value.startsWith("#"))
        out.push(`${node.localName} ${name}=${value}`);
    }
  }
  if (document.querySelectorAll("script:not([type])").length !== 3) out.push("another script");
  return out;
}

/** What sticks out to the side; read in the page. */
function overflowing() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((node) => !node.closest(".table") && node.getBoundingClientRect().right > width + 1)
    .slice(0, 5)
    .map((node) => `${node.localName}.${node.getAttribute("class") ?? ""} of ${node.closest("[id]")?.id ?? ""}`);
}

async function look(browser, path, view, complain) {
  const page = await browser.newPage();
  const url = pathToFileURL(resolve(path)).href;
  const told = (what) => complain(`${basename(path)} (${view.name}): ${what}`);
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (request.url() === url) return request.continue();
    told(`asks for ${request.url()}`);
    return request.abort();
  });
  page.on("console", (message) => told(`${message.type()} on the console: ${message.text()}`));
  page.on("pageerror", (error) => told(`error: ${error.stack ?? error}`));
  page.on("dialog", (dialog) => {
    told(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.setViewport({width: view.width, height: view.height, deviceScaleFactor: 1});
  await page.emulateMediaFeatures([{name: "prefers-color-scheme", value: view.scheme}]);
  await page.goto(url, {waitUntil: "load"});
  const begin = Date.now();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  for (const what of await page.evaluate(drawnWrongly)) told(what);
  for (const what of await page.evaluate(foreign)) told(`holds what was a text: ${what}`);
  for (const what of await page.evaluate(overflowing)) told(`sticks out: ${what}`);
  await page.screenshot({
    path: join(screenshots, `${basename(path, ".html")}-${view.name}.png`),
    fullPage: true,
    captureBeyondViewport: true,
  });
  try {
    await hover(page, told);
    if (view.name === "light" && basename(path) !== "huge.html") await behave(page, told);
    await accessible(page, told);
    if (basename(path) === "report-run.html" && !view.name.startsWith("phone")) await picture(page, view);
  } catch (error) {
    told(`cannot be used: ${error.message}`);
  }
  await page.close();
  return Date.now() - begin;
}

/** Without scripts, what a chart shows is told in words. */
async function withoutScripts(browser, path, complain) {
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.setViewport({width: 1280, height: 900});
  await page.goto(pathToFileURL(resolve(path)).href);
  const silent = await page.$$eval(
    "figure .summary",
    (told) => told.filter((words) => words.textContent && words.getBoundingClientRect().height < 10).length,
  );
  if (silent) complain(`${basename(path)}: ${silent} charts are not told in words where there are no scripts`);
  await page.screenshot({path: join(screenshots, `${basename(path, ".html")}-no-scripts.png`), fullPage: true});
  await page.close();
}

/** The two charts that the README shows, alone on the page of the last run. */
async function picture(page, view) {
  await page.setViewport({width: 920, height: 900, deviceScaleFactor: 2});
  await page.evaluate(() => {
    const kind = (figure) => JSON.parse(figure.querySelector('script[type="application/json"]').textContent).kind;
    const shown = [...document.querySelectorAll("figure.chart")].filter((it) => ["stacks", "lanes"].includes(kind(it)));
    document.querySelector("main").replaceChildren(...shown);
    document.querySelectorAll(".facts, #theme, footer").forEach((it) => it.remove());
  });
  // Charts are drawn anew for the new width.
  await new Promise((done) => setTimeout(done, 1000));
  await page.screenshot({path: join(screenshots, `readme-${view.name}.png`), fullPage: true});
}

/** Moves over the charts: what is told then is a text too. */
async function hover(page, told) {
  for (const picture of (await page.$$("svg.plot")).slice(0, 8)) {
    await picture.scrollIntoView();
    const box = await picture.boundingBox();
    for (const part of [0.3, 0.5, 0.7])
      await page.mouse.move(box.x + box.width * part, box.y + Math.min(box.height, 700) * part);
  }
  for (const what of await page.evaluate(foreign)) told(`tells what was a text: ${what}`);
}

/** The switch, the links, and a sheet of paper. */
async function behave(page, told) {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await paper();
  await page.click("#theme");
  if ((await paper()) === before) told("the switch to dark does nothing");
  const file = `${page
    .url()
    .split("/")
    .at(-1)
    .replace(/\.html$/, "")}.pdf`;
  const pdf = await page.pdf({path: join(screenshots, file), format: "A4", printBackground: true, timeout: 180_000});
  if (!Buffer.from(pdf.subarray(0, 5)).equals(Buffer.from("%PDF-"))) told("cannot be printed");
  await page.emulateMediaType("print");
  if ((await paper()) !== "rgb(255, 255, 255)") told(`is printed on ${await paper()}`);
  const hidden = await page.evaluate(
    () =>
      [...document.querySelectorAll("details .table")].filter(
        (table) => !table.checkVisibility({contentVisibilityAuto: true}),
      ).length,
  );
  if (hidden) told(`${hidden} folded tables are not printed`);
  await page.emulateMediaType("screen");
  const link = await page.$("figure a.skip");
  if (link) {
    await link.focus();
    await page.keyboard.press("Enter");
    const reached = await page.evaluate(
      () =>
        location.hash.startsWith("#table-") &&
        document.querySelector(location.hash).getBoundingClientRect().top < innerHeight,
    );
    if (!reached) told("the way past a chart leads nowhere");
  }
  await page.click("#theme");
}

async function accessible(page, told) {
  // What axe brings along is not the page's own, whose policy would forbid it; isolated, it runs all the same.
  const {violations} =
    await page.evaluate(`(() => { const module = undefined, define = undefined; ${axe}; })(), axe.run(document, {resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})`);
  for (const {id, help, nodes} of violations) {
    told(
      `axe ${id}: ${help}: ${nodes.length} times, as ${nodes[0].html.slice(0, 160)} (${nodes[0].any[0]?.message ?? ""})`,
    );
  }
}

const complaints = [];
mkdirSync(screenshots, {recursive: true});
const browser = await puppeteer.launch({
  executablePath,
  headless: true,
  pipe: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
  ],
});
try {
  for (const path of pages) {
    const size = statSync(path).size;
    if (size > LIMIT) complaints.push(`${basename(path)} has ${size} bytes`);
    const times = [];
    for (const view of VIEWS) {
      times.push(await look(browser, path, view, (what) => complaints.push(what)));
    }
    await withoutScripts(browser, path, (what) => complaints.push(what));
    console.log(`${basename(path)}: ${size} bytes, looked at in ${times.join(", ")} ms`);
  }
} finally {
  await browser.close();
}
writeFileSync(join(screenshots, "complaints.txt"), complaints.map((what) => `${what}\n`).join(""));
for (const what of [...new Set(complaints)]) console.error(what);
process.exit(complaints.length ? 1 : 0);
