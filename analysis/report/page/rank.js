"use strict";
// Ranks with intervals: columns of the leaderboard, and a chart.
TS.ranking = function (scope) {
  const analysis = TS.doc.analysis;
  if (!analysis || !analysis.rankings) return null;
  return analysis.rankings.find((r) => r.scope === (scope || "overall"));
};

TS.rankRow = function (scope, name) {
  const ranking = TS.ranking(scope);
  return ranking ? ranking.rows.find((row) => row.model === name) : undefined;
};

TS.percent = (x) => (TS.isNumber(x) ? `${(100 * x).toFixed(0)} %` : "–");

TS.coverageOf = function (name) {
  const model = TS.doc.analysis.models.find((m) => m.name === name);
  return model ? model.coverage : 0;
};

// What the leaderboard shows before the columns, of a dimension or overall.  A
// model alone has no place.
TS.boardExtra = function (dimension) {
  const ranking = TS.ranking(dimension);
  if (!ranking || TS.doc.models.length < 2) return [];
  const of = (row) => TS.rankRow(dimension, row.name) || {};
  const what = `${ranking.num_columns} of ${ranking.num_possible} columns`;
  return [
    { label: "Mean rank", num: true, title: `Over ${what} that all have`,
      sort: (row) => of(row).mean_rank,
      cell: (row) => (of(row).mean_rank === undefined
        ? ["–", TS.h("span", { class: "range why" },
          `not ranked: only ${TS.coverageOf(row.name)} columns have a value`)]
        : [TS.number(of(row).mean_rank, 2), TS.h("span", { class: "range" },
          TS.range(of(row).low, of(row).high, 2))]) },
    { label: "Place", num: true, sort: (row) => of(row).place,
      cell: (row) => [TS.number(of(row).place, 0),
        TS.h("span", { class: "range" },
          TS.range(of(row).place_low, of(row).place_high, 0))] },
    { label: "First", num: true, down: true, sort: (row) => of(row).p_first,
      title: "Share of the resamples in which it is first; ties share it",
      cell: (row) => TS.percent(of(row).p_first) },
    { label: "Top 3", num: true, down: true, sort: (row) => of(row).p_top3,
      title: "Share of the resamples in which it is among the first three",
      cell: (row) => TS.percent(of(row).p_top3) },
  ];
};

TS.boardSort = function (columns) {
  const at = columns.findIndex((column) => column.label === "Mean rank");
  return at < 0 ? 0 : at;
};

TS.rankRows = function (scope) {
  const ranking = TS.ranking(scope);
  const access = new Map(TS.doc.models.map((m) => [m.name, m.access]));
  return (ranking ? ranking.rows : []).map((row, order) => ({ ...row, order,
    access: access.get(row.model) || "unknown" }));
};

TS.pairText = function (scope) {
  const family = (TS.doc.analysis.pairs || [])
    .find((f) => f.of === scope && f.kind === "scope");
  if (!family || family.num === 0) return null;
  const same = family.num - family.apart_holm;
  const verb = (num) => (num === 1 ? "is" : "are");
  return `${family.apart_holm} of ${family.num} pair`
    + `${family.num === 1 ? "" : "s"} of models ${verb(family.apart_holm)} `
    + `told apart (paired tests by item, Holm at 5 %), ${same} ${verb(same)} `
    + "not."
    + (TS.isNumber(family.detectable)
      ? " The smallest difference of mean ranks that these data show 4 times of "
        + `5 is ${TS.number(family.detectable, 2)}.` : "");
};

TS.pairTable = function (scope) {
  const family = (TS.doc.analysis.pairs || [])
    .find((f) => f.of === scope && f.kind === "scope");
  if (!family) return null;
  return TS.table([
    { label: "Model", key: "a" }, { label: "Other", key: "b" },
    { label: "Difference of mean rank", num: true, sort: (r) => r.difference,
      cell: (r) => [TS.number(r.difference, 2), TS.h("span",
        { class: "range" }, TS.range(r.low, r.high, 2))] },
    { label: "p", key: "p", num: true, digits: 4 },
    { label: "p, Holm", key: "p_holm", num: true, digits: 4 },
    { label: "p, Benjamini-Hochberg", key: "p_bh", num: true, digits: 4 },
  ], family.tests, { caption: `Pairs of models, ${scope}`, tall: true,
    id: "pairs-table" }).element;
};

TS.rankSection = function () {
  if (!TS.ranking() || TS.doc.models.length < 2) return;
  const scopes = TS.doc.analysis.rankings.filter((r) => r.rows.length > 0)
    .map((r) => r.scope);
  if (scopes.length === 0) return;
  const about = TS.h("p", {});
  const pairs = TS.h("div");
  const figure = TS.figure("ranks", TS.rankRows(scopes[0]),
    "Mean rank with its 95 % interval from resampling the items: left is "
    + "better. The thin line is the interval from resampling the columns. In "
    + "the table, First and Top 3 are shares of the bootstrap resamples.",
    [{ label: "Model", key: "model" }, { label: "Access", key: "access" },
      { label: "Mean rank", key: "mean_rank", num: true },
      { label: "Low", key: "low", num: true },
      { label: "High", key: "high", num: true },
      { label: "First", num: true, sort: (r) => r.p_first,
        cell: (r) => TS.percent(r.p_first) },
      { label: "Top 3", num: true, sort: (r) => r.p_top3,
        cell: (r) => TS.percent(r.p_top3) }]);

  function choose(scope) {
    const ranking = TS.ranking(scope);
    const left = TS.doc.analysis.models.filter((m) => !m.in_rankings);
    figure.show(TS.rankRows(scope));
    about.textContent = `Over the ${ranking.num_columns} of `
      + `${ranking.num_possible} columns that all of these models have: `
      + `${ranking.columns.join(", ")}.`
      + (left.length > 0 ? " Left out, with fewer than half of the columns of "
        + `the fullest: ${left.map((m) => m.name).join(", ")}.` : "")
      + (ranking.note ? ` Note: ${ranking.note}.` : "");
    pairs.replaceChildren(...[TS.pairText(scope), TS.pairTable(scope)]
      .filter(Boolean).map((x) => (typeof x === "string"
        ? TS.h("p", {}, x) : x)));
  }
  TS.section("ranks", "Ranks", TS.h("div", { class: "controls" },
    TS.select("Dimension", scopes.map((s) => [s, s]), choose)),
  about, figure.figure, pairs);
  choose(scopes[0]);
};
