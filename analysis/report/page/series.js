"use strict";
// Users' own models beside the published sixteen; one model in two files;
// checkpoint series.
TS.besideSection = function () {
  const rows = (TS.doc.analysis.beside_published || [])
    .filter((row) => row.num_columns > 0);
  if (rows.length === 0) return;
  TS.section("beside", "Beside the published models",
    TS.h("p", {}, "Each model ranked with the sixteen of the published board "
      + "(with the other fifteen, where it is one of them), in the columns whose values may stand beside the board's. Intervals are of its own "
      + "items; the published values stand as printed."),
    TS.table([
      { label: "Model", key: "model" },
      { label: "Columns", key: "num_columns", num: true, digits: 0 },
      { label: "Mean rank among them", num: true,
        sort: (row) => row.mean_rank,
        cell: (row) => TS.withRange(row.mean_rank, [row.low, row.high], 2) },
      { label: "Place", num: true, sort: (row) => row.place,
        cell: (row) => TS.withRange(row.place,
          [row.place_low, row.place_high], 0) },
      { label: "Published models, best first", sort: () => "",
        cell: (row) => Object.entries(row.published || {})
          .filter(([, rank]) => TS.isNumber(rank))
          .sort((a, b) => a[1] - b[1])
          .map(([name, rank]) => `${name} ${TS.number(rank, 2)}`)
          .join(", ") },
    ], rows, { caption: "Ranked with the published sixteen", tall: true,
      id: "beside-table" }).element);
};

// One model in two files, column by column.
TS.compareRows = function (pair) {
  const columns = new Map(TS.doc.columns.map((c, at) => [c.name, { ...c, at }]));
  return TS.doc.analysis.compare
    .filter((row) => `${row.before} → ${row.after}` === pair)
    .map((row) => {
      const column = columns.get(row.column);
      const better = column.direction * row.difference;
      return { ...row, order: column.at, dimension: column.dimension,
        isDrawn: column.unit === "1" && TS.isNumber(row.low),
        verdict: !TS.isAtMost(row.p_holm, 0.05) ? "cannot be told apart"
          : better > 0 ? "more trustworthy" : "less trustworthy" };
    });
};

TS.compareText = function (rows) {
  const told = rows.filter((row) => TS.isAtMost(row.p_holm, 0.05));
  const up = told.filter((row) => row.verdict === "more trustworthy").length;
  return `Of ${rows.length} columns ${told.length} differ by more than chance `
    + `(paired tests by item, Holm at 5 %): ${up} became more trustworthy, `
    + `${told.length - up} less. The others cannot be told apart.`;
};

TS.compareSection = function () {
  const list = TS.doc.analysis.compare || [];
  const pairs = [...new Set(list.map((r) => `${r.before} → ${r.after}`))];
  if (pairs.length === 0) return;
  const about = TS.h("p", {});
  const drawn = (rows) => rows.filter((row) => row.isDrawn);
  const figure = TS.figure("compare", drawn(TS.compareRows(pairs[0])),
    "Value in the later file less that in the earlier one, with its 95 % "
    + "interval, of columns with unit 1. At 0 nothing has changed.",
    [{ label: "Column", key: "column" },
      { label: "Difference", key: "difference", num: true },
      { label: "Low", key: "low", num: true },
      { label: "High", key: "high", num: true },
      { label: "Verdict", key: "verdict" }]);
  const table = TS.table([
    { label: "Column", key: "column" },
    { label: "Before", key: "value_before", num: true },
    { label: "After", key: "value_after", num: true },
    { label: "Difference", num: true, sort: (r) => r.difference,
      cell: (r) => [TS.number(r.difference), TS.h("span", { class: "range" },
        TS.range(r.low, r.high))] },
    { label: "p", key: "p", num: true, digits: 4 },
    { label: "p, Holm", key: "p_holm", num: true, digits: 4 },
    { label: "p, Benjamini-Hochberg", key: "p_bh", num: true, digits: 4 },
    { label: "Found 4 times of 5", key: "detectable", num: true },
    { label: "Verdict", key: "verdict" },
  ], TS.compareRows(pairs[0]), { caption: "Earlier and later file, every "
    + "column that both have", tall: true, id: "compare-table" });
  const choose = (pair) => {
    const rows = TS.compareRows(pair);
    about.textContent = TS.compareText(rows);
    figure.show(drawn(rows));
    table.show(rows);
  };
  TS.section("compare", "One model in two files",
    TS.h("div", { class: "controls" },
      TS.select("Model", pairs.map((p) => [p, p]), choose)),
    about, figure.figure, table.element);
  choose(pairs[0]);
};

