"""What tests/cli/report.sh looks for in a report.

report.py answers DIR    recorded answers of hostile content, for `score`
report.py look DIR       the pages in DIR, in a browser
report.py full PAGE      a page of 16 models and all ranked columns
"""
import base64
import gzip
import json
import os
import re
import sys

import browser

# What a model might write to leave its place, and what is somebody's.
HOSTILE = ('</script><script>window.hacked = 1</script><!--<script>'
           '<img src="https://example.org/x.png" onerror="window.hacked = 2">'
           '</pre></dialog>" onload="window.hacked = 3 \u2028 &lt;b&gt; ]]>')
ADDRESS = "someone.real@mail.example.org"
NUMBER = "555 0100 2233"
SECRET = "zanzibarquartz"
# Tasks whose texts masking leaves in: all others ask for harm or name people.
HARMLESS = {"truthfulness/internal", "truthfulness/external",
            "truthfulness/hallucination", "truthfulness/sycophancy",
            "truthfulness/golden_advfactuality", "robustness/AdvGLUE",
            "robustness/AdvInstruction", "robustness/ood_detection",
            "robustness/ood_generalization", "ethics/awareness"}


def answers(folder):
    """Two models answer the sample, one of them with HOSTILE everywhere."""
    for model, text in (("evil", HOSTILE),
                        ("leaky", f"{SECRET} {ADDRESS} {NUMBER}")):
        for dimension in os.listdir("datasets/sample"):
            source = os.path.join("datasets/sample", dimension)
            if not os.path.isdir(source) or dimension == "utility":
                continue
            os.makedirs(os.path.join(folder, model, dimension))
            for name in os.listdir(source):
                with open(os.path.join(source, name), encoding="utf-8") as f:
                    items = json.load(f)
                for item in items:
                    item["res"] = text
                if model == "leaky":
                    items[0]["res"] = None
                    items[-1]["eval_res"] = f"it says {SECRET}, {ADDRESS}"
                with open(os.path.join(folder, model, dimension, name), "w",
                          encoding="utf-8") as f:
                    json.dump(items, f)


def document(path):
    """The data of a page of one file, without a browser."""
    with open(path, encoding="utf-8") as f:
        page = f.read()
    found = re.search(r'id="data">([^<]*)</script>', page)
    data = json.loads(gzip.decompress(base64.b64decode(found.group(1))))
    check(len(data["files"]) == 1, path, "is of", len(data["files"]), "files")
    return page, {**data, **data["files"][0]}


def check(truth, *what):
    if not truth:
        print("FAILED:", *what)
        sys.exit(1)


def quiet(page, b):
    check(not b.errors, page, "errors:", b.errors)
    asked = [url for url in b.requests
             if not url.startswith(("data:", "file://"))]
    check(not asked, page, "asked for", asked)
    check(b.run("window.hacked") is None, page, "ran what a model wrote")


def charts(page, b, wanted):
    b.run("TS.drawAll()")
    marks = b.run("""Object.fromEntries(TS.charts.map((chart) => [chart.name,
        chart.box.querySelectorAll("svg .mark-rect path, svg .mark-symbol path,"
            + " svg .mark-rule line").length]))""")
    check(set(marks) >= set(wanted), page, "has charts", marks)
    for name, num in marks.items():
        check(num > 0, page, name, "has no marks")
    labels = b.run("""[...document.querySelectorAll(".chart svg")].filter(
        (svg) => svg.getAttribute("role") === "img"
            && svg.getAttribute("aria-label")).length""")
    check(labels == len(marks), page, "charts without a name")


NAMES = """[...document.querySelectorAll("#board-table tbody th")]
    .map((th) => th.textContent)"""


