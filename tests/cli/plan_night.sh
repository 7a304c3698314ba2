#!/bin/bash
# `plan` of checkpoints in whose folder a run has been: what that measured is what the
# forecast and the cut are made of, new ones are as fast as those before them, and
# what it has asked is not new.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() {
    echo "FAILED: $*"
    cat "$dir/said" "$dir/err" 2>/dev/null
    exit 1
}
mkdir "$dir/steps"
echo one >"$dir/steps/step-1.bin"
touch -d '1 hour ago' "$dir/steps/step-1.bin"
# the job's guess is far too slow, and the backend says none
cat >"$dir/night.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1, "output": "$dir/night",
  "checkpoints": { "files": "$dir/steps/step-*", "settle_s": 0,
                   "backend": "sim:answer={},tokens_per_s=2000,load_s=1,sleep",
                   "tokens_per_s": 1, "load_s": 100 } }
JSON
plan() {
    "$TRUSTSWEEP" plan "$dir/night.json" "$@" >"$dir/said" 2>"$dir/err" ||
        fail "plan: exit $?"
}
speeds() { # speeds: "NAME SPEED-FROM LOAD-FROM" of each, and what it is measured in
    plan --json "$@"
    "$python" - "$dir/said" <<'PY'
import json
import sys

of = json.load(open(sys.argv[1]))
for m in of["models"]:
    print(m["name"], m["tokens_per_s_from"], m["load_s_from"])
print(of.get("measured_in"), of["checkpoints"]["complete"],
      of["checkpoints"]["asked_before"])
PY
}

[ "$(speeds)" = "step-1 job job
None 1 0" ] || fail "before there is a run: $(speeds)"
"$TRUSTSWEEP" run "$dir/night.json" --ranks 2 --quiet >/dev/null 2>"$dir/err" ||
    fail "run: exit $?"
echo two >"$dir/steps/step-2.bin"
touch -d '1 minute ago' "$dir/steps/step-2.bin"
[ "$(speeds)" = "step-1 results results
step-2 results results
$dir/night/results.h5 2 1" ] || fail "after a run: $(speeds)"
plan
grep -qxF "\"results\": measured by this run before, in $dir/night/results.h5" \
    "$dir/said" || fail "not said from where"
grep -q '^checkpoints: 2 complete now, 1 of them asked by this run before; ' \
    "$dir/said" || fail "which are new"

# what is on disk is not planned again: the forecast is of the new one
plan --json
"$python" - "$dir/said" "$dir/err" <<'PY' || fail "what was asked is planned"
import json
import re
import sys

of = json.load(open(sys.argv[1]))
old, new = of["models"]
assert old["tokens"] == 0 < new["tokens"], of["models"]
assert [m["model"] for m in of["placement"] if m["loads"]] == ["step-2"]
said = re.search(r"(\d+) of (\d+) items are on disk already", open(sys.argv[2]).read())
assert int(said.group(2)) == 2 * int(said.group(1)) == of["units"], said.group(0)
PY
mv "$dir/steps/step-2.bin" "$dir/later"
plan
grep -q '^forecast for 2 workers: 0 ms ' "$dir/said" || fail "nothing is left to do"
grep -q '^what limits it: nothing: there is no work$' "$dir/said" ||
    fail "what limits nothing"
grep -q '^all 24 items are on disk already: nothing is left to ask$' "$dir/err" ||
    fail "not said that all is on disk"
mv "$dir/later" "$dir/steps/step-2.bin"

# by what the job says nothing fits, by what was measured all does
soon=$(date -d '+3 minutes' +%Y-%m-%dT%H:%M)
plan --set "checkpoints.deadline=$soon"
grep -qx 'all of it fits, nothing is cut' "$dir/said" || fail "cut by a guess"
plan --set "checkpoints.deadline=$soon" --json
"$python" - "$dir/said" <<'PY' || fail "how long all of it takes is guessed"
import json
import sys

of = json.load(open(sys.argv[1]))["checkpoints"]
assert of["whole_s"] == of["asked_s"] < of["deadline_in_s"], of
assert of["least_workers"] == 1, of
PY
plan --set "checkpoints.deadline=$soon" --set "output=$dir/other"
grep -qx 'left out, no time before the deadline.*:' "$dir/said" ||
    fail "in another folder it knows"

# one that has passed: no number of workers helps
plan --set "checkpoints.deadline=$(date -d '-10 minutes' +%Y-%m-%dT%H:%M)"
grep -qE '^the deadline, 20[^,]*, passed 1[01] min [0-9]+ s ago: ' "$dir/said" ||
    fail "not said that it has passed"
grep -q 'unknown' "$dir/said" && fail "it is known when it passed"
grep -q 'all of it .* with any number' "$dir/said" && fail "as if it were to come"

# a damaged file is left alone, and that is said
echo none >"$dir/night/results.h5"
[ "$(speeds)" = "step-1 job job
step-2 job job
None 2 1" ] || fail "a damaged file: $(speeds)"
grep -q 'the forecast does without what the run measured before: ' "$dir/err" ||
    fail "not said that it is damaged"
