"use strict";
// Users' own models beside the published sixteen, and checkpoint series.
TS.besideSection = function () {
  const rows = (TS.doc.analysis.beside_published || [])
    .filter((row) => row.num_columns > 0);
  if (rows.length === 0) return;
  TS.section("beside", "Beside the published models",
    TS.h("p", {}, "Each model ranked with the sixteen of the published board "
      + "(with the other fifteen, where it is one of them), in the columns whose values may stand beside the board's."),
    TS.table([
      { label: "Model", key: "model" },
      { label: "Columns", key: "num_columns", num: true, digits: 0 },
      { label: "Mean rank among them", key: "mean_rank", num: true, digits: 2 },
      { label: "Place", key: "place", num: true, digits: 0 },
      { label: "Published models, best first", sort: () => "",
        cell: (row) => Object.entries(row.published || {})
          .filter(([, rank]) => TS.isNumber(rank))
          .sort((a, b) => a[1] - b[1])
          .map(([name, rank]) => `${name} ${TS.number(rank, 2)}`)
          .join(", ") },
    ], rows, { caption: "Ranked with the published sixteen", tall: true,
      id: "beside-table" }).element);
};

TS.seriesSection = function () {
  const series = TS.doc.analysis.series;
  if (!series || !series.rows || series.rows.length === 0) return;
  TS.section("series", "Over the checkpoints",
    TS.h("p", {}, `${series.models.map((m) => m.model).join(", ")}, in this `
      + "order: Theil-Sen slope by step with a permutation test, and one "
      + "change of level."),
    TS.table([
      { label: "Column", key: "column" },
      { label: "First", key: "first", num: true },
      { label: "Last", key: "last", num: true },
      { label: "Slope", key: "slope", num: true, digits: 4 },
      { label: "p", key: "p", num: true },
      { label: "p, Holm", key: "p_holm", num: true },
      { label: "Level changes at", key: "change_at",
        sort: (r) => (TS.isNumber(r.before) ? String(r.change_at) : ""),
        cell: (r) => (TS.isNumber(r.before) ? r.change_at : "–") },
      { label: "Before", key: "before", num: true },
      { label: "After", key: "after", num: true },
      { label: "p of the change", key: "change_p", num: true },
    ], series.rows, { caption: "Trend of each column", tall: true,
      id: "series-table" }).element);
};
