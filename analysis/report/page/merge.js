"use strict";
// The files of a report as one: models side by side, columns those of the first
// file, an item that stands in several files once.
TS.merge = function (doc) {
  const first = doc.files[0];
  const isChosen = (column) => doc.files.some((file) => file.columns
    .some((other) => other.name === column.name && other.chosen));
  const out = { ...doc, models: [], comparable: [],
    columns: first.columns.map((column) =>
      ({ ...column, chosen: isChosen(column) })),
    scores: { paper: {}, corrected: {} }, tasks: [], items: [], units: [],
    cells: {}, asked: {},
    published: { comparisons: [], summary: {}, not_on_the_board: [] } };
  const places = { tasks: new Map(), items: new Map() };
  doc.files.forEach((file, at) => {
    const columns = TS.matchColumns(first, file);
    const before = { models: out.models.length, units: out.units.length };
    TS.mergeScores(out, file, at, columns);
    TS.mergeItems(out, file, places);
    TS.mergeCells(out, file, before, columns);
    TS.mergePublished(out.published, file);
  });
  TS.mergeAccess(out);
  return out;
};

// The analysis knows the access of published models, where a file does not.
TS.mergeAccess = function (out) {
  const known = new Map(((out.analysis || {}).models || [])
    .map((model) => [model.name, model.access]));
  for (const model of out.models) {
    model.access = known.get(model.name) || model.access;
  }
};

// Where each column of the first file stands in this one (-1: nowhere), the
// other way round, and what its label numbers are in the first file.
TS.matchColumns = function (first, file) {
  const at = first.columns.map((column) =>
    file.columns.findIndex((other) => other.name === column.name));
  const back = new Map(at.map((place, i) => [place, i]));
  const labels = file.columns.map((column, place) => {
    const own = column.labels || [];
    const theirs = (first.columns[back.get(place)] || {}).labels || [];
    if (JSON.stringify(own) === JSON.stringify(theirs)) return (n) => n;
    return (n) => (n > 0 ? Math.max(0, theirs.indexOf(own[n])) : n);
  });
  return { at, back, labels };
};

TS.mergeScores = function (out, file, at, columns) {
  const missing = { states: [], reasons: "no such column in its file" };
  const inOrder = (row, name) => columns.at.map((place) => (place >= 0
    ? row[place] : name in missing ? missing[name] : null));
  file.models.forEach((model, i) => out.models.push({ ...model,
    name: file.names[i], file: at }));
  for (const profile of ["paper", "corrected"]) {
    for (const [name, rows] of Object.entries(file.scores[profile])) {
      const list = out.scores[profile][name] || [];
      list.push(...rows.map((row) => inOrder(row, name)));
      out.scores[profile][name] = list;
    }
  }
  out.comparable.push(...file.comparable.map((row) =>
    columns.at.map((place) => (place >= 0 ? row[place] : 0))));
};

// Its place in a list, where it is put when it is new.
TS.placeOf = function (places, key, list, value) {
  if (!places.has(key)) {
    places.set(key, list.length);
    list.push(value);
  }
  return places.get(key);
};

TS.mergeItems = function (out, file, places) {
  const tasks = file.tasks.map((task) =>
    TS.placeOf(places.tasks, task, out.tasks, task));
  const items = file.items.map((item) => {
    const task = tasks[item.task];
    return TS.placeOf(places.items, `${task}/${item.index}`, out.items,
      { ...item, task });
  });
  for (const unit of file.units) {
    out.units.push({ ...unit, item: items[unit.item] });
  }
};

TS.mergeCells = function (out, file, before, columns) {
  for (const [key, rows] of Object.entries(file.cells)) {
    const [model, place] = key.split("/").map(Number);
    const column = columns.back.get(place);
    if (column === undefined) continue;
    const label = columns.labels[place];
    out.cells[`${model + before.models}/${column}`] = rows.map((row) =>
      [row[0] + before.units, row[1], row[2], label(row[3]), row[4], row[5],
        label(row[6]), row[7]]);
  }
  for (const [unit, asked] of Object.entries(file.asked || {})) {
    out.asked[Number(unit) + before.units] = asked;
  }
};

TS.mergePublished = function (out, file) {
  const renamed = (name) =>
    file.names[file.models.findIndex((m) => m.name === name)] || name;
  out.comparisons.push(...file.published.comparisons.map((row) =>
    ({ ...row, model: renamed(row.model) })));
  out.not_on_the_board.push(...file.published.not_on_the_board.map(renamed));
  for (const [key, num] of Object.entries(file.published.summary)) {
    out.summary[key] = (out.summary[key] || 0) + num;
  }
};
