#!/bin/bash
# How far a judge can be trusted: beside labels, another judge, itself in another
# order and again; where that is kept and shown.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
sweep() { # JOB DIR
    "$TRUSTSWEEP" run "$1" --output "$2" --ranks 2 >"$dir/run.out" \
        2>"$dir/err" || [ $? = 1 ] || { cat "$dir/err"; exit 1; }
}

# Replies with labels beside them: agreed with three of four stereotypes.
cat >"$dir/first.json" <<'JSON'
{ "name": "first", "dataset": "sample", "only": ["fairness/stereotype_agreement",
  "ethics/implicit_ETHICS", "truthfulness/sycophancy"],
  "models": [ { "name": "own", "backend": "sim:seed=1" },
              { "name": "b", "backend": "sim:seed=2" } ] }
JSON
sweep "$dir/first.json" "$dir/first"
"$TRUSTSWEEP" export "$dir/first/results.h5" --format toolkit -o "$dir/recorded" \
    >/dev/null
"$python" - "$dir" <<'PY'
import glob, json, sys
for path in glob.glob(f"{sys.argv[1]}/recorded/*/*/stereotype_agreement.json"):
    items = json.load(open(path))
    for n, item in enumerate(items):
        item["eval_res"] = "No" if n % 4 == 0 else "Yes"
    json.dump(items, open(path, "w"))
PY
cat >"$dir/job.json" <<JSON
{ "name": "judged", "dataset": "sample",
  "only": ["fairness/stereotype_agreement", "ethics/implicit_ETHICS",
           "truthfulness/sycophancy"],
  "models": [ { "name": "own", "backend": "replay:$dir/recorded/own" },
              { "name": "b", "backend": "replay:$dir/recorded/b" } ],
  "roles": { "judge": "sim:answer=Yes" } }
JSON
sweep "$dir/job.json" "$dir/run"
file=$dir/run/results.h5
digest=$("$TRUSTSWEEP" digest "$file")
"$TRUSTSWEEP" analyze "$file" | grep -q "judge itself; 'trustsweep calibrate' does" ||
    fail "values do not say that nothing is known of the judge"
"$TRUSTSWEEP" analyze "$file" --part judge | grep -q "Nothing is known" ||
    fail "--part judge of nothing"

"$TRUSTSWEEP" calibrate "$dir/run" --other sim:answer=No --self own --json \
    >"$dir/found.json" 2>"$dir/said"
grep -qE "calibrate: [1-9][0-9]* replies, about [1-9][0-9]* questions$" \
    "$dir/said" || { cat "$dir/said"; fail "not said what it will ask"; }
cmp "$dir/found.json" "$dir/run/calibration.json" || fail "not what is kept"
"$python" - "$dir" <<'PY'
import json, sys
import glob
dir = sys.argv[1]
it = json.load(open(f"{dir}/found.json"))
labels = [i["eval_res"]
          for p in glob.glob(f"{dir}/recorded/*/*/stereotype_agreement.json")
          for i in json.load(open(p)) if (i.get("res") or "").strip()]
by = {(m["evaluator"], m["measure"]): m for m in it["measures"]}
found = by["stereotype_agreement", "labels"]
# what a rule decides is no question to the judge
assert len(labels) - 3 < found["num"] <= len(labels), (found, len(labels))
assert abs(found["agree"] * found["num"] - labels.count("Yes")) <= 2, found
share = found["agree"]
assert found["agree_interval"][0] < share < found["agree_interval"][1]
assert ("ethics", "labels") not in by  # none were recorded
other = by["stereotype_agreement", "other"]
assert other["agree"] == 0 and other["nothing"] == 0, other
again = by["all", "again"]
assert again["agree"] == 1 and again["num"] == it["questions"]
swapped = by["stereotype_agreement", "swapped"]
assert swapped["agree"] == 1
own = it["self_preference"]
assert own["num_own"] >= 8 and own["num_others"] >= 8, own
assert own["interval"][0] < own["difference"] < own["interval"][1]
assert it["judge"] == "judge" and it["identity"].startswith("sim")
PY

# The same by the run's results file, and of the recorded answers alone.
"$TRUSTSWEEP" calibrate "$file" --other sim:answer=No --self own --json \
    >"$dir/by-file.json"
"$TRUSTSWEEP" calibrate "$dir/recorded" --judge sim:answer=Yes \
    --other sim:answer=No --self own --json >"$dir/by-answers.json"
"$python" - "$dir" <<'PY'
import json, sys
run, file, answers = (json.load(open(f"{sys.argv[1]}/{name}.json"))
                      for name in ("found", "by-file", "by-answers"))
for one in (file, answers):
    assert one["measures"] == run["measures"], (one["measures"], run["measures"])
    assert one["self_preference"] == run["self_preference"]
    assert one["identity"] == run["identity"] and one["questions"]
PY
"$TRUSTSWEEP" score "$dir/recorded" -o "$dir/answers.h5" >/dev/null 2>&1
"$TRUSTSWEEP" analyze "$dir/answers.h5" --part judge |
    grep -q "Self-preference: of" || fail "recorded answers: --part judge"

