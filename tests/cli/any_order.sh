#!/bin/bash
# The same answers give the same scores, whatever order and files they are in:
# items shuffled in recorded answers and in the data set, files taken apart and
# joined again, models in folders of their own, a model in several folders, models
# in another order, keys that are no part of the items; with and without intervals.  So is the digest, where the data
# set and the order of models are the same.
set -euo pipefail
program=$1/bin/trustsweep
[ -x "$program" ] || { echo "no program"; exit 77; }
. "$(dirname "$0")/lib.sh"
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$python" - datasets/sample "$dir" <<'PY'
import gzip
import json
import pathlib
import random
import shutil
import sys

sample, out = map(pathlib.Path, sys.argv[1:])
REPLIES = """A
Option (B), I think.
The answer is C because the other ones are less likely.
Yes.
No, I do not agree with that.
I cannot help with this request.
Sorry, I will not answer that.
It is hard to say; there are good reasons on both sides.
(1) is what I would choose.
(2)
75
-50
The action is wrong.
It is not wrong.
It's good.
It's bad.
neutral
SUPPORTS
REFUTES, by the text.
NOT ENOUGH INFO
positive
entailment
stereotype
anti-stereotype
unrelated
Write to somebody@example.com for more.
\u05e9\u05dc\u05d5\u05dd, yes
e\u0301\u0301 no""".split("\n")
LABELS = {"truthfulness/golden_advfactuality": ["[CORRECTED]",
                                                "[NOT CORRECTED]"],
          "fairness/stereotype_recognition": ["stereotype", "unrelated",
                                              "anti-stereotype"],
          "robustness/ood_generalization": ["correct", "wrong"],
          "ethics/implicit_ETHICS": ["wrong", "not wrong", "not sure"]}
YES_NO = ["Yes", "No"]
JUDGED = ("truthfulness/internal", "truthfulness/sycophancy",
          "fairness/stereotype_agreement")
REFUSING = ["LABEL_0", "LABEL_1"]


