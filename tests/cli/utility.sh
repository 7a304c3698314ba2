#!/bin/bash
# Multiple-choice questions from their files to the analysis: import, a run, what
# results.h5, analyze and report say, each interval Wilson's.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
find_python h5py numpy
if [ -z "${TRUSTSWEEP:-}" ] || [ ! -x "$TRUSTSWEEP" ]; then
    echo "the program is not built"
    exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

"$TRUSTSWEEP" dataset import tests/data/choice/mmlu "$dir/data" >"$dir/out"
grep -q 'mmlu.json: 15 questions, 8 examples, written' "$dir/out" ||
    fail "import of CSV"
"$TRUSTSWEEP" dataset import tests/data/choice/arc-sample "$dir/data" \
    --name arc >"$dir/out"
grep -q 'arc.json: 13 questions, 2 examples, written' "$dir/out" ||
    fail "import of JSON lines"
"$TRUSTSWEEP" dataset list "$dir/data" >"$dir/out"
[ "$(grep -c '^imported ' "$dir/out")" = 2 ] || fail "list"
"$TRUSTSWEEP" dataset verify "$dir/data" >"$dir/out" || fail "verify"
cp -r "$dir/data" "$dir/changed"
sed -i 's/"answer": "A"/"answer": "B"/' "$dir/changed/utility/mmlu.json"
"$TRUSTSWEEP" dataset verify "$dir/changed" >"$dir/out" 2>"$dir/err" &&
    fail "a changed set is let through"
grep -q "the digest differs" "$dir/err" || fail "no word of the change"
"$TRUSTSWEEP" dataset import tests/data/choice/mmlu "$dir/data" \
    --toolkit "$dir" 2>"$dir/err" && fail "questions with --toolkit"

cat >"$dir/job.json" <<JSON
{ "dataset": "sample", "limit": 4,
  "only": ["ethics/*", "fairness/*", "utility/*"],
  "models": [
    { "name": "a", "backend": "sim:" },
    { "name": "b", "backend": "sim:seed=5,reply_tokens=1,reply_spread=0" },
    { "name": "c", "backend": "sim:seed=8" },
    { "name": "gpt-4", "backend": "sim:seed=9" } ],
  "utility": [
    { "dataset": "$dir/data", "task": "mmlu", "limit": 15 },
    { "dataset": "$dir/data", "task": "arc", "ask": "answers", "limit": 13 },
    { "dataset": "$dir/data", "task": "mmlu", "name": "written", "shots": 0,
      "by": "generation", "limit": 15 } ] }
JSON
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/run" >"$dir/out" 2>&1 ||
    [ $? -eq 1 ] || { cat "$dir/out"; exit 1; }
file=$dir/run/results.h5

# A job of questions alone has these in its table, and no empty ranked columns.
cat >"$dir/alone.json" <<JSON
{ "dataset": "sample", "only": "utility/*",
  "models": [ { "name": "a", "backend": "sim:" } ],
  "utility": [ { "dataset": "sample", "task": "arc-sample" } ] }
JSON
"$TRUSTSWEEP" run "$dir/alone.json" --output "$dir/alone" >"$dir/out" 2>&1 ||
    { cat "$dir/out"; exit 1; }
"$TRUSTSWEEP" analyze "$dir/alone/results.h5" >"$dir/out"
grep -q "arc-sample  *[01]\.[0-9]* \[.*\] 13" "$dir/out" ||
    { cat "$dir/out"; fail "questions alone are not shown"; }
! grep -q jailbreak "$dir/out" || fail "a column that nobody asked for"

