"use strict";
// The leaderboard and the heat map.
TS.access = () => [...new Set(TS.doc.models.map((m) => m.access || "unknown"))];

// Models as rows: at is the row in the document.
TS.modelRows = (access) => TS.doc.models
  .map((model, at) => ({ ...model, at, access: model.access || "unknown" }))
  .filter((model) => !access || model.access === access);

TS.openButton = function (text, model, column, label) {
  return TS.h("button", { type: "button", class: "open", "aria-label": label,
    onclick: () => TS.openCell(model, column) }, text);
};

// A value with its interval, or why there is none.
TS.valueCell = function (profile, model, column) {
  const score = TS.score(profile, model, column);
  const name = `${TS.doc.models[model].name}, ${TS.doc.columns[column].name}`;
  if (!TS.isNumber(score.value)) {
    return [TS.openButton("–", model, column, `${name}: not measured`),
      TS.h("span", { class: "range why" }, score.reason)];
  }
  const lack = TS.lack(score);
  return [TS.openButton(TS.number(score.value), model, column,
    `${name}: ${TS.number(score.value)}${lack ? `, ${lack}` : ""}`),
    TS.h("span", { class: "range" }, TS.range(score.low, score.high)),
    lack ? TS.h("span", { class: "range why" }, lack) : null,
    profile === "corrected" && TS.labelText(model, column)
      ? TS.h("span", { class: "range why" }, TS.labelText(model, column))
      : null];
};

TS.boardColumns = function (profile, dimension) {
  return [{ label: "Model", key: "name" }].concat(TS.boardExtra(dimension),
    [{ label: "Access", key: "access" }], TS.valueColumns(profile, dimension));
};

TS.valueColumns = function (profile, dimension) {
  return TS.ranked()
    .filter((column) => !dimension || column.dimension === dimension)
    .map((column) => ({
      label: `${column.name} ${TS.arrow(TS.direction(column, profile))}`,
      group: column.dimension,
      title: column.title,
      num: true,
      down: TS.direction(column, profile) > 0,
      sort: (row) => TS.score(profile, row.at, column.at).value,
      cell: (row) => TS.valueCell(profile, row.at, column.at),
    }));
};

// What reasons mean that many a cell gives, and the way out.
TS.reasonNotes = function () {
  const isSaid = (words) => Object.values(TS.doc.scores).some((scores) =>
    (scores.reasons || []).some((row) => TS.ranked().some((column) =>
      row[column.at].includes(words))));
  return [["too few left", "Too few left: a part of the column (a class, a "
    + "source) has no answer that counts, so there is no value; more items "
    + "help (limit), or what failed asked again (run --retry-failed)."],
  ["nothing to divide by", "Nothing to divide by: none of the items is of the "
    + "kind that the value is a share of, so there is no value; the published "
    + "rule counts it as 0."]]
    .filter(([words]) => isSaid(words))
    .map(([, text]) => TS.h("p", { class: "note" }, text));
};

TS.leaderboard = function () {
  const chosen = { profile: "paper", dimension: "", access: "" };
  const place = TS.h("div");
  const printed = TS.h("div", { class: "print-only", id: "board-print" });
  const count = TS.h("p", { class: "note", role: "status", id: "board-count" });

  function draw() {
    const rows = TS.modelRows(chosen.access);
    const columns = TS.boardColumns(chosen.profile, chosen.dimension);
    const table = TS.table(columns, rows, { id: "board-table",
      caption: "Value, below it the 95 % interval; ↑ higher, ↓ lower is more "
        + "trustworthy. A value opens what stands behind it."
        + (columns.some((c) => c.label === "First") ? " First, Top 3: in how "
          + "many of the bootstrap resamples of the items the model is the "
          + "first, or among the first three." : "") });
    table.sort(TS.boardSort(columns), false);
    place.replaceChildren(table.element);
    count.textContent = `${rows.length} of ${TS.doc.models.length} models, `
      + `${columns.filter((c) => c.group).length} columns.`;
  }
  const set = (key) => (value) => { chosen[key] = value; draw(); };
  const named = (list) => list.map((x) => [x, x]);
  TS.section("board", "Leaderboard",
    TS.h("div", { class: "controls" },
      TS.select("Dimension", [["", "all"], ...named(TS.dimensions())],
        set("dimension")),
      TS.select("Access", [["", "all"], ...named(TS.access())], set("access")),
      TS.select("Rules", [["paper", "as published"],
        ["corrected", "as the tasks intend"]], set("profile"))),
    TS.reasonNotes(), count, TS.h("div", { class: "screen-only" }, place),
    printed);
  draw();
  addEventListener("beforeprint", () => {
    printed.replaceChildren(...TS.printedBoards(chosen));
  });
};

