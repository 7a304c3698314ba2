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

TS.scaleOf = function (rows, keys, length, isReversed) {
  const values = rows.flatMap((row) => keys.map((key) => row[key]))
    .filter(TS.isNumber);
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return (value) => {
    const part = (value - low) / span;
    return length * (isReversed ? 1 - part : part);
  };
};

// The rows with label, dx, dy, align.  `by`: x and y, lists of fields that its
// axes show, the first one of the point; isDown: small values stand on top.
TS.placeLabels = function (rows, by, width, height) {
  const x = TS.scaleOf(rows, by.x, width, false);
  const y = TS.scaleOf(rows, by.y, height, !by.isDown);
  const isPoint = (row) => TS.isNumber(row[by.x[0]]) && TS.isNumber(row[by.y[0]])
    && row.model !== undefined;
  const at = (row) => ({ x: x(row[by.x[0]]), y: y(row[by.y[0]]) });
  const taken = rows.filter(isPoint).map(at).map((p) =>
    ({ x0: p.x - 5, x1: p.x + 5, y0: p.y - 5, y1: p.y + 5 }));
  const isFree = (box) => box.x0 > -60 && box.x1 < width + 150
    && taken.every((other) => box.x1 < other.x0 || box.x0 > other.x1
      || box.y1 < other.y0 || box.y0 > other.y1);
  return rows.map((row) => {
    if (!isPoint(row)) return row;
    const label = TS.shortName(row.model, 28);
    const place = TS.labelPlaces.find((p) =>
      isFree(TS.labelBox(label, at(row), p)));
    if (!place) return { ...row, label: "", dx: 0, dy: 0, align: "left" };
    taken.push(TS.labelBox(label, at(row), place));
    return { ...row, label, dx: place[0], dy: place[1], align: place[2] };
  });
};