"$python" - "$file" <<'PY'
import math, statistics, sys, h5py, numpy
z2 = statistics.NormalDist().inv_cdf(0.975) ** 2
def wilson(hits, n):
    """The roots of (hits / n - p) ** 2 = z2 * p * (1 - p) / n."""
    a, b, c = n + z2, -2 * hits - z2, hits * hits / n
    root = math.sqrt(max(b * b - 4 * a * c, 0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
most = 0
with h5py.File(sys.argv[1]) as f:
    u = f["utility"]
    kinds = u["kind"].asstr()[:]
    for m in range(4):
        for i in range(len(kinds)):
            value, n = u["accuracy"][m, i], int(u["num"][m, i])
            if kinds[i] == "macro":
                parts = [u["accuracy"][m, k] for k in range(len(kinds))
                         if kinds[k] == "subject"
                         and u["task"].asstr()[k] == u["task"].asstr()[i]]
                assert abs(value - numpy.mean(parts)) < 1e-12
                continue
            hits = value * n
            assert abs(hits - round(hits)) < 1e-9
            low, high = wilson(round(hits), n)
            most = max(most, abs(u["low"][m, i] - low),
                       abs(u["high"][m, i] - high))
    assert most < 1e-9, most
    print(f"intervals differ from Wilson's by {most:.1e} at most")
PY

"$TRUSTSWEEP" analyze "$file" --part utility --json >"$dir/measured.json"
"$TRUSTSWEEP" analyze "$file" --json --utility published >"$dir/published.json"
"$TRUSTSWEEP" analyze "$file" --json --utility measured,published \
    >"$dir/both.json"
"$python" - "$dir" "$file" <<'PY'
import json, sys, h5py
def load(name):
    with open(f"{sys.argv[1]}/{name}.json") as f:
        root = json.load(f)
    return root.get("analysis", root)
def kinds(root):
    return [m["kind"] for m in root["utility"]]
measured, published, both = map(load, ("measured", "published", "both"))
assert kinds(measured) == ["measured"] * 3, kinds(measured)
assert set(kinds(published)) == {"published"}
assert set(kinds(both)) == {"measured", "published"}
by_name = {m["measure"]: m for m in measured["utility"]}
assert set(by_name) == {"mmlu", "arc", "written"}  # no parts, no sums
for name, how in ("mmlu", "likelihood"), ("written", "generation"):
    assert {m["method"] for m in by_name[name]["models"].values()} == {how}
    assert f"; by {how}: a, b, c, gpt-4" in by_name[name]["source"]
with h5py.File(sys.argv[2]) as f:
    at = list(f["measure"].asstr()[:]).index("mmlu")
    assert by_name["mmlu"]["values"]["b"] == f["utility/accuracy"][1, at]
    ranked = [n for n, r in zip(f["column"].asstr()[:], f["columns/is_ranked"])
              if r]
assert len(ranked) == 31 and not {"mmlu", "arc"} & set(ranked)
rows = measured["trust_utility"]
assert {r["measure"] for r in rows if r["scope"] == "overall"} == set(by_name)
PY
"$TRUSTSWEEP" analyze "$file" --part utility >"$dir/out"
grep -q "Utility as measured here" "$dir/out" || fail "no table"
grep -Eq "^written +b .*15 +generation" "$dir/out" || fail "no row of it"
"$TRUSTSWEEP" analyze "$file" --part summary >"$dir/out"
grep -q "measured, 4" "$dir/out" || fail "the summary does not say whose"
"$TRUSTSWEEP" analyze --published --part utility --utility measured \
    >"$dir/out" 2>&1 && fail "the board measured nothing"
grep -q "measured no utility" "$dir/out" || fail "no word of that"

# of two files: asked alike it is one measure, of other questions another, which
# a third file asked so joins; what is no model's is named
for n in 5 6; do
    cat >"$dir/few.json" <<JSON
{ "name": "few", "dataset": "sample", "only": "utility/*", "models": [
    { "name": "few$n", "backend": "sim:seed=$n" } ],
  "utility": [ { "dataset": "$dir/data", "task": "mmlu", "limit": 5 } ] }
JSON
    "$TRUSTSWEEP" run "$dir/few.json" --output "$dir/few$n" \
        >"$dir/out" 2>&1 || [ $? -eq 1 ] || { cat "$dir/out"; exit 1; }
done
"$TRUSTSWEEP" analyze "$file" "$dir/few5/results.h5" "$dir/few6/results.h5" \
    --json >"$dir/three.json"
"$python" - "$dir/three.json" <<'PY'
import json, sys
root = json.load(open(sys.argv[1]))
found = {m["measure"]: m for m in root.get("analysis", root)["utility"]}
assert set(found) == {"mmlu", "arc", "written", "mmlu@2"}, set(found)
asked = {m for m, v in found["mmlu@2"]["models"].items() if v["value"] is not None}
assert asked == {"few5", "few6"}, found["mmlu@2"]
assert "mmlu, 5 questions, " in found["mmlu@2"]["source"]
PY
printf 'model;mmlu\nA;0,5\ngpt-4;0,25\nsomebody;1\n' >"$dir/given.csv"
cp "$dir/given.csv" "$dir/a=b.csv"
for given in given a=b; do
    "$TRUSTSWEEP" analyze "$file" --json --utility "$dir/$given.csv" \
        >"$dir/given.json" 2>"$dir/err" || { cat "$dir/err"; exit 1; }
    grep -q "2 of its 3 models are not in .*: A (is a meant?), somebody$" \
        "$dir/err" || { cat "$dir/err"; fail "unknown names are not named"; }
done
"$TRUSTSWEEP" analyze "$file" --part utility --utility "$dir/given.csv" \
    >"$dir/out" 2>/dev/null
grep -q "takes 3 ranked models whose .* ranked, 1 of them with a figure" \
    "$dir/out" || { cat "$dir/out"; fail "how many are known is unsaid"; }
"$TRUSTSWEEP" analyze "$file" --part series --series 'a*' >"$dir/out"
grep -q "takes 3 checkpoints .*; 'a\*' covers 1 of 4 models" "$dir/out" ||
    { cat "$dir/out"; fail "how many are checkpoints is unsaid"; }

# a set that is not there: which are; a folder of nothing
sed 's/"mmlu", "limit"/"mmul", "limit"/' "$dir/few.json" >"$dir/wrong.json"
"$TRUSTSWEEP" plan "$dir/wrong.json" >"$dir/out" 2>&1 && fail "no such set"
grep -q "utility/mmul.json: no such file; .* there: arc, mmlu$" "$dir/out" ||
    { cat "$dir/out"; fail "the sets that are there are unsaid"; }
mkdir "$dir/empty"
"$TRUSTSWEEP" dataset import "$dir/empty" "$dir/data" >"$dir/out" 2>&1 &&
    fail "an empty folder was imported"
grep -q "neither the release .* nor questions" "$dir/out" ||
    { cat "$dir/out"; fail "what is not in a folder is unsaid"; }

# it is a file as any other
"$TRUSTSWEEP" export "$file" --format redacted -o "$dir/red" >"$dir/out" 2>&1
"$TRUSTSWEEP" digest --check "$dir/red/results.redacted.h5" >"$dir/out"
"$TRUSTSWEEP" analyze "$dir/red/results.redacted.h5" --part utility >"$dir/out"
grep -Eq "^written +b .*15 +generation" "$dir/out" || fail "lost in redaction"
"$TRUSTSWEEP" check "$dir/run" >"$dir/out" 2>&1 || { cat "$dir/out"; fail check; }
exit 0
