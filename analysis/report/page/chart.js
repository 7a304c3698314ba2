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

// On a phone as much as fits stands in a chart; there its axes have fewer
// ticks, long names are cut with an ellipsis (the tooltip has them whole) and
// the legend's entries stand in as many columns as have room.
TS.isNarrow = (chart) => chart.box.clientWidth < 560;

TS.domains = (spec) => (typeof spec !== "object" || spec === null ? []
  : Object.entries(spec).flatMap(([key, value]) => (key === "domain"
    && value.every((x) => typeof x === "string") ? value
    : TS.domains(value))));

TS.fitConfig = function (spec, room) {
  const config = spec.config;
  const longest = Math.max(0, ...TS.domains(spec).map((x) => x.length));
  config.axis.labelLimit = 132;
  config.axis.titleLimit = room - 130;
  config.axis.titleFontSize = 10;
  config.axisQuantitative.tickCount = 5;
  config.legend.labelLimit = room - 60;
  config.legend.columns = Math.max(1,
    Math.floor((room - 140) / (7 * longest + 20)));
  for (const layer of [spec, ...(spec.layer || [])]) {
    const legend = ((layer.encoding || {}).color || {}).legend;
    if (legend) delete legend.columns;
  }
};

// Waits for what is computed only, and so is done before a page is printed.
TS.render = async function (chart, width, rows) {
  const spec = JSON.parse(JSON.stringify(TS.specs[chart.name]));
  spec.config = Object.assign(TS.chartConfig(), spec.config);
  if (TS.isNarrow(chart)) {
    TS.fitConfig(spec, chart.box.clientWidth);
    if (chart.fit) chart.fit(spec, chart.box.clientWidth);
  }
  if (width) spec.width = width;
  spec.datasets = { rows };
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
  await chart.view.runAsync();
  return chart.box.querySelector("svg");
};

// The first drawing tells how wide the axes are and where the points lie; the
// second one, where it is needed, fills the width and has names at the points.
TS.draw = async function (chart) {
  const turn = chart.turn = (chart.turn || 0) + 1;
  const room = chart.box.clientWidth;
  const isWide = !TS.isNarrow(chart);
  let width = TS.specs[chart.name].width === "container"
    ? Math.max(140, room - (isWide ? 190 : 120)) : null;
  let svg = await TS.render(chart, width, chart.labels
    ? TS.placeLabels(chart.rows, chart.labels, null) : chart.rows);
  if (chart.turn !== turn) return;
  // What is drawn and the padding: the size of the svg follows only later.
  const over = svg && width ? svg.getBBox().width + 10 - room : 0;
  if (chart.labels || (width && (over > 0 || !isWide))) {
    const beside = chart.labels && isWide ? 130 : 0;
    width = width && Math.max(140, Math.floor(width - over - beside));
    svg = await TS.render(chart, width, chart.labels ? TS.placeLabels(chart.rows,
      chart.labels, { x: chart.view.scale("x"), y: chart.view.scale("y"),
        wider: width / chart.view.width(), width: width + beside,
        height: chart.view.height() }) : chart.rows);
    if (chart.turn !== turn) return;
  }
  if (svg) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", chart.caption);
    chart.watch(svg);
  }
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
  const box = TS.h("div", { class: "chart", id: `chart-${name}`,
    role: "region", "aria-label": caption });
  const { element, watch } = TS.scrollBox(box, ["more of the chart beside this"]);
  const chart = { name, rows, caption, box, onpick: settings.onpick,
    labels: settings.labels, fit: settings.fit, watch, isDrawn: false };
  const inTable = settings.rows || ((all) => all);
  const table = TS.table(columns, inTable(rows), { caption, tall: true });
  const figure = TS.h("figure", {}, element, TS.h("figcaption", {}, caption),
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

TS.drawChecked = async function (chart) {
  chart.isDrawn = true;
  try {
    await TS.draw(chart);
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

TS.drawAll = () => Promise.all(TS.charts.filter((chart) => !chart.isDrawn)
  .map(TS.drawChecked)).then(() => undefined);

TS.redraw = () => Promise.all(TS.charts.filter((chart) => chart.isDrawn)
  .map(TS.drawChecked)).then(() => undefined);
