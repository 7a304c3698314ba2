"use strict";
// What became of every item, and how the run went.
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
    "Share of the items of each column by what became of them. Only answered "
    + "and refused ones count; the others are told, never taken as wrong.",
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

TS.timeRows = function (run) {
  const length = (run.last_ms - run.first_ms) / 1000 / run.steps;
  return run.by_rank.map(([rank, step, num]) => ({
    rank: rank === run.max_ranks - 1 ? `${rank} and more` : String(rank),
    order: rank, start: step * length, end: (step + 1) * length,
    units: num, rate: length > 0 ? num / length : null }));
};

TS.ledgerRows = function (run) {
  const rows = [];
  for (const row of run.ledger) {
    for (const kind of ["load", "prefill", "decode", "judge_wait", "idle",
      "wasted"]) {
      rows.push({ rank: row.rank, model: row.model || "none", kind,
        seconds: row[`${kind}_s`], units: row.units });
    }
  }
  return rows;
};

TS.runSection = function () {
  const run = TS.doc.run;
  const parts = [];
  if (run.by_rank && run.last_ms > run.first_ms) {
    const from = new Date(run.first_ms).toISOString();
    const seconds = (run.last_ms - run.first_ms) / 1000;
    parts.push(TS.h("p", {}, `The first reply came at ${from}, the last `
      + `${TS.seconds(seconds)} later.`));
    parts.push(TS.figure("timeline", TS.timeRows(run),
      "Units finished by each rank over time; a gap is a rank that waited or "
      + "loaded.",
      [{ label: "Rank", key: "rank" },
        { label: "From, s", key: "start", num: true, digits: 1 },
        { label: "To, s", key: "end", num: true, digits: 1 },
        { label: "Units", key: "units", num: true, digits: 0 }]).figure);
  }
  if (run.ledger.length > 0) {
    parts.push(TS.figure("ledger", TS.ledgerRows(run),
      "Seconds of every rank by what it did with them.",
      [{ label: "Rank", key: "rank", num: true, digits: 0 },
        { label: "Model", key: "model" }, { label: "Spent on", key: "kind" },
        { label: "Seconds", key: "seconds", num: true, digits: 1 }]).figure);
  }
  if (run.ledger_cells.length > 0) {
    const cells = TS.table([
      { label: "Model", key: "model" }, { label: "Task or role", key: "task" },
      { label: "Reading prompts, s", key: "prefill_s", num: true, digits: 1,
        down: true },
      { label: "Writing replies, s", key: "decode_s", num: true, digits: 1,
        down: true },
      { label: "Wasted, s", key: "wasted_s", num: true, digits: 1, down: true },
      { label: "Units", key: "units", num: true, digits: 0, down: true },
      { label: "Prompt tokens", key: "prompt_tokens", num: true, digits: 0,
        down: true },
      { label: "Reply tokens", key: "reply_tokens", num: true, digits: 0,
        down: true },
    ], run.ledger_cells, { caption: "The same seconds by what they were for",
      tall: true, id: "cost-table" });
    cells.sort(3, true);
    parts.push(cells.element);
  }
  if (parts.length === 0) {
    parts.push(TS.h("p", {}, "Nobody generated these replies in a run: they "
      + "were recorded elsewhere and scored here, so there is no time line."));
  }
  TS.section("run", "The run", ...parts);
};