def table(page, b):
    """Sorting and filtering, as a click and a choice do it."""
    ranked = b.run("TS.doc.analysis.rankings[0].rows.map((r) => r.model)")
    check(sorted(ranked) == ["alpha", "beta", "gamma"], page, ranked)
    check(b.run(NAMES) == ranked, page, "is not in the order of mean ranks")
    head = 'document.querySelector("#board-table thead th")'
    b.run(f"{head}.querySelector('button').click()")
    check(b.run(f"{head}.getAttribute('aria-sort')") == "ascending", page)
    check(b.run(NAMES) == ["alpha", "beta", "gamma"], page, "does not sort")
    b.run(f"{head}.querySelector('button').click()")
    check(b.run(NAMES) == ["gamma", "beta", "alpha"], page, "does not sort")
    # by numbers: the column's cells then stand in order, gaps last
    order = b.run("""(() => {
        const heads = [...document.querySelectorAll("#board-table thead th")];
        const at = heads.findIndex((th) => th.textContent.includes("misuse"));
        heads[at].querySelector("button").click();
        return [...document.querySelectorAll("#board-table tbody tr")]
            .map((tr) => parseFloat(tr.children[at].textContent)); })()""")
    check(len(set(order)) > 1 and order == sorted(order, reverse=True), page,
          "misuse_rta, best first:", order)
    choose(b, "#board select", 1, "open")
    check(sorted(b.run(NAMES)) == ["beta", "gamma"], page, "filter by access")
    choose(b, "#board select", 0, "safety")
    heads = b.run("document.querySelectorAll('#board-table thead th').length")
    check(heads == 6 + 4, page, "filter by dimension", heads)
    choose(b, "#board select", 0, "")
    choose(b, "#board select", 1, "")


def choose(b, selector, at, value):
    b.run(f"""(() => {{
        const select = document.querySelectorAll("{selector}")[{at}];
        select.value = "{value}";
        select.dispatchEvent(new Event("change")); }})()""")


def press(b, key, code):
    for kind in ("rawKeyDown", "char", "keyUp"):
        text = {"text": "\r"} if key == "Enter" and kind == "char" else {}
        if kind == "char" and not text:
            continue
        b.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
               windowsVirtualKeyCode=code, **text)


def cell(page, b):
    """A cell opens by the keyboard, shows its items, filters, closes."""
    b.run("document.querySelector('#board-table button.open').focus()")
    press(b, "Enter", 13)
    b.run("new Promise((done) => setTimeout(done, 100))")
    check(b.run("document.getElementById('cell').open"), page, "no cell")
    check(b.run("location.hash").startswith("#cell/"), page, "no link")
    shown = b.run("document.querySelectorAll('#cell article').length")
    check(shown > 0, page, "no items")
    check(b.run("document.querySelector('#cell pre.prompt').textContent")
          and b.run("document.querySelector('#cell pre.reply').textContent")
          and b.run("document.querySelector('#cell .verdict').textContent"),
          page, "an item without prompt, reply or verdict")
    kinds = b.run("""[...document.querySelectorAll("#cell select option")]
        .map((option) => option.value)""")
    b.run("document.querySelector('#cell article details').open = true")
    b.run("new Promise((done) => setTimeout(done, 100))")
    others = b.run("""[...document.querySelectorAll(
        "#cell article details h3")].map((h) => h.textContent)""")
    check(len(others) == 2, page, "other models on the item:", others)
    # internal: its first column, which a judge decides
    check("YES" in b.run("""[...document.querySelectorAll("#cell .answer")]
        .map((answer) => answer.textContent)"""), page, "no judge's answer")
    check(b.run("document.querySelectorAll('#cell pre.question').length") > 0,
          page, "no question to a judge")
    check(b.run("""[...document.querySelectorAll("#cell article")]
        .every((item) => [...item.querySelectorAll("pre.question")]
            .every((question) => question.textContent.includes(
                item.querySelector("pre.reply").textContent.trim())))"""),
          page, "a question is about another reply")
    choose(b, "#cell select", 0, kinds[-1])
    left = b.run("""[...document.querySelectorAll("#cell .verdict")]
        .map((verdict) => verdict.textContent)""")
    state = kinds[-1].split(":")[0]
    check(left and all(state in text for text in left), page, left)
    press(b, "Escape", 27)
    b.run("new Promise((done) => setTimeout(done, 100))")
    check(not b.run("document.getElementById('cell').open"), page, "stays")
    check(b.run("document.activeElement.className") == "open", page,
          "focus does not come back")


