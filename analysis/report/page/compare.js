"use strict";
// Our values beside the published ones; the published rules beside corrected.
TS.publishedSection = function () {
  const table = TS.doc.published;
  const rows = table.comparisons.map((row) => ({ ...row,
    reason: row.reason || "",
    digits: row.digits || "" }));
  if (rows.length === 0) {
    TS.section("published", "Published against ours",
      TS.h("p", {}, "None of these models is on the published board."));
    return;
  }
  const sums = table.summary;
  const strangers = table.not_on_the_board;
  const measured = rows.filter((row) => TS.isNumber(row.ours));
  const figure = TS.figure("published",
    measured.filter((row) => Math.abs(row.published) <= 1
      && Math.abs(row.ours) <= 1),
    "Published value across, ours up; on the line they are the same. Columns "
    + "in percent are in the table only.",
    [{ label: "Model", key: "model" }, { label: "Column", key: "column" },
      { label: "Published", key: "printed" },
      { label: "Ours", key: "ours", num: true, digits: 4 },
      { label: "Verdict", key: "verdict" }]);
  const all = TS.table([
    { label: "Model", key: "model" }, { label: "Column", key: "column" },
    { label: "Printed", num: true, key: "printed", sort: (r) => r.published,
      cell: (r) => r.printed },
    { label: "Ours", key: "ours", num: true, digits: 4 },
    { label: "Difference", key: "difference", num: true, digits: 4 },
    { label: "Verdict", key: "verdict" }, { label: "Why", key: "reason" },
  ], rows, { id: "published-table", tall: true,
    caption: "Profile as published; every column that the board prints." });
  const kinds = [...new Set(rows.map((row) => row.verdict))];
  TS.section("published", "Published against ours",
    TS.h("p", {}, `${sums.equal} equal (${sums.equal_inexact} of them cut off `
      + `or rounded twice), ${sums.different_with_reason} different with a `
      + `known reason, ${sums.different_without_reason} without, `
      + `${sums.not_comparable} not comparable, ${sums.missing} missing.`),
    strangers.length > 0 ? TS.h("p", { class: "note" },
      `Not on the board: ${strangers.join(", ")}.`) : null,
    figure.figure,
    TS.h("div", { class: "controls" },
      TS.select("Verdict", [["", "all"], ...kinds.map((k) => [k, k])],
        (kind) => all.show(rows.filter((r) => !kind || r.verdict === kind)))),
    all.element);
};

TS.correctedRows = function (model) {
  const rows = [];
  for (const column of TS.ranked()) {
    const paper = TS.score("paper", model, column.at);
    const corrected = TS.score("corrected", model, column.at);
    rows.push({ column: column.name, order: column.at,
      dimension: column.dimension,
      unit: column.unit, unitCorrected: column.unit_corrected,
      paper: paper.value, corrected: corrected.value,
      paperRange: TS.range(paper.low, paper.high),
      correctedRange: TS.range(corrected.low, corrected.high),
      difference: column.unit === column.unit_corrected
        ? corrected.value - paper.value : null,
      isDrawn: column.unit === "1" && column.unit_corrected === "1"
        && TS.isNumber(paper.value) && TS.isNumber(corrected.value) });
  }
  for (const row of rows) {
    if (!TS.isNumber(row.paper) || !TS.isNumber(row.corrected)) {
      row.difference = null;
    }
  }
  return rows;
};

TS.correctedSection = function () {
  const table = TS.table([
    { label: "Column", key: "column" },
    { label: "As published", num: true, sort: (r) => r.paper,
      cell: (r) => [TS.number(r.paper),
        TS.h("span", { class: "range" }, r.paperRange)] },
    { label: "Unit", key: "unit" },
    { label: "As intended", num: true, sort: (r) => r.corrected,
      cell: (r) => [TS.number(r.corrected),
        TS.h("span", { class: "range" }, r.correctedRange)] },
    { label: "Unit", key: "unitCorrected" },
    { label: "Difference", key: "difference", num: true },
  ], TS.correctedRows(0), { id: "corrected-table", tall: true,
    caption: "The same replies under both sets of rules." });
  const figure = TS.figure("corrected",
    TS.correctedRows(0).filter((row) => row.isDrawn),
    "Columns with unit 1: ● as published, ◆ as the tasks intend.",
    [{ label: "Column", key: "column" },
      { label: "As published", key: "paper", num: true },
      { label: "As intended", key: "corrected", num: true }]);
  TS.section("corrected", "Published rules against corrected ones",
    TS.h("p", {}, "The published board has quirks: a model is asked with "
      + "numbers that the answer does not use, classes overlap, neutral "
      + "answers are dropped. Corrected rules score the same replies as the "
      + "tasks intend. docs/DEVIATIONS.md lists every difference."),
    TS.h("div", { class: "controls" },
      TS.select("Model", TS.doc.models.map((m, at) => [at, m.name]), (at) => {
        const rows = TS.correctedRows(Number(at));
        table.show(rows);
        figure.show(rows.filter((row) => row.isDrawn));
      })),
    figure.figure, table.element);
};
