"use strict";
// How each column is measured, what was run, and what is masked.
TS.maskWords = {
  none: "No prompt and no reply stands in this file.",
  masked: "E-mail addresses and numbers of seven digits or more are blotted "
    + "out. Prompts and replies of data files that ask for harm or name "
    + "people (safety, fairness, privacy, and of ethics all but awareness) "
    + "are not in this file: it has their length, and the words that a "
    + "refusal begins with. Long texts are cut.",
  full: "Prompts and replies stand here as they are, but that long ones are "
    + "cut. Part of them is harmful, part names real people.",
};

TS.tree = function (value) {
  if (value === null || typeof value !== "object") return String(value);
  return TS.h("pre", {}, JSON.stringify(value, null, 1));
};

// What a results file says of itself.
TS.fileParts = (file) => [TS.h("h3", {}, `Results file ${file.file}`),
  TS.h("dl", {}, TS.h("dt", {}, "content digest"),
    TS.h("dd", {}, file.content_digest)),
  ...Object.entries(file.provenance || {}).map(([name, value]) =>
    TS.h("details", {}, TS.h("summary", {}, name), TS.tree(value)))];

TS.methodSection = function () {
  const columns = TS.doc.columns.map((column, at) => ({ ...column, at }));
  const table = TS.table([
    { label: "Column", key: "name" }, { label: "What it is", key: "title" },
    { label: "Dimension", key: "dimension" },
    { label: "Value", key: "estimand" },
    { label: "Evaluator", key: "evaluator" }, { label: "Metric", key: "metric" },
    { label: "May have to ask", key: "needs" },
    { label: "Drawn together", key: "cluster" },
    { label: "Source of the rule", key: "source" },
  ], TS.ranked(), { id: "method-table", tall: true,
    caption: "Columns." });
  TS.section("method", "Method",
    TS.h("p", {}, "Every item of a column has one state: answered, refused, "
      + "unparsed, empty, truncated, blocked, failed, missing and so on. "
      + "Values rest on those in the denominator, whose number stands beside "
      + "them."),
    TS.h("p", {}, "Intervals are of 95 %. They follow what items share, such "
      + "as an attack or a person, and take in the classifier's own error "
      + "where one decided (docs/decisions/003-intervals.md)."),
    TS.h("p", { class: TS.doc.texts === "full" ? "warn" : null },
      TS.maskWords[TS.doc.texts]),
    TS.h("div", { class: "controls" },
      TS.select("Columns", [["shown", "those above"], ["all", "all"]],
        (which) => table.show(which === "all" ? columns
          : TS.ranked()))),
    table.element,
    TS.doc.files.map(TS.fileParts),
    TS.h("p", { class: "note" },
      `Charts by Vega ${vega.version} and Vega-Lite ${vegaLite.version} `
      + "(BSD 3-Clause, University of Washington Interactive Data Lab)."));
};
