// Vega-Lite without eval: expressions are interpreted, so that the strict Content-Security-Policy holds.
import { compile } from "vega-lite";
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";

const FRENCH_NUMBERS = { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u00a0€"], percent: "\u00a0%" };
const FRENCH_DAYS = {
  dateTime: "%A %e %B %Y à %X", date: "%d/%m/%Y", time: "%H:%M:%S", periods: ["", ""],
  days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
  shortDays: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
  months: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
  shortMonths: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
};

// Eight colours told apart by people who do not see red and green the same way, dark enough for white.
const COLOURS = ["#0b5563", "#c8632f", "#5b7f2b", "#7a4a8c", "#8a6d1d", "#2f6fb0", "#a3355c", "#545d69"];
const FONT = "Atkinson Hyperlegible Next Variable, system-ui, sans-serif";
const config = {
  background: null,
  font: FONT,
  view: { stroke: null },
  axis: { labelColor: "#16202b", titleColor: "#16202b", gridColor: "#e4e8ee", domainColor: "#98a2b0", tickColor: "#98a2b0", labelFontSize: 13, titleFontSize: 13, titleFontWeight: 600, labelLimit: 220, titlePadding: 10 },
  axisQuantitative: { tickCount: 6 },
  legend: { labelColor: "#16202b", titleColor: "#16202b", labelFontSize: 13, titleFontSize: 13, orient: "top", labelLimit: 260 },
  header: { labelFontSize: 13, titleFontSize: 13 },
  range: { category: COLOURS, ramp: ["#e3eef0", "#0b5563"], heatmap: ["#e3eef0", "#0b5563"] },
  mark: { color: COLOURS[0] },
  bar: { cornerRadiusEnd: 2 },
  line: { strokeWidth: 2.5 },
  point: { size: 60, filled: true },
  area: { opacity: 0.35, line: true },
  text: { fontSize: 13, color: "#16202b" },
};

function save(view, element, kind) {
  const name = `${element.id || "graphique"}.${kind}`;
  return view.toImageURL(kind, kind === "png" ? 2 : 1).then((url) => {
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
  });
}

export async function draw(element) {
  const answer = await fetch(element.dataset.chart, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${element.dataset.chart}: ${answer.status}`);
  const spec = await answer.json();
  const drawing = element.querySelector("[data-drawing]");
  drawing.hidden = false;
  if (!spec.hconcat && !spec.vconcat && !spec.concat && !spec.facet && !spec.repeat) {
    spec.width ??= "container";
    spec.height ??= Number(element.dataset.height);
    spec.autosize ??= { type: "fit", contains: "padding" };
  }
  delete spec.title; // the caption already says it
  const { spec: full } = compile(spec, { config });
  const isFrench = document.documentElement.lang !== "en";
  const locale = isFrench ? { number: FRENCH_NUMBERS, time: FRENCH_DAYS } : undefined;
  const loader = vega.loader({ http: { credentials: "same-origin" } });
  const view = new vega.View(vega.parse(full, {}, { ast: true }), {
    expr: expressionInterpreter, renderer: "svg", container: drawing, hover: true, loader, locale, logLevel: vega.Error,
  });
  await view.runAsync();
  new ResizeObserver(() => view.resize().runAsync()).observe(drawing);
  const actions = element.querySelector("[data-actions]");
  actions.hidden = false;
  for (const button of actions.querySelectorAll("[data-save]")) button.addEventListener("click", () => save(view, element, button.dataset.save));
  const twin = element.querySelector("details[data-twin]");
  if (twin) twin.open = false; // the drawing is there: the table folds, one click away
}
