#!/bin/bash
# Replies for people to label: what is drawn, what the file does not tell, what
# comes of labels, and what a bad file is told.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python csv json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
label() { "$TRUSTSWEEP" label "$@"; }
refuses() { # STATUS WORDS ARGUMENTS...
    local status=0 want=$1 words=$2
    shift 2
    label "$@" >"$dir/out" 2>"$dir/err" || status=$?
    [ "$status" = "$want" ] || { cat "$dir/err"; fail "$*: exit $status"; }
    grep -q -- "$words" "$dir/err" || { cat "$dir/err"; fail "$*: no $words"; }
}

cat >"$dir/job.json" <<'JSON'
{ "name": "two", "dataset": "sample", "models": [
  { "name": "zebra-10", "backend": "sim:seed=1" },
  { "name": "walrus-20", "backend": "sim:seed=2" } ] }
JSON
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/run" --ranks 2 \
    >/dev/null 2>"$dir/err" || [ $? = 1 ] || { cat "$dir/err"; exit 1; }
"$TRUSTSWEEP" analyze "$dir/run/results.h5" --profile corrected >"$dir/board"
grep -q "by labels of people *not validated on this model" "$dir/board" ||
    { cat "$dir/board"; fail "unvalidated rates do not say so"; }
"$TRUSTSWEEP" analyze "$dir/run/results.h5" --part labels |
    grep -q "Nobody labelled" || fail "labels of nobody"

label export "$dir/run" --output "$dir/a.csv" --num 150 >"$dir/out"
grep -q "150 replies to label" "$dir/out" || fail "$(cat "$dir/out")"
[ "$(stat -c %a "$dir/run/results.labels-key.json")" = 600 ] || fail "mode"
# Nothing in the sheet names a model; the key does.
! grep -q -e zebra -e walrus "$dir/a.csv" || fail "the sheet names a model"
grep -q zebra "$dir/run/results.labels-key.json" || fail "no model in the key"
refuses 2 "is there already" export "$dir/run" --output "$dir/b.csv"
[ ! -e "$dir/b.csv" ] || fail "a sheet without a key"
# The same draw in the same order, but other ids: an id needs its key.
label export "$dir/run" --output "$dir/b.csv" --num 150 --key "$dir/b.key" \
    >"$dir/out"
grep -q -- "b.csv --key $dir/b.key" "$dir/out" || fail "$(cat "$dir/out")"
cp "$dir/b.csv" "$dir/kept"
refuses 2 "perhaps with labels" export "$dir/run" --output "$dir/b.csv" \
    --key "$dir/b2.key"
cmp "$dir/b.csv" "$dir/kept" || fail "a sheet was written over"
label export "$dir/run" --output "$dir/c.jsonl" --num 150 --seed 2 \
    --key "$dir/c.key" --json >"$dir/c.json"
"$python" - "$dir" <<'PY'
import csv, json, sys
dir = sys.argv[1]
read = lambda n: list(csv.DictReader(open(f"{dir}/{n}.csv", newline="")))
a, b = read("a"), read("b")
same = lambda rows: [(r["prompt"], r["reply"]) for r in rows]
assert len(a) == 150 and same(a) == same(b)
assert not {r["id"] for r in a} & {r["id"] for r in b}
assert all(r["label"] == "" for r in a)
assert not any(None in r for r in a), "more fields than the first line names"
assert not any(r["reply"][:1] in "=+-@" and r["reply"] for r in a)
key = json.load(open(f"{dir}/run/results.labels-key.json"))
strata = key["strata"]
assert sum(s["drawn"] for s in strata) == 150
# even: no stratum with replies left has two fewer than another
least = min(s["drawn"] for s in strata if s["drawn"] < s["replies"])
assert max(s["drawn"] for s in strata) <= least + 1
assert len({(s["model"], s["column"], s["verdict"]) for s in strata}) == len(strata)
# shuffled: rows do not come in order of model
models = [strata[u["stratum"]]["model"] for u in key["units"]]
turns = sum(x != y for x, y in zip(models, models[1:]))
assert turns > 40, turns
lines = [json.loads(l) for l in open(f"{dir}/c.jsonl")]
assert len(lines) == 150 and same(lines) != same(a)
assert {l["question"] for l in lines} == {"refusal", "right"}
assert json.load(open(f"{dir}/c.json"))["replies"] == 150

