"use strict";
// Names beside the points of a scatter, where there is room: a name that would
// lie on another one or on a point stands in the tooltip and the table only.
TS.labelPlaces = [[8, -7, "left"], [8, 9, "left"], [-8, -7, "right"],
  [-8, 9, "right"], [0, -12, "center"], [0, 15, "center"], [8, -19, "left"],
  [8, 21, "left"], [-8, -19, "right"], [-8, 21, "right"]];

TS.shortName = (name, most) =>
  (name.length > most ? `${name.slice(0, most - 1)}…` : name);

// x0, x1, y0, y1 of a text of 11 pixels.
TS.labelBox = function (text, at, [dx, dy, align]) {
  const width = 6.4 * text.length;
  const x0 = at.x + dx - (align === "left" ? 0 : align === "right" ? width
    : width / 2);
  return { x0, x1: x0 + width, y0: at.y + dy - 7, y1: at.y + dy + 7 };
};

// The rows with label, dx, dy, align.  `by`: the fields x and y of a point;
// `place`: the scales x and y of a drawing, by how much the next one is wider,
// width and height that names may take; null: no names yet.
TS.placeLabels = function (rows, by, place) {
  const isPoint = (row) => TS.isNumber(row[by.x]) && TS.isNumber(row[by.y])
    && row.model !== undefined;
  const bare = { label: "", dx: 0, dy: 0, align: "left" };
  if (!place) {
    return rows.map((row) => (isPoint(row) ? { ...row, ...bare } : row));
  }
  const at = (row) => ({ x: place.x(row[by.x]) * place.wider,
    y: place.y(row[by.y]) });
  const taken = rows.filter(isPoint).map(at).map((p) =>
    ({ x0: p.x - 5, x1: p.x + 5, y0: p.y - 5, y1: p.y + 5 }));
  const isFree = (box) => box.x0 > 1 && box.x1 < place.width && box.y0 > -12
    && box.y1 < place.height && taken.every((other) => box.x1 < other.x0
      || box.x0 > other.x1 || box.y1 < other.y0 || box.y0 > other.y1);
  return rows.map((row) => {
    if (!isPoint(row)) return row;
    const label = TS.shortName(row.model, 28);
    const found = TS.labelPlaces.find((p) =>
      isFree(TS.labelBox(label, at(row), p)));
    if (!found) return { ...row, ...bare };
    taken.push(TS.labelBox(label, at(row), found));
    return { ...row, label, dx: found[0], dy: found[1], align: found[2] };
  });
};
