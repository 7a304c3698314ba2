"""What a report's page says, and which texts its file holds."""
import json
import re

import browser
from report_answers import ADDRESS, HARMLESS, HOSTILE, NUMBER, SECRET
from report_page import check, document, quiet


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
