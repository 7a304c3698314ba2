"use strict";
// What the other files share: the document, elements, numbers as texts.
const TS = { doc: null, specs: null, sections: [] };

// An element.  Texts become text nodes, never markup: what a model wrote is
// shown as it is.
TS.h = function (name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else element.setAttribute(key, String(value));
  }
  for (const child of children.flat(2)) {
    if (child === null || child === undefined) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
};

// A name that may be broken behind its underscores and slashes, and so is not
// broken within a word.
TS.breakable = (text) => text.split(/(?<=[_/@])(?=[^_/@])/)
  .flatMap((part, at) => (at > 0 ? [TS.h("wbr"), part] : [part]));

// What may be wider or taller than its place, such as a table: it scrolls in
// its box, and a line above it and shades at its edges say so.
TS.scrollBox = function (inner, sides) {
  const sign = TS.h("p", { class: "note more", hidden: true });
  const box = TS.h("div", { class: "scroll-box" }, inner);
  const check = () => {
    const right = inner.scrollWidth - inner.clientWidth;
    const below = inner.scrollHeight - inner.clientHeight;
    const signs = [right > 1 ? `↔ ${sides[0]}` : null,
      below > 1 && sides[1] ? `↕ ${sides[1]()}` : null].filter(Boolean);
    sign.hidden = signs.length === 0;
    if (sign.hidden) inner.removeAttribute("tabindex");
    else inner.setAttribute("tabindex", "0");
    sign.textContent = `${signs.join("; ")}: scroll in the box.`;
    box.classList.toggle("has-right", inner.scrollLeft < right - 1);
    box.classList.toggle("has-below", inner.scrollTop < below - 1);
  };
  const observer = new ResizeObserver(check);
  inner.addEventListener("scroll", check, { passive: true });
  observer.observe(inner);
  for (const child of inner.children) observer.observe(child);
  return { element: TS.h("div", { class: "scroll-place" }, sign, box),
    watch: (child) => observer.observe(child) };
};

// A value of a recording in one line, whatever it is.
TS.plain = (x) => (typeof x === "object" ? JSON.stringify(x) : String(x));

TS.isNumber = (x) => typeof x === "number" && Number.isFinite(x);

TS.number = function (x, digits) {
  if (!TS.isNumber(x)) return "–";
  const text = x.toFixed(digits === undefined ? 3 : digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
};

// So many digits that count, for numbers of any size.
TS.digits = (x, num) => (!TS.isNumber(x) ? "–" : Math.abs(x) < 1e-12 ? "0"
  : String(Number(x.toPrecision(num || 3))));

// Seconds of a table: what is under a millisecond is none to a reader, and a
// sum of shares can be off zero by less than any clock tells.
TS.tableSeconds = (s) => (!TS.isNumber(s) ? "–" : s < 1e-9 ? "0"
  : s < 0.001 ? "< 0.001" : TS.digits(s));

// Rows whose names differ by numbers alone, by these numbers, in the places that
// they have among the others; `within`: of rows that are equal in it.
TS.byNumber = function (rows, key, within) {
  const kin = (row) => `${within ? row[within] : ""} `
    + String(row[key]).replace(/\d+/g, "0");
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(kin(row))) groups.set(kin(row), []);
    groups.get(kin(row)).push(row);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => String(a[key]).localeCompare(String(b[key]), "en",
      { numeric: true }));
  }
  return rows.map((row) => groups.get(kin(row)).shift());
};

// Whether it is known and at most the level: null is 0 to a browser.
TS.isAtMost = (x, level) => TS.isNumber(x) && x <= level;

TS.range = function (low, high, digits) {
  if (!TS.isNumber(low) || !TS.isNumber(high)) return "";
  return `[${TS.number(low, digits)}, ${TS.number(high, digits)}]`;
};

TS.seconds = function (s) {
  if (!TS.isNumber(s)) return "–";
  if (s < 1) return s < 0.001 ? "under 1 ms" : `${(s * 1000).toFixed(0)} ms`;
  if (s < 120) return `${s.toFixed(1)} s`;
  return s < 7200 ? `${(s / 60).toFixed(1)} min` : `${(s / 3600).toFixed(1)} h`;
};

// Arrow of the better direction.
TS.arrow = (direction) => (direction > 0 ? "↑" : direction < 0 ? "↓" : "");

// The ranked columns that the job asked for; where it asked for none, what it
// did ask for.
TS.ranked = function () {
  const asked = TS.doc.columns.map((column, at) => ({ ...column, at }))
    .filter((column) => column.chosen);
  const ranked = asked.filter((column) => column.is_ranked);
  return ranked.length > 0 ? ranked : asked.filter((c) => !c.parent);
};

TS.dimensions = () => [...new Set(TS.ranked().map((c) => c.dimension))];

TS.score = function (profile, model, column) {
  const scores = TS.doc.scores[profile];
  const out = {};
  for (const name of ["value", "low", "high", "within_low", "within_high",
    "num", "num_skipped", "num_recorded", "num_asked"]) {
    out[name] = scores[name][model][column];
  }
  out.reason = scores.reasons[model][column];
  out.states = [];
  const pairs = scores.states[model][column];
  for (let i = 0; i < pairs.length; i += 2) {
    out.states.push({ state: TS.doc.states[pairs[i]], num: pairs[i + 1] });
  }
  return out;
};

// Items of a value that have no reply: "10 failed, 2 missing".
TS.lack = (score) => score.states
  .filter((s) => ["failed", "missing", "overlong", "none"].includes(s.state))
  .map((s) => `${s.num} ${s.state === "none" ? "not done" : s.state}`)
  .join(", ");

TS.direction = (column, profile) =>
  profile === "corrected" ? column.direction_corrected : column.direction;

// A section of the page with its place in the contents.
TS.section = function (id, title, ...children) {
  const section = TS.h("section", { id, "aria-labelledby": `${id}-title` },
    TS.h("h2", { id: `${id}-title` }, title), ...children);
  document.getElementById("main").append(section);
  TS.contents(id, title);
  return section;
};

TS.contents = function (id, title) {
  document.getElementById("contents").append(
    TS.h("li", {}, TS.h("a", { href: `#${id}` }, title)));
};

TS.select = function (label, options, onchange) {
  const select = TS.h("select", { onchange: () => onchange(select.value) },
    options.map(([value, text]) => TS.h("option", { value }, text)));
  return TS.h("label", {}, label, select);
};

// The document stands in the page deflated and in base64.
TS.unpack = async function (text) {
  const bytes = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
};
