"""Results files changed on purpose, for tests/cli/hostile.sh."""
import csv
import glob
import json
import os
import shutil
import subprocess
import sys

import h5py
import numpy

program, folder = sys.argv[1:]
TEXT = h5py.string_dtype()
BY_MODEL = ("jsonl", "toolkit", "lm-eval", "inspect")
FORMATS = ("csv", "jsonl", "toolkit", "lm-eval", "inspect", "redacted")
MARKUP = '<img src=x onerror=alert(1)>"\n\'</script>'


def fail(*what):
    print("FAILED:", *what)
    sys.exit(1)


def strict(text):
    """Python reads NaN where JSON has none."""
    def refuse(word):
        raise ValueError(word)
    return json.loads(text, parse_constant=refuse)


def made(name, change):
    path = f"{folder}/{name}.h5"
    shutil.copy(f"{folder}/whole.h5", path)
    with h5py.File(path, "r+") as f:
        change(f)
    return path


def ran(path, *words):
    out = subprocess.run([program, words[0], path, *words[1:]],
                         capture_output=True, timeout=300)
    return (out.returncode, out.stdout.decode("utf-8", "surrogateescape"),
            out.stderr.decode("utf-8", "surrogateescape"))


def good(path, *words):
    status, out, err = ran(path, *words)
    if status != 0:
        fail(os.path.basename(path), *words, "ended with", status, err)
    return out


def refused(path, *words):
    status, _, err = ran(path, *words)
    if status != 3 or path not in err or "; 'trustsweep score' of" not in err:
        fail(os.path.basename(path), *words, "ended with", status, err)


def written(where):
    """But for the mark that an export leaves."""
    return [name for name in os.listdir(where) if name[0] != "."]


def exported(path, only=FORMATS):
    """Each form in a folder of its own; files of JSON are JSON."""
    where = f"{folder}/out/{os.path.basename(path)}"
    for form in only:
        good(path, "export", "--format", form, "-o", f"{where}/{form}")
    for name in glob.glob(f"{where}/**/*.json*", recursive=True):
        with open(name, encoding="utf-8") as t:
            text = t.read()
        for part in text[:-1].split("\n") if name.endswith("l") else [text]:
            strict(part)
    return where


def report(path):
    """The report's document is JSON."""
    return strict(good(path, "report", "--json", "--resamples", "100"))


def shown(path):
    """What prints a file does so, and sends a terminal nothing but text."""
    for words in (("--all", "--profile", "both"), ("--published",),
                  ("--part", "all", "--resamples", "100")):
        said = good(path, "analyze", *words)
        if any(ord(c) < 32 and c != "\n" or c == "\x7f" for c in said):
            fail(os.path.basename(path), *words, "sends control characters")
    strict(good(path, "analyze", "--json", "--resamples", "100"))
    return report(path)


def all_texts(what):
    def change(f):
        for path, value in what.items():
            names = f[path][:]
            for i in range(len(names)):
                names[i] = value(i)
            f[path][:] = names
    return change


def models(*names):
    return all_texts({"model": lambda i: names[i % len(names)]})


def many_texts(f):
    del f["provenance/job"]
    f["provenance"].create_dataset(
        "job", (20000,), TEXT, data=[f'{{"a": {i}}}' for i in range(20000)])


def escapes(f):
    """In every text of the columns and models, and in what is known of roles."""
    for group in ("models", "columns"):
        for name, of in f[group].items():
            if h5py.check_string_dtype(of.dtype) and name not in (
                    "task", "labels", "metric", "evaluator", "published_as"):
                of[:] = [f"\x1b[31m{name}\x07"] * len(of)
    f["model"][:] = ["a\x1b[2J", "a\x1b[2J"]
    f["models/published_as"][:] = ["gpt-4", "gpt-4"]
    f["provenance"].create_dataset("unreadable", (), TEXT, data=json.dumps(
        [{"role": "judge\x1b", "example": "\x1b]0;x\x07", "unreadable": 1,
          "answers": 2}]))
    f["provenance"].pop("run", None)
    f["provenance"].create_dataset("run", (), TEXT, data=json.dumps(
        {"reason": "judge_changed: \x1b[31m"}))


def late(f):
    times = f["timing/finished_ms"][:]
    times[:] = 1
    times[0] = 2 ** 63 - 1
    f["timing/finished_ms"][:] = times


