"use strict";
// What stands behind a cell: its items with prompt, reply, verdict and why.
TS.pageLength = 10;

TS.openCell = function (model, column) {
  location.hash = `cell/${model}/${column}`;
};

// The column whose verdicts a part shares.
TS.rowsColumn = function (column) {
  const parent = TS.doc.columns[column].parent;
  return parent ? TS.doc.columns.findIndex((c) => c.name === parent) : column;
};

TS.verdicts = function (model, column) {
  const rows = TS.doc.cells[`${model}/${TS.rowsColumn(column)}`] || [];
  return rows.map((row) => ({ unit: TS.doc.units[row[0]], unitAt: row[0],
    profiles: row[1],
    paper: { state: row[2], label: row[3], value: row[4] },
    corrected: { state: row[5], label: row[6], value: row[7] } }));
};

// Bytes that are not shown, in words.
TS.hidden = function (object, key) {
  const bytes = object[`${key}_bytes`];
  if (bytes === undefined) return null;
  return TS.h("p", { class: "note" }, object[key] === ""
    ? `${bytes} bytes, not shown (texts: ${TS.doc.texts})`
    : `${bytes} bytes in all, the rest is not shown`);
};

TS.verdictText = function (column, verdict) {
  const label = verdict.label > 0 ? (column.labels || [])[verdict.label] : "";
  const parts = [TS.doc.states[verdict.state]];
  if (label) parts.push(`label “${label}”`);
  if (TS.isNumber(verdict.value)) parts.push(`value ${TS.number(verdict.value)}`);
  return parts.join(", ");
};

// What a judge or classifier was asked about the unit, and what it said.
TS.askedParts = function (row) {
  return ((TS.doc.asked || {})[row.unitAt] || []).map((asked) => [
    TS.h("h3", {}, `Asked of the ${asked.role}`),
    asked.question ? TS.h("pre", { class: "question" }, asked.question) : null,
    TS.hidden(asked, "question"),
    TS.h("p", {}, "It said: ", TS.h("strong", { class: "answer" },
      asked.answer || asked.state)),
    TS.hidden(asked, "answer")]).flat();
};

// By whom and by what rule.
TS.why = function (column, row) {
  const parts = [];
  const state = TS.doc.states[row.paper.state];
  if (row.unit.recorded) {
    parts.push("beside the answer was recorded: "
      + Object.entries(row.unit.recorded)
        .map(([key, value]) => `${key} ${TS.plain(value)}`).join(", "));
  }
  if (state === "unjudged") {
    parts.push(`it takes a ${column.needs}, which nobody played`);
  } else if ((TS.doc.asked || {})[row.unitAt]) {
    parts.push("it hangs on the answers above");
  } else if (column.needs.includes("refusal") && !row.unit.recorded) {
    parts.push("by rule, or by the built-in refusal classifier");
  }
  if (row.unit.detail) parts.push(row.unit.detail);
  parts.push(`evaluator ${column.evaluator || "none"} (${column.source})`);
  return parts.join("; ");
};

// What the other models made of the same item, filled when it is opened.
TS.otherModels = function (model, at, row) {
  const box = TS.h("div");
  const details = TS.h("details", { ontoggle: () => {
    if (!details.open || box.childElementCount > 0) return;
    TS.doc.models.forEach((other, m) => {
      if (m === model) return;
      const found = TS.verdicts(m, at).find((r) =>
        r.unit.item === row.unit.item
        && (r.unit.repeat || 0) === (row.unit.repeat || 0));
      if (!found) return;
      box.append(TS.h("h3", {}, `${other.name}: `
        + TS.verdictText(TS.doc.columns[at], found.paper)));
      if (found.unit.text) box.append(TS.h("pre", {}, found.unit.text));
      const rest = TS.hidden(found.unit, "text");
      if (rest) box.append(rest);
    });
    if (box.childElementCount === 0) {
      box.append(TS.h("p", { class: "note" }, "Nobody else's is in this file."));
    }
  } }, TS.h("summary", {}, "The other models on this item"), box);
  return details;
};

