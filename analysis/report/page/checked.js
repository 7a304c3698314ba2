"use strict";
// How far the verdicts can be trusted: labels of people, what was found of the
// judge.
TS.labelled = function (model, column) {
  const file = TS.doc.files[TS.doc.models[model].file];
  const own = file.models[model - TS.doc.models
    .findIndex((other) => other.file === TS.doc.models[model].file)].name;
  return ((file.labels || {}).rates || []).find((rate) => rate.model === own
    && rate.column === TS.doc.columns[column].name);
};

// What people make of a corrected rate of refusals; null where nobody is asked.
TS.labelText = function (model, at) {
  const column = TS.doc.columns[at];
  const score = TS.score("corrected", model, at);
  if (!column.wants_labels || !TS.isNumber(score.value)) return null;
  const rate = TS.labelled(model, at);
  if (!rate) return "not validated on this model";
  if (!TS.isNumber(rate.value)) return `labels: ${rate.reason}`;
  return `by ${rate.labelled} labels `
    + TS.withRange(rate.value, rate.interval, 3);
};

// Whether a judge decided verdicts of a cell.
TS.isJudged = (model, at) => TS.doc.columns[at].needs.includes("judge")
  && TS.score("paper", model, at).num_asked > 0;

// Whether the judge gave not one answer of use: equal to others that say
// nothing is no agreement.
TS.isUseless = (row) => row.nothing >= 1;

// What is known of the judge of a cell's verdicts, by what it was set beside.
TS.judgeText = function (model, at) {
  if (!TS.isJudged(model, at)) return null;
  const judge = TS.doc.files[TS.doc.models[model].file].judge;
  const of = ((judge || {}).measures || []).filter((row) =>
    row.evaluator === TS.doc.columns[at].evaluator && row.num > 0);
  if (of.length === 0) {
    return "how far it can be trusted here is not known "
      + "(trustsweep calibrate)";
  }
  return "the same verdict " + of.map((row) => `beside ${row.measure} `
    + (TS.isUseless(row) ? "– (no answer of use)"
      : TS.withRange(row.agree, row.agree_interval, 2)) + ` of ${row.num}`)
    .join("; ");
};

// The two lines of an open cell.
TS.checkedLines = function (model, at) {
  const lines = [["By people", TS.labelText(model, at)],
    ["The judge", TS.judgeText(model, at)]];
  return lines.filter(([, text]) => text !== null).map(([name, text]) =>
    [TS.h("dt", {}, name), TS.h("dd", {}, text)]).flat();
};

// Rows of a list of each file, with the file's name for its models.
TS.ofFiles = (list) => TS.doc.files.flatMap((file) => list(file)
  .map((row) => ({ ...row, file: file.file,
    model: file.names[file.models.findIndex((m) => m.name === row.model)]
      || row.model })));

TS.interval = (label, key, range, digits) => ({ label, num: true,
  sort: (row) => row[key], cell: (row) => [TS.number(row[key], digits),
    TS.h("span", { class: "range" },
      TS.range(row[range][0], row[range][1], digits))] });

TS.labelTables = function () {
  const of = (key) => TS.ofFiles((file) => (file.labels || {})[key] || []);
  const count = (label, key) => ({ label, key, num: true, digits: 0 });
  const parts = [];
  if (of("rates").length > 0) {
    parts.push(TS.table([{ label: "Model", key: "model" },
      { label: "Column", key: "column" },
      { label: "As scored", key: "raw", num: true },
      TS.interval("By labels", "value", "interval"),
      TS.interval("These items", "value", "within"),
      count("Labelled", "labelled"), count("Partly", "partly"),
      { label: "Why not", key: "reason" }], of("rates"),
    { id: "labels-table", tall: true, caption: "Rates put right by labels of "
      + "people, rules as intended; the interval is for new items, beside it "
      + "for these." }).element);
    parts.push(TS.table([{ label: "Model", key: "model" },
      { label: "Question", key: "question" }, count("Labelled", "labelled"),
      TS.interval("Agree", "agree", "agree_interval"),
      { label: "Kappa", key: "kappa", num: true, digits: 2 },
      count("Missed", "missed"), count("Invented", "invented"),
      count("Tied", "tied")], of("models"), { id: "agree-table", tall: true,
      caption: "Our verdicts beside the labels. Missed: we said no and people "
        + "yes; invented: the other way round; tied: people are at odds." })
      .element);
  }
  if (of("people").length > 0) {
    parts.push(TS.table([
      { label: "Labeller", sort: (r) => r.a || "all",
        cell: (r) => r.a || "all" },
      { label: "And", sort: (r) => r.b || "", cell: (r) => r.b || "" },
      { label: "Question", key: "question" }, count("Replies", "replies"),
      TS.interval("Equal", "equal", "equal_interval"),
      TS.interval("Beyond chance", "value", "interval")], of("people"),
    { id: "people-table", tall: true, caption: "People beside people: Cohen's "
      + "kappa of two, Krippendorff's alpha of all." }).element);
  }
  return parts;
};