def look_demo(path, page):
    with browser.Browser() as b:
        b.call("Performance.enable")
        seconds = b.open(path)
        spent = {metric["name"]: metric["value"] for metric in
                 b.call("Performance.getMetrics")["metrics"]}["ProcessTime"]
        # of the processor, as others may be using it
        check(spent < 10, page, "took", spent, "s of the processor")
        charts(page, b, ["heat", "ranks", "corrected", "states", "timeline", "ledger"])
        rows = b.run("document.querySelectorAll('#series-table tbody tr')"
                     ".length")
        check(page != "demo" or rows > 0, page, "shows no series")
        table(page, b)
        cell(page, b)
        b.call("Page.printToPDF")
        boards = b.run("document.querySelectorAll('#board-print table').length")
        check(boards == 1 + 6, page, "prints", boards, "boards")
        quiet(page, b)
        print(f"{page}: ready in {seconds:.2f} s ({spent:.2f} s of it used), "
              f"Vega {b.run('vega.version')}")
    for width, dark in ((390, False), (1280, True)):
        with browser.Browser(width, 844, dark) as b:
            b.open(path)
            b.run("TS.drawAll()")
            wide = b.run("document.documentElement.scrollWidth")
            check(wide <= width, page, f"is {wide} wide on {width}")
            theme = b.run("document.documentElement.dataset.theme")
            check(theme == ("dark" if dark else "light"), page, theme)
            quiet(page, b)


# What is wider than its box, and whether a sign above it says so.
SIGNS = """[...document.querySelectorAll(".scroll, .chart")]
    .filter((box) => !box.closest("details:not([open])")).map((box) => {
        const sign = box.closest(".scroll-place")?.querySelector(".more");
        return [box.getAttribute("aria-label"),
            box.scrollWidth > box.clientWidth + 1,
            Boolean(sign && sign.getClientRects().length > 0
                && sign.textContent.includes("↔"))]; })"""
# Words that stand on two lines.
BROKEN = """[...document.querySelectorAll("th[scope='row'], thead button")]
    .flatMap((head) => {
        const walk = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
        const out = [];
        while (walk.nextNode()) {
            const node = walk.currentNode;
            for (const word of node.data.matchAll(/[A-Za-z0-9]+/g)) {
                const range = document.createRange();
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                const tops = [...range.getClientRects()].map((r) => r.top);
                if (new Set(tops).size > 1) out.push(word[0]);
            }
        }
        return out; })"""
# Charts that are cut off, and names that lie on each other or on a point.
CUT = """[...document.querySelectorAll(".chart")].filter((box) =>
    box.scrollWidth > box.clientWidth + 1).map((box) => box.id)"""
CROWDED = """["trust", "over"].flatMap((name) => {
    const boxes = (of) => [...document.querySelectorAll(`#chart-${name} ${of}`)]
        .map((at) => [at.textContent, at.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0);
    const names = boxes(".mark-text.role-mark text");
    const others = names.concat(boxes(".mark-symbol.role-mark path"));
    return names.filter(([, a]) => others.some(([, b]) => a !== b
        && a.left < b.right && b.left < a.right
        && a.top < b.bottom - 2 && b.top < a.bottom - 2))
        .map(([text]) => text); })"""


def look_narrow(path):
    """On a phone nothing is cut off without a sign, nor any word broken."""
    with browser.Browser(390, 844) as b:
        b.open(path)
        b.run("TS.drawAll()")
        b.run("new Promise((done) => setTimeout(done, 300))")
        signs = b.run(SIGNS)
        check(any(wide for _, wide, _ in signs), path, "has no wide table")
        silent = [name for name, wide, says in signs if wide != says]
        check(not silent, path, "is cut off without a sign, or the sign says "
              "so of what is whole:", silent)
        for what, script in (("words", BROKEN), ("charts", CUT),
                             ("names", CROWDED)):
            found = b.run(script)
            check(not found, path, "on a phone:", what, found)
        quiet(path, b)


# The symbols at the points of a scatter by the model's access.
POINTS = """TS.charts.filter((chart) => ["trust", "over"].includes(chart.name))
    .map((chart) => [chart.name, ...["role-mark", "role-legend-symbol"]
        .map((of) => [...chart.box.querySelectorAll(`.mark-symbol.${of} path`)]
            .map((path) => [path.getAttribute("stroke")
                || path.getAttribute("fill"), path.getAttribute("d")
                .replace(/[^A-Za-z]+/g, "")].join()))])"""


def look_access(path):
    """A scatter tells proprietary from open models by colour and shape."""
    for dark in (False, True):
        with browser.Browser(1280, 900, dark) as b:
            b.open(path)
            b.run("TS.drawAll()")
            charts_of = b.run(POINTS)
            check(charts_of, path, "has no scatter")
            for name, points, legend in charts_of:
                check(len(set(points)) == 2, name, "tells apart", set(points))
                check(set(points) <= set(legend) and len(set(legend)) == 3,
                      name, "has the legend", legend)
            quiet(path, b)