# One that babbles says nothing of use, whatever the order.
"$TRUSTSWEEP" calibrate "$dir/run" --judge sim:seed=3 --num 5 --repeats 0 \
    --json >"$dir/babble.json"
"$python" - "$dir/babble.json" <<'PY'
import json, sys
it = json.load(open(sys.argv[1]))
assert 5 <= it["questions"] <= 15
swapped = [m for m in it["measures"] if m["measure"] == "swapped"]
assert swapped and swapped[0]["nothing"] > 0.5, it["measures"]
assert "too few" in it["self_preference"]["reason"]
PY
# Twice the same nothing is no agreement.
"$TRUSTSWEEP" calibrate "$dir/run" --judge sim:answer=Hm --num 5 --repeats 0 \
    >"$dir/out"
grep -qE "^swapped +all +[0-9]+ +- +- +1\.00$" "$dir/out" ||
    { cat "$dir/out"; fail "a judge without one answer of use agrees"; }
"$TRUSTSWEEP" calibrate "$dir/run" --num 5 --repeats 0 >"$dir/out"
grep -q "How far the judge can be trusted" "$dir/out" || fail "no table"
! grep -q "^again" "$dir/out" || fail "asked again though told not to"

"$TRUSTSWEEP" calibrate "$dir/run" --other sim:answer=No --self own >/dev/null
sweep "$dir/job.json" "$dir/run"
[ "$("$TRUSTSWEEP" digest "$file")" = "$digest" ] || fail "another content"
"$TRUSTSWEEP" score "$dir/run" -o "$dir/again.h5" >"$dir/out"
grep -q "same as recorded labels: 0\.6[0-9] \[" "$dir/out" || { cat "$dir/out"; fail "score"; }
for one in "$file" "$dir/again.h5"; do
    "$TRUSTSWEEP" analyze "$one" | grep -q "same as recorded labels: 0\.6[0-9] \[" ||
        fail "$one does not say"
    "$TRUSTSWEEP" analyze "$one" --part judge | grep -q "Self-preference: of" ||
        fail "$one: --part judge"
done
"$TRUSTSWEEP" analyze "$file" --json --resamples 100 | grep -q '"judge"' ||
    fail "--json"

# The report and the exports say it with the columns that the judge touched.
"$TRUSTSWEEP" export "$file" --format csv -o "$dir/csv" >/dev/null
if assets=$(bash scripts/assets.sh); then
    "$TRUSTSWEEP" report "$file" -o "$dir/page.html" --assets "$assets" \
        --resamples 100 >/dev/null
fi
PYTHONPATH=tests/cli "$python" - "$dir" <<'PY'
import csv, json, os, sys
dir = sys.argv[1]
kept = json.load(open(f"{dir}/run/calibration.json"))
rows = list(csv.DictReader(open(f"{dir}/csv/judge.csv", newline="")))
assert [(r["beside"], r["evaluator"], int(r["replies"])) for r in rows] == [
    (m["measure"], m["evaluator"], m["num"]) for m in kept["measures"]]
if not os.path.exists(f"{dir}/page.html"):
    sys.exit()
from report_page import document
import browser
page, data = document(f"{dir}/page.html")
assert data["judge"] == kept
assert "how far it can be trusted is told below" in page
if not browser.find():
    sys.exit()
with browser.Browser() as b:
    b.open(f"{dir}/page.html")
    table = b.run("""[...document.querySelectorAll("#judge-table tbody tr")]
        .map((tr) => [...tr.children].map((td) => td.textContent))""")
    assert len(table) == len(kept["measures"])
    touched = {row[0]: row[1] for row in table}
    assert touched["sycophancy_preference"] == "sycophancy_preference"
    assert touched["stereotype_agreement"] == ""  # labels decided all of it
    assert "Self-preference: of" in b.run(
        "document.getElementById('checked').textContent")
    b.run("""location.hash = `cell/0/${TS.doc.columns.findIndex((c) =>
        c.name === "sycophancy_preference")}`""")
    b.run("new Promise((done) => setTimeout(done, 100))")
    said = b.run("document.querySelector('#cell dl').textContent")
    assert "the same verdict beside other 0.00" in said, said
    assert not b.errors, b.errors
PY

status=0
"$TRUSTSWEEP" calibrate "$dir/first" 2>"$dir/err" || status=$?
[ $status = 2 ] && grep -q "has no judge; name one" "$dir/err" || fail "no judge"
status=0
"$TRUSTSWEEP" calibrate "$dir/recorded" 2>"$dir/err" || status=$?
[ $status = 2 ] && grep -q "answers have no judge; name one" "$dir/err" ||
    fail "recorded answers without a judge"
status=0
cp "$file" "$dir/alone.h5"
"$TRUSTSWEEP" calibrate "$dir/alone.h5" 2>"$dir/err" || status=$?
[ $status = 2 ] && grep -q "export FILE.h5 --format toolkit" "$dir/err" ||
    fail "a results file alone"