// On paper a table for each dimension, as all columns are too wide.
TS.printedBoards = function (chosen) {
  const rows = TS.modelRows(chosen.access);
  const first = [{ label: "Model", key: "name" }];
  const boards = [["Overall", first.concat(TS.boardExtra(""),
    [{ label: "Access", key: "access" }])]].concat(
    TS.dimensions().filter((d) => !chosen.dimension || d === chosen.dimension)
      .map((d) => [d, first.concat(TS.valueColumns(chosen.profile, d))]));
  return boards.filter(([, columns]) => columns.length > 1)
    .map(([name, columns]) => {
      const table = TS.table(columns, rows, { caption: name });
      if (name === "Overall") {
        table.sort(TS.boardSort(columns), false);
      }
      return table.element;
    });
};

// The ends of a column's scale by its unit; null where they are not known.
TS.unitRange = (unit) => ({ "1": [0, 1], "%": [0, 100], rho: [-1, 1], p: [0, 1],
  V: [0, 1] }[unit] || null);

// The worst and the best of a column: of the models, or for a model alone what
// the column can have.
TS.heatRange = function (profile, column, values) {
  const range = TS.unitRange(profile === "corrected" ? column.unit_corrected
    : column.unit);
  if (TS.doc.models.length === 1 && range) return range;
  const known = values.filter(TS.isNumber);
  return [Math.min(...known), Math.max(...known)];
};

// Where a model stands between the worst and the best of a column, 0 to 1.
TS.heatRows = function (profile) {
  const rows = [];
  const ranking = TS.ranking();
  const best = (ranking ? ranking.rows : []).map((row) => row.model);
  const place = (name) => (best.includes(name) ? best.indexOf(name)
    : best.length);
  for (const column of TS.ranked()) {
    const values = TS.doc.models
      .map((model, at) => TS.score(profile, at, column.at).value);
    const [low, high] = TS.heatRange(profile, column, values);
    const direction = TS.direction(column, profile) || 1;
    TS.doc.models.forEach((model, at) => {
      const value = values[at];
      const isThere = TS.isNumber(value);
      const part = high > low
        ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
      rows.push({ model: model.name, column: column.name,
        dimension: column.dimension, value,
        order: column.at, modelOrder: place(model.name), modelAt: at, columnAt: column.at,
        place: !isThere ? null : direction > 0 ? part : 1 - part,
        sign: isThere ? null : "no value",
        shown: isThere ? TS.number(value)
          : TS.reasonText(TS.score(profile, at, column.at).reason) });
    });
  }
  return rows;
};

// Why there is no value, for who has not read what a value is made of.
TS.reasonText = (reason) => (reason.startsWith("nothing to divide by")
  ? `no value: ${reason} items: none is of the kind that the value is a share of`
  : `no value: ${reason || "not measured"}`);

// On a phone the columns stand below each other, as they are more.
TS.heatFit = function (spec, room) {
  const { x, y } = spec.encoding;
  const step = Math.floor((room - 150) / TS.doc.models.length);
  spec.encoding.x = { ...y, axis: x.axis };
  spec.encoding.y = { ...x, axis: {} };
  spec.width = { step: Math.min(26, Math.max(14, step)) };
  spec.height = { step: 18 };
};

TS.heatMap = function () {
  const heat = TS.figure("heat", TS.heatRows("paper"),
    (TS.doc.models.length === 1
      ? "The model in each ranked column: dark is the most trustworthy value "
        + "that the column can have, light the least."
      : "Each model in each ranked column: dark is the most trustworthy of the "
        + "models here, light the least, whatever the unit.")
    + " A cross has no value: point at it and it says why. A click opens the "
    + "cell.",
    [{ label: "Model", key: "model" }, { label: "Column", key: "column" },
      { label: "Dimension", key: "dimension" },
      { label: "Value", num: true, sort: (row) => row.value,
        cell: (row) => TS.openButton(row.shown, row.modelAt, row.columnAt,
          `${row.model}, ${row.column}: ${row.shown}`) },
      { label: "Place, 0 to 1", key: "place", num: true }],
    { fit: TS.heatFit, onpick: (row) => row.columnAt !== undefined
        && TS.openCell(row.modelAt, row.columnAt) });
  TS.section("heat", "Model by column",
    TS.h("div", { class: "controls" },
      TS.select("Rules", [["paper", "as published"],
        ["corrected", "as the tasks intend"]],
      (profile) => heat.show(TS.heatRows(profile)))),
    heat.figure);
};
