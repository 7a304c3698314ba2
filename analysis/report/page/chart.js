"use strict";
// Charts: a Vega-Lite declaration by name and the rows it shows, with a table
// of the same rows behind it.
TS.charts = [];

TS.colours = function () {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return { ink: of("--ink"), soft: of("--soft"), line: of("--line"),
    paper: of("--paper") };
};

TS.chartConfig = function () {
  const c = TS.colours();
  return {
    background: "transparent",
    view: { stroke: c.line },
    font: "system-ui, DejaVu Sans, sans-serif",
    axis: { labelColor: c.ink, titleColor: c.ink, gridColor: c.line,
      domainColor: c.soft, tickColor: c.soft, labelLimit: 240 },
    axisQuantitative: { tickCount: 8 },
    legend: { labelColor: c.ink, titleColor: c.ink, labelLimit: 240 },
    header: { labelColor: c.ink, titleColor: c.ink },
    text: { color: c.ink },
    rule: { color: c.soft },
    title: { color: c.ink },
  };
};

// At once, as a page that is printed does not wait.
TS.draw = function (chart) {
  const spec = JSON.parse(JSON.stringify(TS.specs[chart.name]));
  spec.config = Object.assign(TS.chartConfig(), spec.config);
  if (spec.width === "container") {
    spec.width = Math.max(220, chart.box.clientWidth - 190);
  }
  spec.datasets = { rows: chart.labels
    ? TS.placeLabels(chart.rows, chart.labels, spec.width, spec.height)
    : chart.rows };
  TS.fitLegend(spec, chart.box.clientWidth);
  const built = vega.parse(vegaLite.compile(spec).spec);
  if (chart.view) chart.view.finalize();
  chart.box.replaceChildren();
  chart.view = new vega.View(built, { renderer: "svg", hover: true })
    .initialize(chart.box);
  if (chart.onpick) {
    chart.view.addEventListener("click", (event, item) => {
      if (item && item.datum) chart.onpick(item.datum);
    });
  }
  TS.tooltip(chart.view);
  chart.view.run();
  const svg = chart.box.querySelector("svg");
  if (svg) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", chart.caption);
  }
};

// On a phone fewer entries stand side by side.
TS.fitLegend = function (spec, width) {
  const legend = ((spec.encoding || {}).color || {}).legend;
  if (legend && width < 500) legend.columns = legend.columns ? 2 : 3;
};

// Tooltips as text, next to the pointer.
TS.tooltip = function (view) {
  view.tooltip((handler, event, item, value) => {
    let tip = document.getElementById("tip");
    if (!tip) {
      tip = TS.h("div", { id: "tip", role: "tooltip" });
      document.body.append(tip);
    }
    if (!value) { tip.hidden = true; return; }
    const lines = typeof value === "object" ? Object.entries(value)
      .map(([key, text]) => TS.h("div", {}, `${key}: ${text}`))
      : [TS.h("div", {}, String(value))];
    tip.replaceChildren(...lines);
    tip.hidden = false;
    tip.style.left = `${Math.min(event.pageX + 12,
      document.documentElement.clientWidth - 240)}px`;
    tip.style.top = `${event.pageY + 12}px`;
  });
};

// A figure: drawn when it comes into view, and before the page is printed.
TS.figure = function (name, rows, caption, columns, options) {
  const settings = Object.assign({}, options);
  const box = TS.h("div", { class: "chart", id: `chart-${name}` });
  const chart = { name, rows, caption, box, onpick: settings.onpick,
    labels: settings.labels, isDrawn: false };
  const inTable = settings.rows || ((all) => all);
  const table = TS.table(columns, inTable(rows), { caption, tall: true });
  const figure = TS.h("figure", {}, box, TS.h("figcaption", {}, caption),
    TS.h("details", {}, TS.h("summary", {}, "The same as a table"),
      table.element));
  chart.show = function (more) {
    chart.rows = more;
    table.show(inTable(more));
    if (chart.isDrawn) TS.drawChecked(chart);
  };
  TS.charts.push(chart);
  TS.watch(chart);
  return { figure, show: chart.show };
};

TS.drawChecked = function (chart) {
  chart.isDrawn = true;
  try {
    TS.draw(chart);
  } catch (error) {
    chart.box.replaceChildren(TS.h("p", { class: "note warn" },
      `This chart could not be drawn: ${error.message}. `
      + "Its numbers are in the table below."));
    throw error;
  }
};

TS.watch = function (chart) {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      observer.disconnect();
      if (!chart.isDrawn) TS.drawChecked(chart);
    }
  }, { rootMargin: "300px" });
  observer.observe(chart.box);
};

TS.drawAll = () => TS.charts.filter((chart) => !chart.isDrawn)
  .forEach(TS.drawChecked);

TS.redraw = () => TS.charts.filter((chart) => chart.isDrawn)
  .forEach(TS.drawChecked);