def look_gaps(path):
    """A cell without a value has a sign that says why, and the legend it."""
    with browser.Browser() as b:
        b.open(path)
        b.run("TS.drawAll()")
        gaps = [row["shown"] for row in b.run("TS.heatRows('paper')")
                if row["place"] is None]
        check(gaps and all(text.startswith("no value: ") for text in gaps),
              "gaps say", gaps)
        crosses = b.run("document.querySelectorAll('#chart-heat "
                        ".mark-symbol.role-mark path').length")
        check(crosses == len(gaps), crosses, "crosses,", len(gaps), "gaps")
        legend = b.run("[...document.querySelectorAll('#chart-heat "
                       ".role-legend-label text')].map((t) => t.textContent)")
        check("no value" in legend, "the legend says", legend)
        notes = b.run("document.querySelector('#board').textContent")
        check(("Nothing to divide by:" in notes)
              == any("nothing to divide by" in row["shown"] for row in b.run(
                  "TS.heatRows('paper').concat(TS.heatRows('corrected'))")),
              "the note on what nothing to divide by means:", notes, gaps)


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
        # a checkpoint that was asked nothing, of the file beside which that stands
        said = b.run("document.querySelector('#skipped-table tbody').innerText")
        check(said.split() == ["step-<b>9", "no", "<i>model</i>"], said)
        check("1 checkpoint was asked nothing" in words, words)
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


def look_one(path):
    """A model alone stands where its values lie between worst and best."""
    with browser.Browser() as b:
        b.open(path)
        b.run("TS.drawAll()")
        rows = [row for row in b.run("TS.heatRows('paper')")
                if row["place"] is not None]
        units = b.run("""Object.fromEntries(TS.doc.columns.map((c) =>
            [c.name, [c.unit, c.direction]]))""")
        rates = [(row, units[row["column"]][1]) for row in rows
                 if units[row["column"]][0] == "1"]
        check(len({row["place"] for row in rows}) > 2 and rates,
              "a model alone has one colour:", rows)
        for row, direction in rates:
            want = row["value"] if direction > 0 else 1 - row["value"]
            check(abs(row["place"] - min(1, max(0, want))) < 1e-9, row)
        caption = b.run("TS.charts.find((c) => c.name === 'heat').caption")
        check("can have" in caption, caption)
        quiet("one", b)


def reached(b, most):
    """What Tab comes to, and whether each shows it."""
    out = []
    for _ in range(most):
        press(b, "Tab", 9)
        out.append(b.run("""(() => { const at = document.activeElement;
            const style = getComputedStyle(at);
            return [at.tagName, at.id || at.textContent.slice(0, 30),
                    style.outlineStyle !== "none"
                        && parseFloat(style.outlineWidth) >= 2]; })()"""))
    return out


NAMELESS = """[...document.querySelectorAll("button, select, input, a[href],"
    + " [tabindex='0'], dialog")].filter((at) => {
        const label = at.closest("label");
        const by = document.getElementById(at.getAttribute("aria-labelledby"));
        return !(at.getAttribute("aria-label") || at.textContent.trim() || by
            || (label && label.textContent.trim())); })
    .map((at) => at.outerHTML.slice(0, 80))"""
BARE = """[...document.querySelectorAll("table")].filter((table) =>
    !table.caption || [...table.querySelectorAll("thead th")].some((th) =>
        th.scope !== "col") || [...table.tBodies[0].rows].some((row) =>
        row.cells[0].scope !== "row")).map((table) => table.id)"""


