"""A report's page: its data, and what every page is held to."""
import base64
import gzip
import json
import re
import sys


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