// The checkpoints of one column: values, and where the level changes.
TS.seriesRows = function (series, row) {
  const column = TS.doc.columns.findIndex((c) => c.name === row.column);
  const profile = TS.doc.analysis.profile;
  const values = series.models.map((m, order) => {
    const at = TS.doc.models.findIndex((model) => model.name === m.model);
    const score = TS.score(profile, at, column);
    return { kind: "value", model: m.model, step: m.step, order,
      value: score.value, low: score.low, high: score.high,
      level: !row.change_shown ? null
        : order < series.models.findIndex((x) => x.model === row.change_at)
        ? row.before : row.after };
  }).filter((point) => TS.isNumber(point.value));
  return TS.isNumber(row.before) ? values
    : values.map((point) => ({ ...point, level: null }));
};

TS.seriesText = function (series, row) {
  const trend = TS.isAtMost(row.p_holm, 0.05)
    ? `it ${row.slope > 0 ? "rises" : "falls"}`
    : "neither rise nor fall can be told from chance";
  const change = !TS.isNumber(row.before) ? ""
    : !row.change_shown ? " No change of level can be told from chance."
      : ` The level changes most at ${row.change_at}, from `
        + `${TS.number(row.before)} to ${TS.number(row.after)} (medians), p `
        + `after Holm ${TS.number(row.change_p_holm)}.`;
  const span = `${row.column} over ${row.num} checkpoints: `
    + `${TS.number(row.first)} to ${TS.number(row.last)}`;
  if (!TS.isNumber(row.p)) return `${span}. No trend can be tested.${change}`;
  return `${span}, slope ${TS.digits(row.slope)} a step, p after Holm `
    + `${TS.number(row.p_holm)}: ${trend}.${change}`
    + (row.least_p > 0.05 ? " So few checkpoints cannot give a p below "
      + `${TS.digits(row.least_p)}: no trend can be shown with them.` : "");
};

TS.seriesSection = function () {
  const series = TS.doc.analysis.series;
  if (series && series.lack)
    TS.section("series", "Over the checkpoints", TS.h("p", {}, series.lack));
  if (!series || !series.rows || series.rows.length === 0) return;
  const about = TS.h("p", {});
  const figure = TS.figure("series", TS.seriesRows(series, series.rows[0]),
    "The value of each checkpoint with its 95 % interval; the dashed line is "
    + "the median before and after a change of level, where one can be told "
    + "from chance.",
    [{ label: "Checkpoint", key: "model" },
      { label: "Step", key: "step", num: true, digits: 0 },
      { label: "Value", key: "value", num: true },
      { label: "Low", key: "low", num: true },
      { label: "High", key: "high", num: true }]);
  const changed = (r) => (r.change_shown ? String(r.change_at) : "");
  // What moves most is shown first.
  const rows = series.rows.slice().sort((a, b) =>
    (TS.isNumber(a.p) ? a.p : 2) - (TS.isNumber(b.p) ? b.p : 2));
  const choose = (name) => {
    const row = series.rows.find((r) => r.column === name);
    about.textContent = TS.seriesText(series, row);
    figure.show(TS.seriesRows(series, row));
  };
  TS.section("series", "Over the checkpoints",
    TS.h("p", {}, `${series.models.map((m) => m.model).join(", ")}, in this `
      + "order: Theil-Sen slope by step with a permutation test, and one "
      + "change of level."),
    TS.h("div", { class: "controls" }, TS.select("Column",
      rows.map((r) => [r.column, r.column]), choose)),
    about, figure.figure,
    TS.table([
      { label: "Column", key: "column" },
      { label: "First", key: "first", num: true },
      { label: "Last", key: "last", num: true },
      { label: "Slope", num: true, sort: (r) => r.slope,
        cell: (r) => TS.digits(r.slope) },
      { label: "p", key: "p", num: true },
      { label: "p, Holm", key: "p_holm", num: true },
      { label: "Level changes at", key: "change_at",
        sort: changed, cell: (r) => changed(r) || "none shown" },
      { label: "Before", key: "before", num: true },
      { label: "After", key: "after", num: true },
      { label: "p of the change", key: "change_p", num: true },
      { label: "p of it, Holm", key: "change_p_holm", num: true },
    ], series.rows, { caption: "Trend of each column", tall: true,
      id: "series-table" }).element);
  choose(rows[0].column);
};