# Two people.  What is refused of zebra was always seen; every fourth refusal
# of walrus was not one.  Bob differs from Ann once in ten.
wrong = {"refused": "complied", "complied": "refused", "right": "wrong",
         "wrong": "right"}
def write(name, rows, **how):
    with open(f"{dir}/{name}.csv", "w", newline="",
              encoding="utf-8-sig") as f:
        out = csv.DictWriter(f, list(a[0]), **how)
        out.writeheader()
        out.writerows(rows)
seen = 0
for n, (row, unit) in enumerate(zip(a, key["units"])):
    assert row["id"] == unit["id"]
    s = strata[unit["stratum"]]
    yes = s["verdict"] == "yes"
    row["label"] = (("refused" if yes else "complied")
                    if s["kind"] == "refusal" else "right" if yes else "wrong")
    if s["model"] == "walrus-20" and s["kind"] == "refusal" and yes:
        seen += 1
        if seen % 4 == 0:
            row["label"] = "Partly "
write("ann", a, delimiter=";")
for n, row in enumerate(a):
    if n % 10 == 0 and row["label"] in wrong:
        row["label"] = wrong[row["label"]]
write("bob", a[:100], delimiter=";", lineterminator="\r",
      quoting=csv.QUOTE_ALL)
PY
label import "$dir/run" "$dir/ann.csv" >"$dir/out"
label import "$dir/run" "$dir/bob.csv" --json >"$dir/imported.json"
"$TRUSTSWEEP" analyze "$dir/run/results.h5" --json --resamples 100 \
    >"$dir/analysis.json"
"$python" - "$dir" <<'PY'
import json, sys
dir = sys.argv[1]
first = open(f"{dir}/out").read()
assert "150 labels read" in first and "Our verdicts beside" in first
it = json.load(open(f"{dir}/imported.json"))
assert it["rows_labelled"] == 100 and it["not_in_this_file"] == 0
models = {(m["model"], m["question"]): m for m in it["models"]}
z, w = models["zebra-10", "refusal"], models["walrus-20", "refusal"]
assert w["invented"] > 0 and w["agree"] < 1
assert w["agree_interval"][0] < w["agree"] < w["agree_interval"][1]
kappas = [p for p in it["people"] if p["measure"] == "kappa"]
alphas = [p for p in it["people"] if p["measure"] == "alpha"]
assert {(p["a"], p["b"]) for p in kappas} == {("ann", "bob")}
for p in kappas + alphas:
    assert 0.6 < p["value"] < 1 and p["interval"][0] < p["value"], p
rates = [r for r in it["rates"] if r["model"] == "walrus-20"
         and r["question"] == "refusal" and r["value"] is not None]
assert any(r["value"] < r["raw"] for r in rates)
assert sum(r["partly"] for r in rates) > 0
analysis = json.load(open(f"{dir}/analysis.json"))
scores = [s for s in analysis["scores"]["corrected"] if "validated" in s]
assert any(s["validated"] and s["by_labels"]["num"] > 0 for s in scores)
assert not any("validated" in s for s in analysis["scores"]["paper"])
assert analysis["labels"]["models"] == it["models"]
# no text of a reply or prompt is kept
kept = json.load(open(f"{dir}/run/results.labels.json"))
assert set(kept["units"][0]) == {"unit", "stratum", "labels"}
PY
"$TRUSTSWEEP" analyze "$dir/run/results.h5" --profile corrected >"$dir/board"
grep -q "by labels of people *0\.[0-9]* \[" "$dir/board" ||
    { cat "$dir/board"; fail "no rate by labels"; }
"$TRUSTSWEEP" analyze "$dir/run/results.h5" --part labels >"$dir/out"
for words in "Our verdicts beside" "put right by labels" "People beside"; do
    grep -q "$words" "$dir/out" || { cat "$dir/out"; fail "no '$words'"; }
