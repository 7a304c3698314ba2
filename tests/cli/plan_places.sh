#!/bin/bash
# Models that need several GPUs, in `plan`: as wide as in a run, placed whatever the
# order of the types on the command line, and refused where they fit nowhere.
set -euo pipefail
source tests/cli/lib.sh
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

plan() { # plan NAME JOB [OPTIONS]: exit status in $status
    name=$1 job=$2
    shift 2
    status=0
    "$TRUSTSWEEP" plan "$dir/$job.json" "$@" >"$dir/$name.out" \
        2>"$dir/$name.err" || status=$?
}
refused() { # refused NAME PATTERN
    [ "$status" -eq 2 ] || fail "$1: exit $status"
    grep -q "$2" "$dir/$1.err" || fail "$1: $(cat "$dir/$1.err")"
    grep -q 'forecast for' "$dir/$1.out" && fail "$1: a forecast all the same"
    return 0
}

models='"models": [
    { "name": "wide", "backend": "sim:seed=1", "tokens_per_s": 100, "load_s": 5,
      "gpus": 4, "on": "A" },
    { "name": "small", "backend": "sim:seed=2", "tokens_per_s": 100, "load_s": 5 } ]'
types='"gpu_types": [ { "type": "A" }, { "type": "B", "speed": 0.5 } ]'
echo "{ \"dataset\": \"sample\", $types, $models }" >"$dir/on.json"

plan first on --gpus A=4,B=2 --json
[ "$status" -eq 0 ] || fail "four of A: $(cat "$dir/first.err")"
plan last on --gpus B=2,A=4 --json
[ "$status" -eq 0 ] || fail "four of A behind B: $(cat "$dir/last.err")"
"$python" - "$dir" <<'PY' || fail "the order of the types counts"
import json
import sys

first, last = (json.load(open(f"{sys.argv[1]}/{name}.out"))
               for name in ("first", "last"))
for plan in (first, last):
    wide = next(m for m in plan["placement"] if m["model"] == "wide")
    assert wide["copies"] == 1 and wide["workers_each"] == 4, wide
    assert plan["makespan_s"] >= 0.999 * plan["whole_bound_s"], plan
assert abs(first["makespan_s"] / last["makespan_s"] - 1) < 0.01
PY
plan few on --gpus A=3,B=5
refused few "model 'wide' needs 4 GPUs.*'A' (3 on a node), 'B' (not in its \"on\"); more of"
plan none on --gpus A=3,B=3
refused none "model 'wide' needs 4 GPUs.*3 here"

# one group for all of a model that is on two nodes
mkdir "$dir/served"
echo weights >"$dir/served/a.safetensors"
cat >"$dir/group.json" <<JSON
{ "dataset": "sample", $types, "mix": "group", "models": [
    { "name": "large", "tokens_per_s": 100, "load_s": 5, "gpus": 8,
      "backend": "server:$dir/served,with=$PWD/jobs/servers/vllm-nodes.json" } ] }
JSON
plan both group --gpus A=4,B=4 --workers-per-node 4
refused both "model 'large' needs 8 GPUs.*of one group.*'A' (4 on a node), 'B' (4 on"
plan whole group --gpus A=8,B=4 --workers-per-node 4 --json
[ "$status" -eq 0 ] || fail "two nodes of A: $(cat "$dir/whole.err")"
plan mixed group --gpus A=4,B=4 --workers-per-node 4 --json --set mix=any
[ "$status" -eq 0 ] || fail "of two types: $(cat "$dir/mixed.err")"

# one worker has its GPU by itself, whatever could share it
cat >"$dir/share.json" <<JSON
{ "dataset": "sample", "share": 2, "models": [
    { "name": "own", "backend": "sim:seed=1", "tokens_per_s": 6000, "load_s": 0.5,
      "gpus": 1 },
    { "name": "other", "backend": "sim:seed=2", "tokens_per_s": 6000,
      "load_s": 0.5 } ] }
JSON
plan alone share --ranks 2 --json
plan pair share --ranks 3 --json
plan crowd share --ranks 9 --json --set share=16
"$python" - "$dir" <<'PY' || fail "shared GPUs"
import json
import sys

plans = {name: json.load(open(f"{sys.argv[1]}/{name}.out"))
         for name in ("whole", "mixed", "alone", "pair", "crowd")}
for name, plan in plans.items():
    resident = plan["policies"][0]
    print(name, resident["ratio"], resident["idle_s"])
    assert resident["ratio"] >= 0.999 and resident["idle_s"] >= -1e-6, name
assert plans["whole"]["placement"][0]["workers_each"] == 8
# as fast as the slower half
assert 1.9 < plans["mixed"]["makespan_s"] / plans["whole"]["makespan_s"] < 2.1
each = {name: plans[name]["placement"][0]["workers_each"]
        for name in ("alone", "pair", "crowd")}
assert each == {"alone": 1, "pair": 2, "crowd": 8}, each
PY

# where no type holds all models, what does
cat >"$dir/split.json" <<JSON
{ "dataset": "sample", "share": 2,
  "gpu_types": [ { "type": "A" }, { "type": "B" }, { "type": "C" } ],
  "models": [
    { "name": "any", "backend": "sim:seed=1", "tokens_per_s": 6000, "load_s": 1 },
    { "name": "wide", "backend": "sim:seed=2", "tokens_per_s": 6000, "load_s": 1,
      "on": ["A", "C"], "gpus": 2 },
    { "name": "last", "backend": "sim:seed=3", "tokens_per_s": 6000, "load_s": 1,
      "on": "B" } ] }
JSON
plan split split --gpus A=4,B=2
for line in 'no type of GPU holds all models' '  wide: only on A, C' \
    '  last: only on B' 'the smallest mix that holds all: --gpus A=3,B=1'; do
    grep -qxF -- "$line" "$dir/split.out" || fail "not said: $line"
done
plan mix split --gpus A=3,B=1 --json
[ "$status" -eq 0 ] || fail "the mix does not do: $(cat "$dir/mix.err")"
plan less split --gpus A=2,B=1
refused less "model 'wide' needs 2 GPUs"
"$python" - "$dir" <<'PY' || fail "smallest mix"
import json
import sys

plan = json.load(open(f"{sys.argv[1]}/mix.out"))
mix = {m["gpu_type"]: m["workers"] for m in plan["smallest_mix"]}
assert mix == {"A": 3, "B": 1} and plan["sizes"] == [], mix
assert "`smallest_mix`" in open("docs/SCHEDULING.md").read()
PY

# a type with few workers stays in the simulation where one worker stands for several
cat >"$dir/rare.json" <<JSON
{ "models": [ { "name": "a", "backend": "sim:seed=1", "tokens_per_s": 900,
                "load_s": 5, "on": ["rare"] },
              { "name": "b", "backend": "sim:seed=2", "tokens_per_s": 900,
                "load_s": 5 } ],
  "limit": 2,
  "gpu_types": [ { "type": "common", "hosts": "c*" },
                 { "type": "rare", "hosts": "r*" } ] }
JSON
"$TRUSTSWEEP" plan "$dir/rare.json" --gpus common=1300,rare=1 >"$dir/said" 2>&1 ||
    fail "no forecast: $(cat "$dir/said")"
grep -q "^forecast for 1301 workers: " "$dir/said" || fail "no forecast"
