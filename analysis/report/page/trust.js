"use strict";
// What the benchmark asks: trust against utility, proprietary against open,
// over-alignment, spread, the paper's statements, the sheet of the models.
TS.tValues = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2,
  2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09];

// The least-squares line through the points with its 95 % band, as rows; no
// rank is better than 1 or worse than `last`.
TS.band = function (points, last) {
  const n = points.length;
  if (n < 4) return [];
  const mean = (key) => points.reduce((sum, p) => sum + p[key], 0) / n;
  const x = mean("utility");
  const y = mean("mean_rank");
  const sxx = points.reduce((sum, p) => sum + (p.utility - x) ** 2, 0);
  if (sxx === 0) return [];
  const slope = points.reduce((sum, p) =>
    sum + (p.utility - x) * (p.mean_rank - y), 0) / sxx;
  const rest = points.reduce((sum, p) =>
    sum + (p.mean_rank - y - slope * (p.utility - x)) ** 2, 0);
  const t = TS.tValues[n - 3] || 1.96;
  const low = Math.min(...points.map((p) => p.utility));
  const high = Math.max(...points.map((p) => p.utility));
  return Array.from({ length: 21 }, (_, i) => {
    const utility = low + (high - low) * i / 20;
    const half = t * Math.sqrt(rest / (n - 2)
      * (1 / n + (utility - x) ** 2 / sxx));
    const line = y + slope * (utility - x);
    const inside = (rank) => Math.min(last, Math.max(1, rank));
    return { utility, line: inside(line), low: inside(line - half),
      high: inside(line + half) };
  });
};

// What the points of a scatter are told apart by.
TS.kindOfAccess = function (name) {
  const access = (TS.doc.models.find((m) => m.name === name) || {}).access;
  return { proprietary: "proprietary", open: "open weights" }[access]
    || "unknown";
};

// "0.27 [0.1, 0.4]"; without the brackets where there is no interval.
TS.withRange = (value, range, digits) =>
  [TS.number(value, digits), TS.range(range[0], range[1], digits)]
    .filter((text) => text !== "").join(" ");

TS.correlationText = function (row) {
  const rho = row.spearman;
  const sign = (x) => TS.number(x, 2);
  return `${row.num} models: Spearman `
    + `${TS.withRange(rho.value, rho.models, 2)}, p ${TS.number(rho.p, 3)}`
    + `${rho.exact ? " (exact)" : ""}; Pearson ${sign(row.pearson.value)}, `
    + `Kendall ${sign(row.kendall.value)}. Without one model it lies between `
    + `${sign(rho.without_low)} and ${sign(rho.without_high)}; `
    + `${rho.influential} weighs most. Positive: the more useful, the more `
    + "trustworthy.";
};

TS.utilitySection = function () {
  const rows = (TS.doc.analysis.trust_utility || [])
    .filter((row) => row.points.length > 0);
  if (rows.length === 0) return;
  const about = TS.h("p", {});
  const source = TS.h("p", { class: "note" });
  const chosen = { scope: rows[0].scope, measure: rows[0].measure };
  const points = (row) => row.points.map((p) => ({ ...p, kind: "model",
    kindOfAccess: TS.kindOfAccess(p.model) }))
    .concat(TS.band(row.points, TS.ranking(row.scope).rows.length).map((p) => ({ ...p, kind: "band" })));
  const figure = TS.figure("trust", points(rows[0]),
    "Each model's utility across and its mean rank up (higher on the page is "
    + "more trustworthy), with a straight line and its 95 % band. Colour and "
    + "shape are the model's access.",
    [{ label: "Model", key: "model" }, { label: "Access", key: "kindOfAccess" },
      { label: "Utility", key: "utility", num: true },
      { label: "Mean rank", key: "mean_rank", num: true }],
    { rows: (all) => all.filter((row) => row.kind === "model"),
      labels: { x: "utility", y: "mean_rank" } });

  function draw() {
    const row = rows.find((r) => r.scope === chosen.scope
      && r.measure === chosen.measure);
    const measure = TS.doc.analysis.utility
      .find((m) => m.measure === chosen.measure);
    source.textContent = measure ? `Utility: ${measure.source}.` : "";
    about.textContent = row ? TS.correlationText(row)
      : "Too few models have both.";
    figure.show(row ? points(row) : []);
  }
  const unique = (key) => [...new Set(rows.map((r) => r[key]))]
    .map((x) => [x, x]);
  const all = TS.table([
    { label: "Scope", key: "scope" }, { label: "Utility", key: "measure" },
    { label: "Models", key: "num", num: true, digits: 0 },
    ...["spearman", "pearson", "kendall"].map((kind) => ({
      label: kind[0].toUpperCase() + kind.slice(1),
      num: true, sort: (r) => r[kind].value,
      cell: (r) => [TS.number(r[kind].value, 2), TS.h("span",
        { class: "range" },
        TS.range(r[kind].models[0], r[kind].models[1], 2))] })),
    { label: "p (Spearman)", num: true, sort: (r) => r.spearman.p,
      cell: (r) => TS.number(r.spearman.p, 4) },
    { label: "Pairs of like size", key: "like_size_pairs", num: true,
      digits: 0 },
    { label: "Of them concordant", key: "like_size_concordant", num: true,
      digits: 2 },
  ], rows, { caption: "All scopes and measures", tall: true,
    id: "trust-table" });
  TS.section("trust", "Trust against utility",
    TS.h("div", { class: "controls" },
      TS.select("Dimension", unique("scope"),
        (x) => { chosen.scope = x; draw(); }),
      TS.select("Utility", unique("measure"),
        (x) => { chosen.measure = x; draw(); })),
    about, figure.figure, source, all.element);
  draw();
};

