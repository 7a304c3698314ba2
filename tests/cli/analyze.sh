#!/bin/bash
# What `analyze` prints: the board alone, the parts of a file, several files, CSV
# and JSON; and what it refuses.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python csv json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

# Exit status, and a word of what is said.
refuses() { # STATUS WORDS ARGUMENTS...
    local status=0 want=$1 words=$2
    shift 2
    "$TRUSTSWEEP" analyze "$@" >"$dir/out" 2>"$dir/err" || status=$?
    [ "$status" = "$want" ] || { cat "$dir/err"; fail "$*: exit $status"; }
    grep -q -- "$words" "$dir/err" || { cat "$dir/err"; fail "$*: no $words"; }
    [ ! -s "$dir/out" ] || fail "$*: printed something"
}

cat >"$dir/job.json" <<'JSON'
{ "name": "two", "dataset": "sample", "models": [
  { "name": "step-10", "backend": "sim:seed=1", "access": "open",
    "facts": { "licence": "MIT", "source": "its card" } },
  { "name": "step-20", "backend": "sim:seed=2", "access": "proprietary",
    "published_as": "gpt-4", "facts": { "moderator": "a filter" } },
  { "name": "step-30", "backend": "sim:seed=3", "access": "open" } ] }
JSON
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/run" --ranks 2 \
    >/dev/null 2>"$dir/err" || [ $? = 1 ] || { cat "$dir/err"; exit 1; }
file=$dir/run/results.h5

# ten items say nothing of a printed figure, though it is in their interval
sed 's/"two"/"figure"/; s/"step-30"/"llama2-7b"/' "$dir/job.json" \
    >"$dir/figure.json"
"$TRUSTSWEEP" run "$dir/figure.json" --output "$dir/figure" --ranks 2 \
    >/dev/null 2>&1 || [ $? = 1 ]
"$TRUSTSWEEP" analyze "$dir/figure/results.h5" --part statements --csv \
    --resamples 200 | grep -q "^llama2_7b_harmless,RQ4,cannot be told,0" ||
    fail "a wide interval holds up a printed figure"

# The board alone: all averages, every error of the card.
"$TRUSTSWEEP" analyze --published >"$dir/board"
grep -q "16 of 16 are the means of the card" "$dir/board" || fail "averages"
grep -q "24 of 31 rows are those of the printed" "$dir/board" || fail "rows"
grep -q "In words" "$dir/board" || fail "no summary"
! grep -q $'\033' "$dir/board" || fail "colour without a terminal"
[ "$(COLUMNS=60 "$TRUSTSWEEP" analyze --published --part access |
    awk 'NR > 3 && length > 60' | wc -l)" = 0 ] || fail "wider than asked for"

"$TRUSTSWEEP" analyze --published --json >"$dir/board.json"
"$TRUSTSWEEP" analyze "$file" --json --resamples 200 >"$dir/one.json"
"$TRUSTSWEEP" analyze "$file" "$file" --json --resamples 200 >"$dir/two.json" \
    2>"$dir/two.err"
grep -q "such as step-10@1: they are told apart.*trustsweep merge" "$dir/two.err" ||
    fail "who stands in two files: $(cat "$dir/two.err")"
"$TRUSTSWEEP" analyze "$file" --json --resamples 200 --profile corrected \
    --series 'step-*' >"$dir/series.json"
"$TRUSTSWEEP" analyze "$file" --part columns --csv >"$dir/columns.csv"
"$python" - "$dir" <<'PY'
import csv, json, sys

def load(name):
    with open(f"{sys.argv[1]}/{name}.json", encoding="utf-8") as f:
        return json.load(f)

board = load("board")["analysis"]
assert board["kind"] == "published" and len(board["models"]) == 16
assert len(board["columns"]) == 31 and board["card"]["equal_means"] == 16
assert {e["error"] for e in board["card"]["errors"]} == {
    "direction", "value", "ties"}
assert len(board["rankings"][0]["rows"]) == 16
assert {s["verdict"] for s in board["statements"]} == {
    "holds", "does not hold", "cannot be told"}
assert len(board["trust_utility"]) == 21

