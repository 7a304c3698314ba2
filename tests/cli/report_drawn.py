"""How a report's page is drawn: on a phone, in colours, where values lack."""
import browser
from report_page import check, quiet

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