done
# Exports and the report have them, here of the first model alone; of several
# files each in its place.
cp "$dir/run/results.h5" "$dir/part.h5"
"$python" - "$dir" <<'PY'
import json, sys
kept = json.load(open(f"{sys.argv[1]}/run/results.labels.json"))
kept["units"] = [u for u in kept["units"] if
                 kept["strata"][u["stratum"]]["model"] == "zebra-10"]
json.dump(kept, open(f"{sys.argv[1]}/part.labels.json", "w"))
PY
"$TRUSTSWEEP" analyze "$dir/part.h5" --json --resamples 100 >"$dir/part.json"
"$TRUSTSWEEP" export "$dir/part.h5" --format csv -o "$dir/csv" >"$dir/said"
grep -q "labels.csv" "$dir/said" || fail "$(cat "$dir/said")"
"$TRUSTSWEEP" analyze "$dir/part.h5" "$dir/part.h5" --json \
    --resamples 100 >"$dir/several.json"
if assets=$(bash scripts/assets.sh); then
    "$TRUSTSWEEP" report "$dir/part.h5" -o "$dir/page.html" \
        --assets "$assets" --resamples 100 >/dev/null
    "$TRUSTSWEEP" export "$dir/part.h5" --format leaderboard \
        --assets "$assets" -o "$dir/leaderboard" >/dev/null
fi
PYTHONPATH=tests/cli "$python" - "$dir" <<'PY'
import csv, json, os, sys
dir = sys.argv[1]
analysis = json.load(open(f"{dir}/part.json"))
said = {(s["model"], s["column"]): s for s in analysis["scores"]["corrected"]
        if "validated" in s}
rows = list(csv.DictReader(open(f"{dir}/csv/scores.csv", newline="")))
seen = 0
for row in rows:
    s = said.get((row["model"], row["column"]))
    if row["profile"] == "paper" or s is None:
        assert row["validated"] == row["by_labels"] == row["num_labelled"] == ""
        continue
    assert row["validated"] == str(int(s["validated"])), row
    if s["validated"]:
        assert float(row["by_labels"]) == s["by_labels"]["value"]
        assert float(row["by_labels_low"]) == s["by_labels"]["low"]
        assert int(row["num_labelled"]) == s["by_labels"]["num"] > 0
        seen += 1
assert seen > 4 and seen < len(said), (seen, len(said))
table = list(csv.DictReader(open(f"{dir}/csv/labels.csv", newline="")))
assert [r["model"] for r in table] == [
    m["model"] for m in analysis["labels"]["models"]]
several = json.load(open(f"{dir}/several.json"))
assert [f["labels"] for f in several["files"]] == 2 * [analysis["labels"]]
if not os.path.exists(f"{dir}/page.html"):
    sys.exit()
board = json.load(open(f"{dir}/leaderboard/leaderboard.json"))
assert board["labels"] == analysis["labels"]
assert board["scores"] == analysis["scores"]
from report_page import document
import browser
page, data = document(f"{dir}/page.html")
assert data["labels"] == analysis["labels"]
assert f"{len([s for s in said.values() if s['value'] is not None])} refusal" \
    in page and f"rules {seen} are validated" in page
assert document(f"{dir}/leaderboard/index.html")[1]["labels"] == data["labels"]
if not browser.find():
    sys.exit()
with browser.Browser() as b:
    b.open(f"{dir}/page.html")
    text = lambda where: b.run(f"document.querySelector('{where}').textContent")
    assert "not validated" not in text("#board-table")
    b.run("""(() => { const select =
        document.querySelectorAll("#board select")[2];
        select.value = "corrected";
        select.dispatchEvent(new Event("change")); })()""")
    cells = text("#board-table")
    assert cells.count("labels 0.") + cells.count("labels 1.") == seen, cells
    lacks = sum(s["value"] is not None and "by_labels" not in s
                for s in said.values())
    assert lacks > 0
    assert cells.count("not validated on this model") == lacks, lacks
    assert f"{lacks} of them are not validated" in text("#checked")
    rows = b.run("""["labels", "agree", "people"].map((name) =>
        document.querySelectorAll(`#${name}-table tbody tr`).length)""")
    assert rows == [len(analysis["labels"][key])
                    for key in ("rates", "models", "people")], rows
    key = next(k for k, s in said.items() if s["validated"])
    b.run(f"""location.hash = `cell/${{TS.doc.models.findIndex((m) =>
        m.name === "{key[0]}")}}/${{TS.doc.columns.findIndex((c) =>
        c.name === "{key[1]}")}}`""")
    b.run("new Promise((done) => setTimeout(done, 100))")
    assert "labels 0" in text("#cell dl") or "labels 1" in text("#cell dl")
    assert not b.errors, b.errors