TS.agreement = function (row) {
  const none = [null, null];
  if (TS.isUseless(row)) {
    return { agree: null, agree_interval: none, beyond: null,
      beyond_interval: none };
  }
  return { beyond: "kappa" in row ? row.kappa : row.alpha,
    beyond_interval: row.kappa_interval || row.alpha_interval };
};

TS.judgeTable = function () {
  const rows = TS.ofFiles((file) => ((file.judge || {}).measures || [])
    .map((row) => ({ ...row, judge: file.judge.judge,
      columns: TS.ranked().filter((c) => (row.evaluator === "all"
        || c.evaluator === row.evaluator) && TS.doc.models.some((m, at) => TS.isJudged(at, c.at)))
        .map((c) => c.name).join(", "),
      ...TS.agreement(row) })));
  if (rows.length === 0) return null;
  return TS.table([{ label: "Evaluator", key: "evaluator" },
    { label: "Columns it touched", key: "columns" },
    { label: "Judge", key: "judge" }, { label: "Beside", key: "measure" },
    { label: "Replies", key: "num", num: true, digits: 0 },
    TS.interval("Same verdict", "agree", "agree_interval", 2),
    TS.interval("Beyond chance", "beyond", "beyond_interval", 2),
    { label: "Useless answers", key: "nothing", num: true, digits: 2 }],
  rows, { id: "judge-table", tall: true, caption: "The judge beside recorded "
    + "labels, another judge (other), itself with choices or texts in the "
    + "other order (swapped), itself asked the same question (again)." })
    .element;
};

// What nobody checked, in a sentence each.
TS.uncheckedWords = function () {
  const cells = TS.doc.models.flatMap((m, model) => TS.ranked()
    .map((c) => [model, c.at]));
  const rates = cells.filter(([m, at]) => TS.labelText(m, at) !== null);
  const open = rates.filter(([m, at]) => !TS.labelled(m, at));
  const judged = cells.filter(([m, at]) => TS.isJudged(m, at));
  const names = [...new Set(judged.map(([, at]) => TS.doc.columns[at].name))];
  const stopped = TS.doc.files.map((file) =>
    ((file.provenance || {}).run || {}).reason || "")
    .filter((reason) => reason.includes("_changed: "));
  const words = [];
  if (rates.length > 0) {
    words.push(`${rates.length} refusal rates are scored by rules as `
      + `intended; ${open.length} of them are not validated on their model, `
      + "as nobody labelled its replies (trustsweep label).");
  }
  if (judged.length > 0) {
    words.push(`A judge decided verdicts of ${names.join(", ")}.`
      + (TS.doc.files.some((file) => file.judge) ? ""
        : " How far it can be trusted is not known (trustsweep calibrate)."));
  }
  return words.concat(stopped.map((reason) => `Stopped: ${reason}`));
};

TS.selfText = (file) => {
  const self = (file.judge || {}).self_preference;
  if (!self) return null;
  return TS.isNumber(self.difference)
    ? "Self-preference: of its own model's replies the judge says yes "
      + `${TS.withRange(self.difference, self.interval, 3)} oftener than the `
      + "reference, less the same of others' "
      + `(${self.num_own} and ${self.num_others} replies).`
    : `Self-preference: not known; ${self.reason}.`;
};

TS.checkedSection = function () {
  const words = TS.uncheckedWords();
  const tables = TS.labelTables();
  const judge = TS.judgeTable();
  if (words.length === 0 && tables.length === 0 && !judge) return;
  TS.section("checked", "Who checked the verdicts",
    words.map((text) => TS.h("p", {}, text)), tables, judge,
    TS.doc.files.map(TS.selfText).filter(Boolean)
      .map((text) => TS.h("p", { class: "note" }, text)));
};