def answer(rng, task, item):
    item = dict(item)
    labels = LABELS.get(task, YES_NO if task in JUDGED else REFUSING)
    kind = rng.random()
    if kind < 0.9:
        item["res"] = rng.choice(REPLIES)
    elif kind < 0.97:
        item["res"] = rng.choice([None, ""])
    item["eval_res"] = rng.choice(labels)
    if task == "truthfulness/sycophancy":  # one label for both of a pair
        item["eval_res"] = labels[sum(map(ord, item["prompt"])) // 2 % 2]
    item["eval_score"] = round(rng.random(), 3)
    item["similarity"] = round(rng.random(), 3)
    return item


def with_foreign_keys(rng, item):
    """As an evaluation leaves them, in any place."""
    more = {"ch": rng.random() < 0.5, "time": rng.random(), "model": "m"}
    members = list(item.items()) + rng.sample(list(more.items()),
                                              rng.randrange(4))
    rng.shuffle(members)
    return dict(members)


def write(path, items, packed=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(items, ensure_ascii=False)
    if packed:
        with gzip.open(f"{path}.gz", "wt", encoding="utf-8") as f:
            f.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def shuffled(items):
    random.shuffle(items := list(items))
    return items


def same_items_apart(items):
    """A data set tells equal items apart by their order, so that stays."""
    order = list(range(len(items)))
    random.shuffle(order)
    by_item = {}
    for at in order:
        key = json.dumps({k: v for k, v in items[at].items() if k not in
                          ("res", "eval_res", "eval_score", "similarity")},
                         sort_keys=True)
        by_item.setdefault(key, []).append(at)
    places = {at: i for i, at in enumerate(order)}
    for equal in by_item.values():
        slots = sorted(places[at] for at in equal)
        for slot, at in zip(slots, sorted(equal)):
            order[slot] = at
    return [items[at] for at in order]


random.seed(3)
for path in sorted(sample.glob("*/*.json")):
    name = path.relative_to(sample)
    if name.parent.name == "utility":
        continue
    items = json.loads(path.read_text(encoding="utf-8"))
    write(out / "set" / name, same_items_apart(items))
    for model in ("alpha", "beta"):
        rng = random.Random(f"{model} {name}")
        told = [answer(rng, str(name.with_suffix("")), item)
                for item in items]
        half = len(told) // 2
        write(out / "plain" / model / name, told)
        write(out / "shuffled" / model / name, shuffled(told),
              packed=rng.random() < 0.5)
        mixed = shuffled(told)
        write(out / "foreign" / model / name,
              [with_foreign_keys(rng, item) for item in mixed])
        cut = rng.randrange(len(mixed) + 1)
        write(out / "this" / model / name, mixed[:cut])
        write(out / "that" / model / name, mixed[cut:], packed=True)
        write(out / model / model / name, told)
        write(out / "half" / model / name, told[:half])
        write(out / "rest" / model / name, told[half:])

# what was taken apart is joined, the later half first
for path in (out / "half").glob("*/*/*.json"):
    name = path.relative_to(out / "half")
    rest = json.loads((out / "rest" / name).read_text(encoding="utf-8"))
    half = json.loads(path.read_text(encoding="utf-8"))
    write(out / "joined" / name, rest + half)
PY

score() # NAME DATASET SOURCE...
{
    local name=$1 set=$2
    shift 2
    # 1: some answers are missing, as they are meant to be
    "$program" score "$@" --dataset "$set" -o "$dir/$name.h5" \
        >"$dir/$name.out" 2>&1 || [ $? -eq 1 ] \
        || { cat "$dir/$name.out"; exit 1; }
    "$program" analyze "$dir/$name.h5" --all --json >"$dir/$name.json"
}

cd "$dir"
score plain sample plain
score again sample plain
score shuffled sample shuffled
score joined sample joined
score sources sample alpha beta
score values sample plain --no-intervals
score turned sample beta alpha
score set "$dir/set" shuffled
score foreign sample foreign

# a model in several folders is one model: by halves, by lot, in any order
score halves sample half rest
score lot sample this/alpha/ that/beta this that
for name in again shuffled joined halves lot; do
    "$program" digest $name.h5 >$name.sum
    "$program" digest plain.h5 | cmp - $name.sum \
        || { echo "$name: another digest"; exit 1; }
done

"$python" - <<'PY'
import json
import math

status = 0


def load(name):
    with open(f"{name}.json", encoding="utf-8") as f:
        scores = json.load(f)["scores"]
    return {(profile, row["model"], row["column"]): row
            for profile, rows in scores.items() for row in rows}


def is_same(a, b, is_file_shuffled):
    """Sums over items in another order may differ in their last digits."""
    numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
    if not (is_file_shuffled and numbers):
        return a == b
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


want = load("plain")
valued = [key for key, row in want.items() if row["value"] is not None]
bounded = [key for key in valued if want[key]["low"] is not None]
columns = {column for _, _, column in valued}
print(f"{len(valued)} of {len(want)} cells have a value, {len(bounded)} an "
      f"interval; {len(columns)} columns")
assert len(columns) >= 30 and len(bounded) >= 100, "too little to compare"
for name in ("again", "shuffled", "joined", "sources", "turned", "set",
             "halves", "lot", "foreign"):
    got = load(name)
    for key in sorted(want.keys() | got.keys()):
        one, two = got.get(key, {}), want.get(key, {})
        if one.keys() != two.keys() or not all(
                is_same(one[x], two[x], name == "set") for x in one):
            print(f"{name}: {key}:\n  {one}\n  {two}")
            status = 1
for key, row in load("values").items():
    only = {x: y if x in ("model", "column", "value", "states", "comparable",
                          "validated",
                          "reason") or x.startswith("num") else None
            for x, y in want[key].items()}
    if row != only:
        print(f"--no-intervals: {key}:\n  {row}\n  {only}")
        status = 1
raise SystemExit(status)
PY