def not_finite(f):
    for profile in ("paper", "corrected"):
        for field, value in (("value", numpy.inf), ("low", -numpy.inf)):
            f[f"scores/{profile}/{field}"][0, :] = value
            f[f"scores/{profile}/{field}"][1, :] = numpy.nan
    f["observations/value_paper"][:] = numpy.inf


def no_utf8(f):
    texts = f["records/text"][:]
    texts[::3] = 0xff
    f["records/text"][:] = texts


def put(path, value):
    def change(f):
        f[path][:] = value
    return change


def digest(f):
    f.attrs["content_digest"] = "x/../../../a"


# a text where one is wanted, and 20,000 stand
good(made("many", many_texts), "analyze")

# what a terminal would do
shown(made("escape", escapes))
where = exported(f"{folder}/escape.h5", ("redacted",))
with h5py.File(f"{where}/redacted/escape.redacted.h5") as f:
    example = json.loads(f["provenance/unreadable"][()])[0]["example"]
    if not example.endswith(" bytes]"):
        fail("an answer stands in a redacted file:", example)

# names that say where to go, what to run, or nothing
page = shown(made("markup", models(MARKUP, "=1+1")))
if [m["name"] for m in page["files"][0]["models"]] != [MARKUP, "=1+1"]:
    fail("names are changed")
where = exported(f"{folder}/markup.h5")
with open(f"{where}/csv/scores.csv", newline="", encoding="utf-8") as t:
    names = {row["model"] for row in csv.DictReader(t)}
if names != {MARKUP, "'=1+1"}:
    fail("scores.csv has models", names)
good(f"{folder}/markup.h5", "report", "-o", f"{folder}/page.html")
with open(f"{folder}/page.html", encoding="utf-8") as t:
    if "<img" in t.read():
        fail("a name is markup")

for name, *two in (("slash", "a/b", "a_b"), ("same", "one", "one"),
                   ("long", "\u20ac" * 300, "\u20ac" * 299),
                   ("dots", "..", "../../x")):
    where = exported(made(name, models(*two)), BY_MODEL)
    for form in BY_MODEL:
        if len(written(f"{where}/{form}")) != 2:
            fail(name, "has", written(f"{where}/{form}"))
    for file in glob.glob(f"{where}/jsonl/*.jsonl"):
        with open(file, encoding="utf-8") as t:
            own = {json.loads(line)["model"] for line in t}
        if len(own) != 1:
            fail(file, "is of", own)
        if name == "slash" and ("a_b.jsonl" in file) != (own == {"a_b"}):
            fail(file, "is of", own)

tasks = made("tasks", all_texts({"task": lambda i: f"../../../out{i}"}))
where = exported(tasks, ("toolkit", "inspect"))
exported(made("digest", digest), ("lm-eval",))
left = [name for name in os.listdir(folder) if "out" in name and name != "out"]
left += [name for name in os.listdir(f"{folder}/out")
         if not name.endswith(".h5")]
if left or len(written(f"{where}/toolkit")) != 2:
    fail("written elsewhere:", left, written(f"{where}/toolkit"))

# numbers and bytes that are none
shown(made("numbers", not_finite))
exported(f"{folder}/numbers.h5")
report(made("bytes", no_utf8))
exported(f"{folder}/bytes.h5", BY_MODEL)
run = report(made("late", late))["files"][0]["run"]
if sum(row[2] for row in run["by_rank"]) != sum(
        row[2] for row in run["by_model"]) or any(
            row[1] >= run["steps"] for row in run["by_rank"]):
    fail("the time line ends behind its end", run["by_rank"])

# rows that are not there
for name, path, value in (("labels", "observations/label_paper", 1000),
                          ("minus", "observations/label_corrected", -2),
                          ("repeat", "records/repeat", 77),
                          ("entry", "items/entry", ord("x"))):
    broken = made(name, put(path, value))
    refused(broken, "analyze", "--json", "--resamples", "100")
    refused(broken, "report", "--json", "--resamples", "100")
    for form in ("csv", "jsonl"):
        refused(broken, "export", "--format", form, "-o", f"{folder}/no")
broken = made("state", put("records/state", 200))
refused(broken, "export", "--format", "csv", "-o", f"{folder}/no")
broken = made("recorded", put("records/recorded", ord("x")))
for form in ("jsonl", "toolkit"):
    refused(broken, "export", "--format", form, "-o", f"{folder}/no")
print("as it should be")
