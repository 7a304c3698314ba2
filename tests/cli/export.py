"""Compares what `export` wrote with the results file, for tests/cli/export.sh."""
import csv
import glob
import json
import math
import os
import sys

import h5py
import numpy

from report_answers import ADDRESS, HARMLESS, HOSTILE, NUMBER, SECRET
from report_page import document

folder = sys.argv[1]
DROPPED = {"records/text", "records/reasoning", "records/detail",
           "records/recorded", "items/entry", "follow_ups/question",
           "follow_ups/answer"}


def texts(f, path):
    offset, data = f[f"{path}_offset"][:], f[path][:].tobytes()
    return [data[int(a):int(b)].decode() for a, b in zip(offset, offset[1:])]


def names(f, path):
    return list(f[path].asstr()[:])


def same(a, b):
    """Paths of the datasets that differ."""
    found = []

    def visit(name, one):
        if isinstance(one, h5py.Dataset):
            other = b[name][()] if name in b else None
            floats = one.dtype.kind == "f"
            if other is None or not numpy.array_equal(one[()], other,
                                                      equal_nan=floats):
                found.append(name)
    a.visititems(visit)
    return set(found)


def check_csv(f, where):
    with open(f"{where}/scores.csv", newline="", encoding="utf-8") as t:
        rows = list(csv.DictReader(t))
    models, columns = names(f, "model"), names(f, "column")
    assert len(rows) == 2 * len(models) * len(columns)
    measured = 0
    for row in rows:
        at = models.index(row["model"]), columns.index(row["column"])
        scores = f[f"scores/{row['profile']}"]
        for field in ("value", "low", "high"):
            want = scores[field][at] if scores["num"][at] else math.nan
            have = float(row[field]) if row[field] else math.nan
            assert have == want or (math.isnan(have) and math.isnan(want))
            measured += not math.isnan(want)
        assert bool(row["reason"]) == (row["value"] == ""), row
        assert int(row["num_refused"]) == scores["num_refused"][at]
    assert measured > 0
    with open(f"{where}/verdicts.csv", newline="", encoding="utf-8") as t:
        rows = list(csv.DictReader(t))
    assert len(rows) == len(f["observations/unit"])
    state = f["observations/state_paper"]
    meanings = state.attrs["flag_meanings"].split()
    assert sorted(row["state_paper"] for row in rows) == sorted(
        meanings[code] for code in state[:])


def check_jsonl(f, where):
    replies, entries = texts(f, "records/text"), texts(f, "items/entry")
    item = f["records/item"][:]
    lines = []
    for model in names(f, "model"):
        with open(f"{where}/{model.replace('/', '_')}.jsonl",
                  encoding="utf-8") as t:
            lines += [json.loads(line) for line in t]
    assert [line["reply"] for line in lines] == replies
    assert [line["entry"] for line in lines] == [
        json.loads(entries[i]) for i in item]
    assert sum(len(line["verdicts"]) for line in lines) == len(
        f["observations/unit"])


def check_lm_eval(f, where):
    models, columns = names(f, "model"), names(f, "column")
    for model in models:
        path, = glob.glob(f"{where}/{model.replace('/', '_')}/results_*.json")
        with open(path, encoding="utf-8") as t:
            log = json.load(t)
        values = f["scores/paper/value"][models.index(model)]
        num = f["scores/paper/num"][models.index(model)]
        assert len(log["results"]) == (
            numpy.isfinite(values) & (num > 0)).sum() > 0
        for task, of in log["results"].items():
            column = columns.index(task.removeprefix("trustllm_"))
            assert of["value,none"] == values[column]
            assert of["value_stderr,none"] == "N/A" or \
                of["value_stderr,none"] >= 0
        for part in ("configs", "versions", "n-shot", "higher_is_better",
                     "n-samples"):
            assert set(log[part]) == set(log["results"]), part


def check_inspect(where, lacking):
    for name in glob.glob(f"{where}/*/*.json"):
        with open(name, encoding="utf-8") as t:
            scores = json.load(t)["results"]["scores"]
        assert lacking not in [score["name"] for score in scores], name