def look_keys(path):
    """Everything by keyboard, in the order of the page; all has a name."""
    with browser.Browser() as b:
        b.open(path)
        b.run("TS.drawAll()")
        seen = reached(b, 40)
        check(seen[0][:2] == ["A", "Skip to the report"], seen[0])
        check(all(shows for _, _, shows in seen), "focus is not seen:",
              [at for at in seen if not at[2]])
        order = [name for _, name, _ in seen]
        check(order.index("theme") < order.index("In words")
              < order.index("Leaderboard"), order)
        check([tag for tag, _, _ in seen].count("SELECT") >= 3,
              "no filter in", order)
        b.run("document.querySelector('.skip').focus()")
        press(b, "Enter", 13)
        check(b.run("location.hash") == "#main", "the skip link")
        check(b.run("""document.querySelector("main").contains(
            document.activeElement)"""), "skips nothing")
        b.run(f"location.hash = '#cell/0/{0}'")
        b.run("new Promise((done) => setTimeout(done, 100))")
        inside = """document.getElementById("cell").contains(
            document.activeElement) || document.activeElement
            === document.body"""
        for _ in range(12):
            press(b, "Tab", 9)
            check(b.run(inside), "Tab leaves the open cell")
        bare = b.run(BARE)
        check(not bare, "tables without caption or scopes:", bare)
        nameless = b.run(NAMELESS)
        check(not nameless, "without a name:", nameless)
        levels = b.run("""[...document.querySelectorAll("h1, h2, h3")]
            .filter((h) => !h.closest("dialog")).map((h) => +h.tagName[1])""")
        check(levels[0] == 1 and levels.count(1) == 1 and all(
            b - a <= 1 for a, b in zip(levels, levels[1:])), levels)
        quiet("keys", b)


def look_hostile(path):
    _, data = document(path)
    with browser.Browser() as b:
        b.open(path)
        b.run("TS.drawAll()")
        seen = set()
        for key in data["cells"]:
            b.run(f"location.hash = '#cell/{key}'")
            b.run("new Promise((done) => setTimeout(done, 20))")
            seen |= set(b.run("""[...document.querySelectorAll(
                "#cell pre.reply")].map((pre) => pre.textContent)"""))
            check(b.run("document.querySelectorAll('#cell img,"
                        " #cell script, #cell b').length") == 0, "markup")
        check(HOSTILE in seen, "the reply is not shown as it is")
        quiet("full", b)


def look_texts(folder):
    page, data = document(f"{folder}/masked.html")
    text = json.dumps(data)
    check(ADDRESS not in text and NUMBER not in text, "masked shows who")
    shown = set()
    for unit in data["units"]:
        item = data["items"][unit["item"]]
        task = data["tasks"][item["task"]]
        if SECRET in unit["text"] and item["prompt"]:
            shown.add(task)
        if task not in HARMLESS:
            check(SECRET not in unit["text"], "masked shows", task)
            check(item["prompt"] == "" and item["prompt_bytes"] > 0,
                  "masked shows prompts of", task)
            state = data["states"][unit["state"]]
            check(state == "blocked" or unit["text_bytes"] > 0,
                  "masked says no length")
    check(shown == HARMLESS, "masked hides", HARMLESS - shown)
    words = re.search(r"<ul>(.*?)</ul>\s*<noscript>", page, re.S).group(1)
    check(words.count("<li>") >= 3, "few words")
    _, data = document(f"{folder}/none.html")
    check(SECRET not in json.dumps(data), "none shows texts")
    check(all(item["prompt"] == "" for item in data["items"]),
          "none shows prompts")
    page, data = document(f"{folder}/full.html")
    check(ADDRESS in json.dumps(data), "full hides something")
    for key, rows in data["cells"].items():
        model, column = map(int, key.split("/"))
        states = data["scores"]["paper"]["states"][model][column]
        check(sum(states[1::2]) == sum(row[1] & 1 for row in rows),
              "all is not all:", key)
    check("window.hacked" not in page, "the reply stands in the page")