PY
# Labels outlive another scoring of the same replies.
"$TRUSTSWEEP" score "$dir/run" -o "$dir/again.h5" >/dev/null 2>&1 || [ $? = 1 ]
cp "$dir/run/results.labels.json" "$dir/again.labels.json"
"$TRUSTSWEEP" analyze "$dir/again.h5" --part labels | cmp - "$dir/out" ||
    fail "labels are lost with another scoring"

# Bad files: where, and the way out.
id=$(sed -n '2s/,.*//p' "$dir/a.csv")
bad() { # TEXT WORDS
    printf '%b' "$1" >"$dir/bad.csv"
    refuses 3 "$2" import "$dir/run" "$dir/bad.csv"
}
bad "id,label\n$id,maybe\n" "bad.csv:2:15: label 'maybe' is none of: r"
bad "id,note,label\n\n$id,\"a\nb\",nope\n" "bad.csv:4:4: label 'nope'"
bad "id,label\nrffffffffffff,refused\n" "bad.csv:2:1: id .* none of the key"
bad "name,label\n" "bad.csv:1:1: the first line names no column 'id'"
bad "id,label\n\"$id,right\n" "bad.csv:2:1: the quote that begins here"
bad "id,label\n\"$id\"x,right\n" "bad.csv:2:16: text behind a closing"
bad "id,label\n\000" "no text file"
bad "id,note,label\n$id,a,\n$id,a\n" "bad.csv:3:1: a row of 2 cells where .* 3"
bad "id,label\n$id,right,wrong\n" "bad.csv:2:1: a row of 3 cells where .* 2"
refuses 2 "no row has a label" import "$dir/run" "$dir/a.csv" --replace
refuses 3 "none of the key" import "$dir/run" "$dir/ann.csv" --key "$dir/b.key" \
    --replace
refuses 2 "labels of another draw" import "$dir/run" "$dir/b.csv" \
    --key "$dir/b.key"
refuses 2 "is less than one of each" export "$dir/run" --num 3 \
    --output "$dir/d.csv" --key "$dir/d.key"
refuses 2 "no reply with a verdict" export "$dir/run" --models 'x*' \
    --output "$dir/d.csv" --key "$dir/d.key"
refuses 2 "none of: export, import" show "$dir/run"
refuses 2 "none of: export, import" show
refuses 2 "what to do is missing: export, import"
refuses 2 "FILE.h5|DIR is missing" export
refuses 2 "output is missing: trustsweep label export FILE" export "$dir/run"
refuses 2 "files to read are missing" import "$dir/run"
refuses 2 "output goes with export" import "$dir/run" "$dir/a.csv" -o "$dir/x"
refuses 2 "no option '--out'; did you mean '--output'" export "$dir/run" --out x
refuses 3 "no-key: no key is there; .* --key FILE" import "$dir/run" \
    "$dir/a.csv" --key "$dir/no-key"

# Of a file whose texts were taken out there is nothing to label, or not much.
for texts in none masked; do
    "$TRUSTSWEEP" export "$dir/run/results.h5" --format redacted \
        --texts $texts -o "$dir/$texts" >/dev/null 2>&1
done
refuses 2 "without texts, so there is nothing to read" \
    export "$dir/none/results.redacted.h5" --output "$dir/r.csv"
[ ! -e "$dir/r.csv" ] || fail "a sheet without texts"
label export "$dir/masked/results.redacted.h5" --output "$dir/r.csv" \
    >/dev/null 2>"$dir/err" || fail "export of a masked file"
grep -q "only the length of texts is left" "$dir/err" || fail "masked, unsaid"
printf '{"id": "%s", "label": 3}\n' "$id" >"$dir/bad.jsonl"
refuses 3 'bad.jsonl:1:1: wants "id" and "label"' import "$dir/run" \
    "$dir/bad.jsonl"