def check_nothing(f, where):
    """What a published rule calls 0 of nothing is in no form a value."""
    at = 0, names(f, "column").index("leakage_cd")
    assert f["scores/paper/value"][at] == 0 == f["scores/paper/num"][at]
    check_csv(f, f"{where}/csv")
    check_lm_eval(f, f"{where}/lm-eval")
    check_inspect(f"{where}/inspect", "leakage_cd")
    with open(f"{where}/csv/scores.csv", newline="", encoding="utf-8") as t:
        row, = [row for row in csv.DictReader(t)
                if row["column"] == "leakage_cd" and row["profile"] == "paper"]
    assert row["reason"].startswith("nothing to divide by"), row
    assert row["num"] == "0", row


def check_redacted(path, redacted, texts_are):
    with h5py.File(path) as a, h5py.File(redacted) as b:
        assert b.attrs["redaction"] == texts_are
        assert b.attrs["redacted_from"] == a.attrs["content_digest"]
        assert b.attrs["content_digest"] != a.attrs["content_digest"]
        other = {name for name in same(a, b) if "_byte" not in name}
        allowed = DROPPED | {f"{name}_offset" for name in DROPPED}
        assert other <= allowed, other - allowed
        assert "records/text" in other
        everything = "".join(
            text for name in DROPPED for text in texts(b, name))
        for personal in (ADDRESS, NUMBER):
            assert personal not in everything, personal
        for entry in texts(b, "items/entry"):
            assert isinstance(json.loads(entry), dict)
        return everything


def check_tasks(path, redacted):
    """Texts stand in a masked file only of tasks known to be harmless."""
    with h5py.File(path) as a, h5py.File(redacted) as b:
        tasks, prompts = names(a, "task"), texts(a, "items/entry")
        left = set()
        for task, text in zip(b["records/task"][:], texts(b, "records/text")):
            if SECRET in text:
                left.add(tasks[task])
        assert left == HARMLESS, left ^ HARMLESS
        for task, before, after in zip(
                a["items/task"][:], prompts, texts(b, "items/entry")):
            before, after = json.loads(before), json.loads(after)
            shown = [key for key, value in before.items()
                     if isinstance(value, str) and len(value) > 40
                     and after.get(key) == value]
            assert not shown or tasks[task] in HARMLESS, (tasks[task], shown)


def check_bytes(redacted):
    """Nothing of a text is left in the file either, packed or not."""
    with open(redacted, "rb") as t:
        raw = t.read()
    assert ADDRESS.encode() not in raw and SECRET.encode() not in raw


for name in ("one", "two"):
    with h5py.File(f"{folder}/{name}.h5") as f:
        check_csv(f, f"{folder}/{name}/csv")
        check_jsonl(f, f"{folder}/{name}/jsonl")
        check_lm_eval(f, f"{folder}/{name}/lm-eval")
with h5py.File(f"{folder}/mute.h5") as f:
    check_nothing(f, f"{folder}/mute")
with h5py.File(f"{folder}/one.h5") as f, \
        h5py.File(f"{folder}/again.h5") as again:
    assert HOSTILE in texts(f, "records/text")
    blocked = f["records/state"].attrs["flag_meanings"].split()
    assert (f["records/state"][:] == blocked.index("blocked")).any()
    differ = same(f, again)
    assert not [name for name in differ if not name.startswith(
        ("models/backend", "models/identity", "provenance/", "records/id_"))
    ], differ
left = check_redacted(f"{folder}/one.h5",
                      f"{folder}/one/redacted/one.redacted.h5", "masked")
assert SECRET in left and "bytes]" in left
check_tasks(f"{folder}/one.h5", f"{folder}/one/redacted/one.redacted.h5")
left = check_redacted(f"{folder}/one.h5", f"{folder}/one/none/one.redacted.h5",
                      "none")
assert SECRET not in left and HOSTILE not in left
check_redacted(f"{folder}/two.h5", f"{folder}/two/redacted/two.redacted.h5",
               "masked")
assert os.path.isdir(f"{folder}/two/toolkit/repeat-1/alpha/safety")
assert os.path.isdir(f"{folder}/two/toolkit/repeat-0/a_b/safety")
check_bytes(f"{folder}/one/none/one.redacted.h5")
if os.path.exists(f"{folder}/one/leaderboard"):
    page, data = document(f"{folder}/one/leaderboard/index.html")
    assert not data["items"] and SECRET not in json.dumps(data) + page
    with open(f"{folder}/one/leaderboard/leaderboard.json",
              encoding="utf-8") as t:
        text = t.read()
    assert SECRET not in text
    with h5py.File(f"{folder}/one.h5") as f:
        assert [m["name"] for m in json.loads(text)["models"]] == names(
            f, "model")
print("all forms agree")
