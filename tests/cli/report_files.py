"""A report of several files, of odd names, and of many models."""
import json
import os
import re

import browser
from report_page import NAMES, charts, check, choose, document, quiet

OVERLAPS = """(() => { const boxes = [...document.querySelectorAll(
    "#chart-over .mark-text text, #chart-trust .mark-text text")]
    .filter((text) => text.textContent !== "")
    .map((text) => text.getBoundingClientRect());
    return [boxes.length, boxes.filter((a, i) => boxes.some((b, k) => k > i
        && a.left < b.right && b.left < a.right && a.top < b.bottom
        && b.top < a.bottom)).length]; })()"""


def look_several(path):
    """Two files of three models each, of which two stand in both."""
    with browser.Browser() as b:
        b.open(path)
        charts("several", b, ["heat", "ranks", "compare", "series", "states",
                              "timeline", "ledger"])
        names = b.run("TS.doc.models.map((m) => m.name)")
        check(names == ["alpha@1", "step-1", "step-2@1", "alpha@2", "step-2@2",
                        "step-3"], "models", names)
        title = b.run("document.querySelector('h1').textContent")
        check(title == "run, run/results.h5 and later/results.h5", title)
        words = b.run("document.querySelector('#summary').textContent")
        check("6 models of 2 files" in words and "alpha@1" in words, words)
        # the drawn numbers are those of the analysis
        pair = b.run("document.querySelector('#compare select').value")
        check(pair == "alpha@1 → alpha@2", pair)
        rows = b.run("document.querySelectorAll('#compare-table tbody tr')"
                     ".length")
        check(rows == b.run(f"TS.compareRows('{pair}').length") > 10, rows)
        choose(b, "#compare select", 0, "step-2@1 → step-2@2")
        check(b.run("TS.charts.find((c) => c.name === 'compare').rows"
                    ".every((r) => r.before === 'step-2@1')"), "other pair")
        steps = b.run("TS.charts.find((c) => c.name === 'series').rows"
                      ".map((r) => r.step)")
        check(steps == [1, 2, 2, 3], "steps", steps)
        # where nothing could be tested nothing is said to move
        said = b.run("""TS.doc.analysis.series.rows.filter((r) => r.p === null)
            .map((r) => TS.seriesText(TS.doc.analysis.series, r))""")
        check(said and not any("it falls" in s or "it rises" in s
                               for s in said), said)
        # both values of a cell are its own file's; an item stands there once
        at = b.run("TS.doc.columns.findIndex((c) => c.name === 'misuse_rta')")
        for model, file, row in ((0, 0, 0), (4, 1, 1)):
            check(b.run(f"TS.score('paper', {model}, {at}).value") == b.run(
                f"TS.saved.files[{file}].scores.paper.value[{row}][{at}]"),
                "value of", model)
        check(b.run("new Set(TS.doc.items.map((i) => `${i.task}/${i.index}`))"
                    ".size === TS.doc.items.length"), "an item twice")
        b.run(f"location.hash = '#cell/3/{at}'")
        b.run("new Promise((done) => setTimeout(done, 100))")
        b.run("document.querySelector('#cell article details').open = true")
        b.run("new Promise((done) => setTimeout(done, 100))")
        others = b.run("document.querySelectorAll('#cell article details h3')"
                       ".length")
        check(others == 5, "other models on the item:", others)
        b.run("document.getElementById('cell').close()")
        # checkpoints that were asked nothing, of the file beside which that stands
        with open(os.path.join(os.path.dirname(path), "explained.json"),
                  encoding="utf-8") as f:
            left = [(row["name"], row["reason"]) for row in json.load(f)["models"]
                    if row["state"] == "left out"]
        said = b.run("""[...document.querySelectorAll(
            "#skipped-table tbody tr")].map((tr) => [tr.cells[0].innerText,
                tr.cells[1].innerText])""")
        check([tuple(row) for row in said] == left and len(left) == 5,
              "the page has", said, "explain", left)
        check(("step-<b>9", "no <i>model</i>") in left, left)
        check("5 checkpoints were asked nothing" in words, words)
        choose(b, "#run select", 0, "1")
        check(b.run("document.querySelector('#skipped-table') === null"),
              "the other file's checkpoints")
        check(b.run("TS.charts.filter((c) => c.name === 'ledger').length") == 1,
              "two ledgers at once")
        b.run("TS.drawAll()")
        check(b.run("document.querySelectorAll('#run svg').length") == 2,
              "the other file's run is not drawn")
        digests = b.run("document.querySelectorAll('#method dl').length")
        check(digests == 2, "digests of", digests, "files")
        num, over = b.run(OVERLAPS)
        check(num > 3 and over == 0, over, "of", num, "names overlap")
        quiet("several", b)


def look_odd(path):
    """One item a task, and names that are none."""
    for width in (390, 1280):
        with browser.Browser(width) as b:
            b.open(path)
            b.run("TS.drawAll()")
            wide = b.run("document.documentElement.scrollWidth")
            check(wide <= width, path, f"is {wide} wide on {width}")
            text = b.run("document.body.innerText")
            found = re.search(r"\b(NaN|nan|undefined|null|Infinity)\b|\[object",
                              text)
            check(not found, path, "says", found)
            check("<b>" in b.run(NAMES)[0] + b.run(NAMES)[1], "markup")
            quiet("odd", b)


def look_full(path):
    """16 models, all ranked columns, samples of each: how big, how slow."""
    _, data = document(path)
    ranked = [at for at, c in enumerate(data["columns"]) if c["is_ranked"]]
    values = [data["scores"]["paper"]["value"][m][c]
              for m in range(16) for c in ranked]
    check(len(data["models"]) == 16 and len(ranked) == 31, path)
    lack = values.count(None)
    check(lack < len(values) / 3, lack, "of", len(values), "have no value")
    # some have no items, as --limit takes the first ones of a file
    sampled = sum(len(data["cells"].get(f"{model}/{column}", [])) > 5
                  for model in range(16) for column in ranked)
    check(sampled > 0.75 * 16 * 31, path, "cells with samples:", sampled)
    size = os.path.getsize(path)
    check(size < 10_000_000, path, "is of", size, "bytes")
    print(f"16 x 31: {size / 1e6:.1f} MB")
    if browser.find():
        with browser.Browser() as b:
            b.call("Performance.enable")
            seconds = b.open(path)
            spent = {m["name"]: m["value"] for m in b.call(
                "Performance.getMetrics")["metrics"]}["ProcessTime"]
            print(f"open in {seconds:.2f} s ({spent:.2f} s of it used)")
            charts(path, b, ["heat", "ranks", "access", "over", "spread"])
            rows = b.run("document.querySelectorAll('#board-table tbody tr')"
                         ".length")
            check(rows == 16, path, "shows", rows, "models")
            quiet("full", b)
