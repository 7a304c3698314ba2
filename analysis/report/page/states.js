"use strict";
// What became of every item.
TS.stateRows = function (profile) {
  const rows = [];
  for (const column of TS.ranked()) {
    TS.doc.models.forEach((model, at) => {
      const score = TS.score(profile, at, column.at);
      const all = score.states.reduce((sum, s) => sum + s.num, 0);
      for (const s of score.states) {
        rows.push({ model: model.name, column: column.name,
          order: column.at, state: s.state, num: s.num,
          share: s.num / all, modelAt: at, columnAt: column.at });
      }
    });
  }
  return rows;
};

TS.coverageRows = function () {
  return TS.doc.models.map((model, at) => {
    const row = { model: model.name, measured: 0, columns: 0, items: 0,
      recorded: 0, asked: 0, skipped: 0, comparable: 0 };
    for (const column of TS.ranked()) {
      const score = TS.score("paper", at, column.at);
      row.columns += 1;
      row.measured += TS.isNumber(score.value) ? 1 : 0;
      row.items += score.num;
      row.skipped += score.num_skipped;
      row.recorded += score.num_recorded;
      row.asked += score.num_asked;
      row.comparable += TS.doc.comparable[at][column.at];
    }
    return row;
  });
};

TS.coverageSection = function () {
  const rows = TS.stateRows("paper");
  const first = TS.doc.models[0].name;
  const figure = TS.figure("states", rows.filter((r) => r.model === first),
    "Share of the items of each column by what became of them. Answered and "
    + "refused ones count, and truncated ones, cut off at max_tokens, as far as "
    + "they go. Unparsed and empty ones count where the rule of their column "
    + "says so; what has no reply is told, and by and large never taken as "
    + "wrong (docs/DEVIATIONS.md has each rule).",
    [{ label: "Column", key: "column" }, { label: "State", key: "state" },
      { label: "Items", key: "num", num: true, digits: 0 },
      { label: "Share", key: "share", num: true }],
    { onpick: (row) => row.columnAt !== undefined
        && TS.openCell(row.modelAt, row.columnAt) });
  const coverage = TS.table([
    { label: "Model", key: "model" },
    { label: "Columns with a value", num: true, sort: (r) => r.measured,
      cell: (r) => `${r.measured} of ${r.columns}` },
    { label: "Comparable with the board", key: "comparable", num: true,
      digits: 0 },
    { label: "Items in a denominator", key: "items", num: true, digits: 0 },
    { label: "Left out", key: "skipped", num: true, digits: 0 },
    { label: "By recorded labels", key: "recorded", num: true, digits: 0 },
    { label: "By an asked judge or classifier", key: "asked", num: true,
      digits: 0 },
  ], TS.coverageRows(), { id: "coverage-table",
    caption: "Over the ranked columns, rules as published." });
  TS.section("coverage", "Coverage and states", coverage.element,
    TS.h("div", { class: "controls" },
      TS.select("Model", TS.doc.models.map((m) => [m.name, m.name]),
        (name) => figure.show(rows.filter((r) => r.model === name)))),
    figure.figure);
};