TS.accessText = function (scope) {
  const m = scope.models;
  const least = TS.isNumber(m.least_p) && m.least_p > 0.05
    ? ` With ${m.num_proprietary} against ${m.num_open} models p cannot be `
      + `under ${TS.number(m.least_p, 3)}: no difference can be shown at 5\u00a0%.` : "";
  return `${m.num_proprietary} proprietary models against ${m.num_open} open `
    + `ones: mean ranks ${TS.number(m.mean_proprietary, 2)} and `
    + `${TS.number(m.mean_open, 2)}, Hodges-Lehmann shift `
    + `${TS.withRange(m.shift, m.shift_interval, 2)}, Cliff's delta `
    + `${TS.withRange(m.delta, m.delta_interval, 2)}, permutation p `
    + `${TS.number(m.p, 3)}. A negative shift: proprietary models rank better. `
    + (TS.isNumber(m.detectable) ? "The smallest difference that so few models "
      + `show 4 times of 5 is ${TS.number(m.detectable, 2)} ranks.` : "")
    + least;
};

TS.accessSection = function () {
  const scopes = (TS.doc.analysis.access || []).filter((s) =>
    s.models.num_proprietary > 0 && s.models.num_open > 0);
  if (scopes.length === 0) return;
  const rows = scopes.map((s, order) => ({ scope: s.scope, order,
    proprietary: s.models.mean_proprietary, open: s.models.mean_open,
    shift: s.models.shift, delta: s.models.delta, p: s.models.p,
    families: s.families.p, columns: s.num_columns }));
  const figure = TS.figure("access", rows,
    "Mean of the mean ranks: ● proprietary, ◆ open; left is better.",
    [{ label: "Scope", key: "scope" },
      { label: "Columns", key: "columns", num: true, digits: 0 },
      { label: "Proprietary", key: "proprietary", num: true },
      { label: "Open", key: "open", num: true },
      { label: "Shift", key: "shift", num: true },
      { label: "Cliff's delta", key: "delta", num: true },
      { label: "p of models", key: "p", num: true },
      { label: "p of families", key: "families", num: true }]);
  TS.section("access", "Proprietary against open",
    TS.h("p", {}, TS.accessText(scopes[0])), figure.figure);
};

TS.overSection = function () {
  const over = TS.doc.analysis.over_alignment;
  if (!over || over.rows.length === 0) return;
  const rows = over.rows.map((row) => ({ model: row.model,
    kindOfAccess: TS.kindOfAccess(row.model),
    harmless: row.harmless.value, harmlessLow: row.harmless.low,
    harmlessHigh: row.harmless.high,
    harmful: row.harmful.value, harmfulLow: row.harmful.low,
    harmfulHigh: row.harmful.high, index: row.index.value,
    indexLow: row.index.low, indexHigh: row.index.high,
    frontier: row.frontier ? "yes" : "no" }));
  const figure = TS.figure("over", rows,
    "Share of harmful prompts refused across, of harmless ones up; lines are "
    + "95 % intervals. Best is right and low. A filled point is on the "
    + "frontier: no model refuses less of the one and as much of the other. "
    + "Colour and shape are the model's access.",
    [{ label: "Model", key: "model" }, { label: "Access", key: "kindOfAccess" },
      { label: "Harmless refused", num: true, sort: (r) => r.harmless,
        cell: (r) => [TS.number(r.harmless), TS.h("span", { class: "range" },
          TS.range(r.harmlessLow, r.harmlessHigh))] },
      { label: "Harmful refused", num: true, sort: (r) => r.harmful,
        cell: (r) => [TS.number(r.harmful), TS.h("span", { class: "range" },
          TS.range(r.harmfulLow, r.harmfulHigh))] },
      { label: "Index", num: true, sort: (r) => r.index,
        cell: (r) => [TS.number(r.index), TS.h("span", { class: "range" },
          TS.range(r.indexLow, r.indexHigh))] },
      { label: "On the frontier", key: "frontier" }],
    { labels: { x: "harmful", y: "harmless" } });
  const types = (over.harmless_types || []).flatMap((type) =>
    Object.entries(type.shares).map(([model, share]) => ({ type: type.type,
      model, ...share })));
  TS.section("over", "Over-alignment",
    TS.h("p", {}, `Index: ${over.index}.`), figure.figure,
    types.length > 0 ? TS.table([
      { label: "Kind of harmless prompt", key: "type" },
      { label: "Model", key: "model" },
      { label: "Refused", num: true, down: true, sort: (r) => r.value,
        cell: (r) => [TS.number(r.value), TS.h("span", { class: "range" },
          TS.range(r.low, r.high))] },
    ], types, { caption: "Which harmless prompts are refused", tall: true,
      id: "types-table" }).element : null);
};

