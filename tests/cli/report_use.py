"""A report's page as a reader uses it: by mouse and by keyboard."""
import browser
from report_page import NAMES, charts, check, choose, press, quiet


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