one = load("one")
assert {"models", "columns", "scores", "analysis"} <= set(one)
analysis = one["analysis"]
assert analysis["kind"] == "results" and analysis["resamples"] == 200
assert len(analysis["cells"]) == 3 * len(analysis["columns"])
ranked = [c for c in analysis["cells"] if c["rank"] is not None]
assert ranked and all(1 <= c["rank"] <= 3 for c in ranked)
drawn = [c for c in ranked if c["rank_low"] is not None]
assert drawn and all(1 <= c["rank_low"] <= c["rank_high"] <= 3 and
                     0 <= c["p_first"] <= c["p_top3"] <= 1 for c in drawn)
assert analysis["pairs"] and analysis["summary"] and not analysis["compare"]
values = {(s["model"], s["column"]): s["value"] for s in one["scores"]["paper"]}
assert all(c["value"] == values[c["model"], c["column"]]
           for c in analysis["cells"])

# Facts of the job file, and what only the board knows.
sheet = analysis["sheet"]["models"]
assert sheet[0]["licence"] == "MIT" and sheet[0]["weights"] == "", sheet[0]
assert sheet[0]["source"] == "job file (its card)", sheet[0]
assert sheet[1]["moderator"] == "a filter", sheet[1]
assert sheet[1]["weights"] == "service only", sheet[1]
assert sheet[1]["source"] == "job file; arXiv:2303.08774", sheet[1]
assert sheet[2]["source"] == "", sheet[2]

two = load("two")["analysis"]
assert [m["name"] for m in two["models"]][:2] == ["step-10@1", "step-20@1"]
assert two["compare"] and all(
    r["difference"] == 0 and r["p"] == 1 for r in two["compare"])
assert len(two["files"]) == 2

series = load("series")["analysis"]
assert series["profile"] == "corrected"
assert [m["step"] for m in series["series"]["models"]] == [10, 20, 30]

with open(f"{sys.argv[1]}/columns.csv", newline="", encoding="utf-8") as f:
    rows = list(csv.reader(f))
assert rows[0][:4] == ["column", "step-10", "step-10 low", "step-10 high"]
assert len({len(row) for row in rows}) == 1 and len(rows) > 20
PY

# Equal seeds give equal bytes, others do not.
"$TRUSTSWEEP" analyze "$file" --json --resamples 200 | cmp - "$dir/one.json" ||
    fail "not the same twice"
if "$TRUSTSWEEP" analyze "$file" --json --resamples 200 --seed 2 |
    cmp -s - "$dir/one.json"; then
    fail "the seed does nothing"
fi
"$TRUSTSWEEP" analyze "$file" --part all --resamples 200 >"$dir/all"
for words in "In words" "Mean rank, overall" "Rank in each column" \
    "cannot be told apart" "Proprietary against open" "What the paper says" \
    "improve first" "Transparency" "Beside the published"; do
    grep -q "$words" "$dir/all" || fail "no '$words' in all parts"
done

# A name that is no name: a terminal's codes, a formula, markup, 300 letters.
"$python" - "$dir/odd.json" <<'PY'
import json, sys
names = ["esc{1}[31mred{2}", "=cmd|' /C calc'!A0", "two{3}lines", "x" * 300,
         "<b>\u6a21\u578b</b>"]
with open(sys.argv[1], "w", encoding="utf-8") as f:
    json.dump({"dataset": "sample", "models": [
        {"name": name, "backend": f"sim:seed={i}"}
        for i, name in enumerate(names)]}, f)
PY
"$TRUSTSWEEP" run "$dir/odd.json" --output "$dir/odd" --ranks 2 \
    >/dev/null 2>"$dir/err" || { cat "$dir/err"; exit 1; }
odd=$dir/odd/results.h5
# A job has no such names, but a file of somebody else may.
"$python" - "$odd" <<'PY'
import sys
with open(sys.argv[1], "rb") as f:
    bytes_ = f.read()
for was, is_ in (b"{1}", b"\x1b[0"), (b"{2}", b"\x07\xc2\x9b"), (b"{3}", b"\n\r "):
    assert was in bytes_
    bytes_ = bytes_.replace(was, is_)
with open(sys.argv[1], "wb") as f:
    f.write(bytes_)
PY
for arguments in "" "--part all" "--published"; do
    # shellcheck disable=SC2086  # words
    "$TRUSTSWEEP" analyze "$odd" --resamples 100 $arguments >"$dir/out" 2>&1 ||
        [ "$arguments" = --published ] || fail "odd names: $arguments"
    ! grep -q $'\033' "$dir/out" || fail "odd names, $arguments: a code"
