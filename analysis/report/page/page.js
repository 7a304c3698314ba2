"use strict";
// Puts the page together once the document is unpacked.
TS.theme = function (name) {
  document.documentElement.dataset.theme = name;
  const button = document.getElementById("theme");
  button.textContent = name === "dark" ? "Light" : "Dark";
  TS.redraw();
};

TS.follow = function () {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  TS.theme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () =>
    TS.theme(dark.matches ? "dark" : "light"));
  document.getElementById("theme").addEventListener("click", () =>
    TS.theme(document.documentElement.dataset.theme === "dark"
      ? "light" : "dark"));
};

// Paper is white, and has every chart.
TS.print = function () {
  let before = "light";
  addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.theme;
    if (before !== "light") TS.theme("light");
    TS.drawAll();
  });
  addEventListener("afterprint", () => {
    if (before !== "light") TS.theme(before);
  });
};

TS.save = function () {
  const text = JSON.stringify(TS.saved, null, 1);
  const link = TS.h("a", { download: `${TS.doc.file}.json`,
    href: URL.createObjectURL(new Blob([text], { type: "application/json" })) });
  link.click();
  URL.revokeObjectURL(link.href);
};

TS.build = function () {
  const steps = [TS.leaderboard, TS.heatMap, TS.analysisSections,
    TS.publishedSection, TS.correctedSection, TS.checkedSection,
    TS.coverageSection, TS.runSection, TS.methodSection];
  TS.contents("summary", "In words");
  if (TS.doc.models.length === 0) {
    TS.methodSection();
    return;
  }
  steps.forEach((step) => step());
};

TS.trouble = function (text) {
  const place = document.getElementById("trouble");
  place.textContent = text;
  place.hidden = false;
};

TS.start = async function () {
  if (typeof DecompressionStream === "undefined") {
    TS.trouble("This browser is too old to unpack the data of this file: it "
      + "takes Chromium 80, Firefox 113 or Safari 16.4.");
    return;
  }
  TS.specs = JSON.parse(document.getElementById("specs").textContent);
  TS.saved = JSON.parse(
    await TS.unpack(document.getElementById("data").textContent));
  TS.doc = TS.merge(TS.saved);
  document.getElementById("about").textContent += ` Texts: ${TS.doc.texts}.`;
  document.getElementById("save").addEventListener("click", TS.save);
  TS.follow();
  TS.build();
  document.getElementById("cell").addEventListener("close", () => {
    if (location.hash.startsWith("#cell/")) {
      history.pushState(null, "", "#board");
    }
  });
  addEventListener("hashchange", TS.route);
  TS.print();
  TS.route();
  document.documentElement.dataset.ready = "true";
};

TS.start().catch((error) => {
  TS.trouble(`This page could not be built: ${error.message}`);
  throw error;
});