TS.spreadSection = function () {
  const spread = TS.doc.analysis.spread;
  if (!spread) return;
  const columns = spread.columns.filter((c) => c.num_models > 1)
    .map((c, order) => ({ ...c, order }));
  if (columns.length === 0) return;
  const figure = TS.figure("spread", columns,
    "Share of the variance of a column's values that is between the models "
    + "and not chance. No bar: chance could make all of it (0 in the table), "
    + "or its values have no interval (–).",
    [{ label: "Column", key: "column" },
      { label: "Models", key: "num_models", num: true, digits: 0 },
      { label: "Best", key: "best", num: true },
      { label: "Median", key: "median", num: true },
      { label: "Worst", key: "worst", num: true },
      { label: "Range", key: "range", num: true },
      { label: "Between models", key: "signal", num: true },
      { label: "Pairs told apart", key: "separated", num: true }]);
  const advice = spread.improve_first.filter((a) => a.columns.length > 0);
  TS.section("spread", "What tells models apart", figure.figure,
    TS.table([{ label: "Dimension", key: "dimension" },
      { label: "Columns", key: "num_columns", num: true, digits: 0 },
      { label: "Range", key: "range", num: true },
      { label: "Between models", key: "signal", num: true },
      { label: "Pairs told apart", key: "separated", num: true }],
    spread.dimensions, { caption: "Dimensions", id: "spread-table" }).element,
    advice.length > 0 ? TS.table([{ label: "Model", key: "model" },
      { label: "Should improve first", sort: (r) => r.columns[0].column,
        cell: (r) => r.columns.map((c) => `${c.column} `
          + `(${TS.number(c.ranks_behind, 1)} ranks behind its mean)`)
          .join("; ") }],
    advice, { caption: "Where a model's rank is worst against its own mean "
      + "rank over all columns that it has", id: "advice-table" }).element : null);
};

TS.statementSection = function () {
  const list = TS.doc.analysis.statements || [];
  if (list.length === 0) return;
  TS.section("statements", "What the paper says",
    TS.h("p", {}, TS.doc.analysis.statement_rule || ""), TS.table([
    { label: "Statement", key: "statement" },
    { label: "Verdict", key: "verdict" },
    { label: "Ours", num: true, sort: (r) => r.value,
      cell: (r) => [TS.number(r.value), TS.h("span", { class: "range" },
        TS.range(r.low, r.high))] },
    { label: "Published", key: "published" }, { label: "Why", key: "why" },
    { label: "Question", key: "question" },
  ], list, { caption: "Statements of the paper, beside our numbers",
    id: "statement-table", tall: true }).element);
};

TS.sheetSection = function () {
  const sheet = TS.doc.analysis.sheet;
  if (!sheet || sheet.models.length === 0) return;
  TS.section("sheet", "Transparency and accountability",
    TS.h("p", {}, "Two principles have no benchmark. What is known of each "
      + "model stands here, with its source; it is no score. \u201cJob "
      + "file\u201d is who ran this. What the run itself can account for, "
      + "versions, hashes of data and prompts, judges, the job, stands under ",
    TS.h("a", { href: "#method" }, "Method"), "."),
    TS.table([
      { label: "Model", key: "model" }, { label: "Weights", key: "weights" },
      { label: "Licence", key: "licence" },
      { label: "Training data", key: "data" },
      { label: "Trust techniques", key: "techniques" },
      { label: "Moderator in front", key: "moderator" },
      { label: "Withheld replies", num: true, sort: (r) => r.blocked,
        cell: (r) => `${r.blocked} of ${r.items}` },
      { label: "Source", key: "source" },
    ], sheet.models, { caption: "Facts of the models", tall: true,
      id: "sheet-table" }).element);
};

TS.analysisSections = function () {
  if (!TS.doc.analysis) return;
  [TS.rankSection, TS.utilitySection, TS.accessSection, TS.overSection,
    TS.spreadSection, TS.statementSection, TS.sheetSection, TS.besideSection,
    TS.compareSection, TS.seriesSection]
    .forEach((step) => step());
};