def look_sentences(path):
    """Numbers and sentences say what a reader can use, or are not there."""
    with browser.Browser() as b:
        b.open(path)
        for value, wanted in (("4.98e-17", "0"), ("0", "0"), ("0.0004",
                              "< 0.001"), ("0.01234", "0.0123"), ("75", "75"),
                              ("null", "–")):
            said = b.run(f"TS.tableSeconds({value})")
            check(said == wanted, value, "s is shown as", said)
        check(b.run("TS.digits(-4.98e-17)") == "0", "digits of nothing")
        check(b.run("TS.seconds(0.0123)") == "12 ms", "seconds")
        row = ('{ column: "c", num: 8, first: 0, last: 1, slope: 0.1, p: 0.01,'
               ' p_holm: 0.03, least_p: 0.001, change_at: "step-2", before: 0,'
               ' after: 1, change_p: 0.1, change_p_holm: 0.5, change_shown: %s }')
        text = b.run(f"TS.seriesText({{}}, {row % 'false'})")
        check("step-2" not in text and "No change of level" in text
              and "p below" not in text, text)
        text = b.run(f"TS.seriesText({{}}, {row % 'true'})")
        check("The level changes most at step-2" in text, text)
        wrong = b.run("""TS.doc.analysis.series.rows.filter((row) =>
            !TS.isAtMost(row.change_p_holm, 0.05)).filter((row) => [...document
            .querySelectorAll("#series-table tbody tr")].some((tr) =>
                tr.cells[0].textContent === row.column
                && tr.cells[6].textContent !== "none shown"))
            .map((row) => row.column)""")
        check(not wrong, "changes of level that chance makes:", wrong)
        order = b.run("""TS.byNumber(["s-10", "b", "s-9", "a", "s-2"].map(
            (name) => ({ name })), "name").map((row) => row.name)""")
        check(order == ["s-2", "b", "s-9", "a", "s-10"], "by number", order)
        order = b.run("""TS.byNumber([[0, "s-3"], [0, "s-2"], [1, "s-1"]].map(
            ([rank, name]) => ({ rank, name })), "name", "rank")
            .map((row) => row.name)""")
        check(order == ["s-2", "s-3", "s-1"], "by number in a rank", order)
        note = b.run("""(() => { const ranking = TS.ranking("overall");
            ranking.note = "WHY"; const select = document.querySelector(
                "#ranks select");
            select.dispatchEvent(new Event("change"));
            return document.querySelector("#ranks").textContent; })()""")
        check("Note: WHY." in note, "no note beside the ranks", note[:300])
        head = b.run("document.querySelector('#board-table caption')"
                     ".textContent")
        check("bootstrap resamples" in head, "First is of", head)


def look_lack(path):
    """A series of too few checkpoints says what it takes."""
    with browser.Browser() as b:
        b.open(path)
        said = b.run("document.querySelector('#series').textContent")
        check("A series takes 3 checkpoints with a value in the same column: "
              "'*' covers 1 of 1 model." in said, said)


def look_words(folder):
    """No sentence of any page tells of a change that is none."""
    for name in ("masked", "demo", "one", "odd", "several", "cut"):
        with open(f"{folder}/{name}.html", encoding="utf-8") as f:
            words = re.search(r"<ul>(.*?)</ul>\s*<noscript>", f.read(),
                              re.S).group(1)
        check("by 0.000" not in words, name, words)
        check("It is first in" not in words, name, words)


def look_cut(path):
    """The summary says how many verdicts are of truncated replies."""
    _, data = document(path)
    at = data["states"].index("truncated")
    counts = {}
    for m, model in enumerate(data["models"]):
        for c, column in enumerate(data["columns"]):
            pairs = data["scores"]["paper"]["states"][m][c]
            num = dict(zip(pairs[::2], pairs[1::2])).get(at, 0)
            if column["is_ranked"] and num > 0:
                counts.setdefault(model["name"], []).append(
                    (-num, c, column["name"]))
    check(list(counts) == ["short"], "truncated:", counts)
    most = sorted(counts["short"])
    all_cut = -sum(num for num, _, _ in most)
    wanted = (f"{all_cut} verdicts are of such replies: short {all_cut} ("
              + ", ".join(f"{name} {-num}" for num, _, name in most[:3])
              + (f", {len(most) - 3} more columns)" if len(most) > 3 else ")"))
    check(any(wanted in text for text in data["words"]), wanted, data["words"])


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


def look(folder):
    look_texts(folder)
    look_cut(f"{folder}/cut.html")
    look_words(folder)
    if not browser.find():
        print("no chromium")
        sys.exit(77)
    look_demo(f"{folder}/demo.html", "demo")
    if os.path.exists(f"{folder}/older.html"):
        look_demo(f"{folder}/older.html", "older")
        look_gaps(f"{folder}/older.html")
    look_keys(f"{folder}/demo.html")
    look_narrow(f"{folder}/demo.html")
    look_narrow(f"{folder}/several.html")
    look_access(f"{folder}/demo.html")
    look_gaps(f"{folder}/demo.html")
    look_gaps(f"{folder}/masked.html")
    look_sentences(f"{folder}/demo.html")
    look_lack(f"{folder}/one.html")
    look_odd(f"{folder}/odd.html")
    look_one(f"{folder}/one.html")
    look_several(f"{folder}/several.html")
    look_hostile(f"{folder}/full.html")


if __name__ == "__main__":
    {"answers": answers, "look": look, "full": look_full}[sys.argv[1]](sys.argv[2])
