"use strict";
// How the runs went: time line, ledger.
TS.timeRows = function (run) {
  const length = (run.last_ms - run.first_ms) / 1000 / run.steps;
  return run.by_rank.map(([rank, step, num]) => ({
    rank: rank === run.max_ranks - 1 ? `${rank} and more` : String(rank),
    order: rank, start: step * length, end: (step + 1) * length,
    units: num, rate: length > 0 ? num / length : null }));
};

TS.ledgerRows = function (run) {
  const rows = [];
  for (const row of TS.byNumber(run.ledger, "model", "rank")) {
    for (const kind of ["load", "prefill", "decode", "judge_wait", "idle",
      "wasted"]) {
      rows.push({ rank: row.rank, model: row.model || "none", kind,
        seconds: row[`${kind}_s`], units: row.units });
    }
  }
  return rows;
};

TS.secondsColumn = (label, key) => ({ label, num: true, down: true,
  sort: (row) => row[key], cell: (row) => TS.tableSeconds(row[key]) });

// In the order of `explain`: those that the deadline left out, that were refused,
// that are not complete, each of them by number.
TS.skippedTable = (skipped) => TS.table([
  { label: "Checkpoint", key: "name" }, { label: "Why", key: "reason" },
], skipped, {
  caption: "Checkpoints that were asked nothing, and why", tall: true,
  id: "skipped-table" }).element;

TS.runParts = function (run) {
  const parts = [];
  if (run.by_rank && run.last_ms > run.first_ms) {
    const from = new Date(run.first_ms).toISOString();
    const seconds = (run.last_ms - run.first_ms) / 1000;
    parts.push(TS.h("p", {}, `The first reply came at ${from}, the last `
      + `${TS.seconds(seconds)} later.`));
    parts.push(TS.figure("timeline", TS.timeRows(run),
      "How many units each rank finished, over time. Where it is blank, none "
      + "of the rank's units ended: it loaded a model, had no work, or was "
      + "still at a long one.",
      [{ label: "Rank", key: "rank" },
        { label: "From, s", key: "start", num: true },
        { label: "To, s", key: "end", num: true },
        { label: "Units", key: "units", num: true, digits: 0 }]).figure);
  }
  if (run.ledger.length > 0) {
    parts.push(TS.figure("ledger", TS.ledgerRows(run),
      "Seconds of every rank by what it did with them.",
      [{ label: "Rank", key: "rank", num: true, digits: 0 },
        { label: "Model", key: "model" }, { label: "Spent on", key: "kind" },
        TS.secondsColumn("Seconds", "seconds")]).figure);
  }
  if (run.ledger_cells.length > 0) {
    const cells = TS.table([
      { label: "Model", key: "model" }, { label: "Task or role", key: "task" },
      TS.secondsColumn("Load, s", "load_s"),
      TS.secondsColumn("Prefill, s", "prefill_s"),
      TS.secondsColumn("Decode, s", "decode_s"),
      TS.secondsColumn("Judge wait, s", "judge_wait_s"),
      TS.secondsColumn("Idle, s", "idle_s"),
      TS.secondsColumn("Wasted, s", "wasted_s"),
      { label: "Units", key: "units", num: true, digits: 0, down: true },
      { label: "Prompt tokens", key: "prompt_tokens", num: true, digits: 0,
        down: true },
      { label: "Reply tokens", key: "reply_tokens", num: true, digits: 0,
        down: true },
    ], TS.byNumber(run.ledger_cells, "model", "task").map((cell) => ({ ...cell,
      model: cell.model || "none", task: cell.task || "none" })), {
      caption: "The same seconds by what they were for; loads and idle "
        + "seconds are divided among the tasks of their model as its work is",
      tall: true, id: "cost-table" });
    cells.sort(4, true);
    parts.push(cells.element);
  }
  if (run.skipped) parts.push(TS.skippedTable(run.skipped));
  if (parts.length === 0) {
    parts.push(TS.h("p", {}, "Nobody generated these replies in a run: they "
      + "were recorded elsewhere and scored here, so there is no time line."));
  }
  return parts;
};

// Of several files one at a time: there may be many.
TS.runSection = function () {
  const files = TS.doc.files;
  const box = TS.h("div");
  const choose = (at) => {
    TS.charts = TS.charts.filter((chart) => !box.contains(chart.box));
    box.replaceChildren(...TS.runParts(files[at].run));
  };
  TS.section("run", files.length > 1 ? "The runs" : "The run",
    files.length > 1 ? TS.h("div", { class: "controls" },
      TS.select("File", files.map((f, at) => [at, f.file]),
        (at) => choose(Number(at)))) : null, box);
  choose(0);
};