TS.itemArticle = function (column, row, model, at) {
  const item = TS.doc.items[row.unit.item];
  const facts = Object.entries(item.facts || {});
  return TS.h("article", {},
    TS.h("h3", {}, `Item ${item.index} of ${TS.doc.tasks[item.task]}`
      + (row.unit.repeat ? `, repeat ${row.unit.repeat}` : "")),
    facts.length > 0 ? TS.h("p", {}, facts.map(([key, value]) =>
      TS.h("span", { class: "tag" }, `${key}: ${value}`))) : null,
    TS.h("h3", {}, "Prompt"),
    item.prompt ? TS.h("pre", { class: "prompt" }, item.prompt) : null,
    TS.hidden(item, "prompt"),
    row.unit.reasoning ? [TS.h("h3", {}, "Reasoning before the reply"),
      TS.h("pre", {}, row.unit.reasoning), TS.hidden(row.unit, "reasoning")]
      : null,
    TS.h("h3", {}, "Reply"),
    row.unit.text ? TS.h("pre", { class: "reply" }, row.unit.text) : null,
    TS.hidden(row.unit, "text"),
    !row.unit.text && row.unit.text_bytes === undefined
      ? TS.h("p", { class: "note" },
        `no text (${TS.doc.states[row.unit.state]})`) : null,
    TS.askedParts(row),
    TS.h("dl", {},
      TS.h("dt", {}, "As published"),
      TS.h("dd", { class: "verdict" }, row.profiles & 1
        ? TS.verdictText(column, row.paper) : "not taken"),
      TS.h("dt", {}, "As intended"),
      TS.h("dd", {}, row.profiles & 2
        ? TS.verdictText(column, row.corrected) : "not taken"),
      TS.h("dt", {}, "Why"), TS.h("dd", {}, TS.why(column, row))),
    TS.doc.models.length > 1 ? TS.otherModels(model, at, row) : null);
};

TS.cellSums = function (model, column) {
  const lines = [];
  for (const profile of ["paper", "corrected"]) {
    const score = TS.score(profile, model, column);
    lines.push(TS.h("dt", {},
      profile === "paper" ? "As published" : "As intended"));
    lines.push(TS.h("dd", {}, TS.isNumber(score.value)
      ? `${TS.number(score.value, 4)} ${TS.range(score.low, score.high)} of `
        + `${score.num} items` : `not measured: ${score.reason}`,
    score.states.length > 0 ? ` (${score.states
      .map((s) => `${s.num} ${s.state}`).join(", ")})` : ""));
  }
  return TS.h("dl", {}, lines, TS.checkedLines(model, column));
};

TS.cellItems = function (model, at) {
  const column = TS.doc.columns[at];
  const rows = TS.verdicts(model, at);
  const kinds = [...new Set(rows.map((r) => TS.verdictKind(column, r)))].sort();
  const list = TS.h("div", { id: "cell-items" });
  const status = TS.h("p", { class: "note", role: "status" });
  const more = TS.h("button", { type: "button" }, "Show more");
  let chosen = rows;
  let shown = 0;

  function grow() {
    const next = chosen.slice(shown, shown + TS.pageLength);
    list.append(...next.map((row) =>
      TS.itemArticle(column, row, model, at)));
    shown += next.length;
    status.textContent = `${shown} of ${chosen.length} items in this file`;
    more.hidden = shown >= chosen.length;
  }
  function choose(kind) {
    chosen = rows.filter((r) => !kind || TS.verdictKind(column, r) === kind);
    shown = 0;
    list.replaceChildren();
    grow();
  }
  more.addEventListener("click", grow);
  choose("");
  return [TS.h("div", { class: "controls" },
    TS.select("Verdict", [["", "all"], ...kinds.map((k) => [k, k])], choose)),
  status, list, more];
};

TS.verdictKind = function (column, row) {
  const label = (column.labels || [])[row.paper.label];
  const state = TS.doc.states[row.paper.state];
  return row.paper.label > 0 && label && label !== state
    ? `${state}: ${label}` : state;
};

TS.showCell = function (model, at) {
  const dialog = document.getElementById("cell");
  const column = TS.doc.columns[at];
  const owner = TS.doc.models[model];
  if (!column || !owner) return;
  dialog.replaceChildren(
    TS.h("header", {}, TS.h("h2", { id: "cell-title" },
      `${owner.name}, ${column.name}`),
    TS.h("button", { type: "button", onclick: () => dialog.close() },
      "Close")),
    TS.h("p", {}, column.title), TS.cellSums(model, at),
    TS.h("p", { class: "note" }, "These items are a sample, the same for "
      + "every model, and a few more of each verdict. Counts above are of all "
      + "items."),
    ...TS.cellItems(model, at));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
};

// #cell/MODEL/COLUMN, so that a cell can be linked to and "back" closes it.
TS.route = function () {
  const match = /^#cell\/(\d+)\/(\d+)$/.exec(location.hash);
  const dialog = document.getElementById("cell");
  if (match) TS.showCell(Number(match[1]), Number(match[2]));
  else if (dialog.open) dialog.close();
};
