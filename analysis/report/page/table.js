"use strict";
// Tables that sort.  A column: { label, group, key, num, sort, cell }; `cell`
// makes the content of a row, `sort` what it is sorted by, both of the row.
TS.table = function (columns, rows, options) {
  const settings = Object.assign({ caption: "", tall: false }, options);
  const body = TS.h("tbody");
  const heads = columns.map((column, at) => TS.h("th",
    { scope: "col", class: column.num ? "num" : null, "aria-sort": "none",
      title: column.title },
    column.group ? TS.h("span", { class: "group" }, column.group) : null,
    TS.h("button", { type: "button", onclick: () => sort(at) }, column.label)));
  let shown = rows;
  let by = -1;
  let down = false;

  function valueOf(row, column) {
    if (column.sort) return column.sort(row);
    return row[column.key];
  }

  // Numbers by size, texts by letters; what has no value stands last.
  function compare(a, b, column) {
    const x = valueOf(a, column);
    const y = valueOf(b, column);
    const hasX = column.num ? TS.isNumber(x) : x !== undefined && x !== "";
    const hasY = column.num ? TS.isNumber(y) : y !== undefined && y !== "";
    if (!hasX || !hasY) return Number(hasY) - Number(hasX);
    const order = column.num ? x - y
      : String(x).localeCompare(String(y), "en", { numeric: true });
    return down ? -order : order;
  }

  function draw() {
    const ordered = by < 0 ? shown
      : shown.slice().sort((a, b) => compare(a, b, columns[by]));
    body.replaceChildren(...ordered.map((row) => TS.h("tr", {},
      columns.map((column, at) => {
        const content = column.cell ? column.cell(row)
          : column.num ? TS.number(row[column.key], column.digits)
            : row[column.key];
        return TS.h(at === 0 ? "th" : "td",
          { scope: at === 0 ? "row" : null, class: column.num ? "num" : null },
          typeof content === "string" && !column.num
            ? TS.breakable(content) : content);
      }))));
  }

  function sort(at, wanted) {
    down = wanted !== undefined ? wanted
      : by === at ? !down : Boolean(columns[at].down);
    by = at;
    heads.forEach((head, i) => head.setAttribute("aria-sort",
      i !== at ? "none" : down ? "descending" : "ascending"));
    draw();
  }

  draw();
  const inner = TS.h("div",
    { class: settings.tall ? "scroll tall" : "scroll",
      role: "region", "aria-label": settings.caption || "table" },
    TS.h("table", { id: settings.id },
      settings.caption ? TS.h("caption", {}, TS.h("span", {},
        settings.caption)) : null,
      TS.h("thead", {}, TS.h("tr", {}, heads)), body));
  const element = TS.scrollBox(inner, ["more columns beside these",
    () => `${shown.length} rows`]).element;
  return { element, sort,
    show(more) { shown = more; draw(); } };
};