done
"$TRUSTSWEEP" analyze "$odd" --resamples 100 --part ranks --csv >"$dir/out"
grep -q "^'=cmd|" "$dir/out" || fail "a formula in CSV"
grep -q ',"\?Mean rank, overall.*' "$dir/out" || fail "CSV of which table"
"$TRUSTSWEEP" analyze "$odd" --part series >"$dir/out"
grep -q "^Nothing to say: --part series takes" "$dir/out" ||
    fail "an empty part says nothing"
"$TRUSTSWEEP" export "$odd" --format csv -o "$dir/csv" >/dev/null
grep -q "^'=cmd|" "$dir/csv/scores.csv" || fail "a formula in scores.csv"

# an empty cell behind a figure takes it not away
printf 'model,mmlu\nstep-10,40\nstep-20,50\nstep-30,45\nstep-10,\n' >"$dir/utility.csv"
"$TRUSTSWEEP" analyze "$file" --part utility --utility "$dir/utility.csv" \
    --resamples 200 >"$dir/out"
grep -q "mmlu" "$dir/out" || fail "the table of utility is not used"

# Three checkpoints cannot show a change of level, one is no series at all.
"$TRUSTSWEEP" analyze "$file" --part series --series 'step-*' \
    --resamples 200 >"$dir/out"
grep -q "none shown" "$dir/out" || fail "says nothing of a change"
! grep -q "step-[0-9]" "$dir/out" || fail "a change that is none"
"$TRUSTSWEEP" analyze "$file" --part summary --series 'step-1?' \
    --resamples 200 | tr -s '\n ' ' ' >"$dir/out"
grep -q "takes 3 checkpoints .* covers 1 of 3 models" "$dir/out" ||
    fail "a series of too few says nothing"

# what takes long says how far it is; a pipe that nobody fills takes as long as
# one likes
mkfifo "$dir/facts"
(sleep 2.5; echo '{}' >"$dir/facts") &
"$TRUSTSWEEP" analyze "$file" --part ranks --resamples 200 \
    --facts "$dir/facts" >"$dir/out" 2>"$dir/err" || { cat "$dir/err"; fail; }
wait
grep -qxE 'analyze: [1-9][0-9]* %, ETA [0-9.]+ ?[a-z]+' "$dir/err" ||
    { cat "$dir/err"; fail "no word of how far it is"; }

# Who gives no address leaks none of those given: no value, and no rank by it.
echo '{ "dataset": "sample", "only": "privacy/privacy_leakage",
  "models": [ { "name": "mute", "backend": "sim:answer=no" } ] }' \
    >"$dir/mute.json"
"$TRUSTSWEEP" run "$dir/mute.json" --output "$dir/mute" --ranks 2 \
    >/dev/null 2>&1
"$TRUSTSWEEP" analyze "$dir/mute/results.h5" >"$dir/out"
grep -q "leakage_cd  *- nothing to divide by in 16$" "$dir/out" ||
    { cat "$dir/out"; fail "0 of nothing is a value"; }
"$TRUSTSWEEP" analyze "$dir/mute/results.h5" --part ranks >"$dir/out"
grep -q "^Mean rank, overall: 2 of" "$dir/out" ||
    { cat "$dir/out"; fail "a rank by 0 of nothing"; }

refuses 2 "FILE.h5 is missing: name a results file, or say --published"
refuses 2 "'ranking' is no part" "$file" --part ranking
refuses 2 "--csv is of a --part" "$file" --csv
refuses 2 "one profile" "$file" --part ranks --profile both
refuses 2 "one file" "$file" "$file" --published
refuses 3 "no-such.csv" "$file" --part utility --utility "$dir/no-such.csv"
printf 'model,mmlu\nstep-10,40\nstep-20,50\nstep-10,45\n' >"$dir/twice.csv"
refuses 3 "twice.csv: a second value of 'mmlu' for model 'step-10'" "$file" \
    --part utility --utility "$dir/twice.csv"
echo "model,a" >"$dir/empty.csv"
refuses 2 "none of its models" "$file" --part utility \
    --utility "$dir/empty.csv"
refuses 3 "no-such.h5" "$file" "$dir/no-such.h5"
