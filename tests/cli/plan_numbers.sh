#!/bin/bash
# Numbers of a forecast that were taken for others: a load that nobody knows is
# not none, a slow model is not one of no speed, and a GPU is charged as a whole.
set -euo pipefail
source tests/cli/lib.sh
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
plan() { # plan OPTIONS: to said and out
    "$TRUSTSWEEP" plan "$@" >"$dir/said" 2>"$dir/err" || fail "$(cat "$dir/err")"
    "$TRUSTSWEEP" plan "$@" --json >"$dir/out" 2>"$dir/err" ||
        fail "$(cat "$dir/err")"
}

# a model that is served says nothing of its load; sim and an API have none
mkdir "$dir/served"
echo weights >"$dir/served/a.safetensors"
cat >"$dir/loads.json" <<JSON
{ "dataset": "sample", "models": [
    { "name": "served", "tokens_per_s": 100,
      "backend": "server:$dir/served,with=$PWD/jobs/servers/vllm.json" },
    { "name": "said", "tokens_per_s": 100, "load_s": 30, "system": "x",
      "backend": "server:$dir/served,with=$PWD/jobs/servers/vllm.json" },
    { "name": "quick", "backend": "sim:tokens_per_s=50" },
    { "name": "web",
      "backend": "http:m,url=http://127.0.0.1:9/v1,requests_per_minute=300" } ],
  "roles": { "judge": { "tokens_per_s": 100,
      "backend": "server:$dir/served,with=$PWD/jobs/servers/vllm.json" } } }
JSON
note="loads count as nothing until it is known how long they take: of"
plan "$dir/loads.json"
grep -qE "^served .* unknown +[0-9.]+ " "$dir/said" || fail "$(cat "$dir/said")"
grep -qE "^said .* 30.0 s " "$dir/said" || fail "$(cat "$dir/said")"
grep -qE "^quick .* 0 ms " "$dir/said" || fail "$(cat "$dir/said")"
grep -qF "$note 'served', 'judge'; say" "$dir/said" || fail "$(cat "$dir/said")"
"$python" - "$dir/out" <<'PY' || fail "load_s"
import json
import sys

plan = json.load(open(sys.argv[1]))
loads = {m["name"]: m["load_s"] for m in plan["models"] + plan["roles"]}
assert loads == {"served": None, "said": 30, "quick": 0, "web": 0,
                 "judge": None}, loads
PY
plan "$dir/loads.json" --set models.0.load_s=5 --set roles.judge.load_s=5
if grep -qF "$note" "$dir/said"; then fail "all loads are known"; fi

for speed in 0.5 0.001 9.87; do
    plan "$dir/loads.json" --set models.0.tokens_per_s=$speed
    grep -qE "^served .* $speed job " "$dir/said" || fail "$(cat "$dir/said")"
done
plan "$dir/loads.json" --set models.0.tokens_per_s=1234.5
grep -qE "^served .* 123[45] job " "$dir/said" || fail "$(cat "$dir/said")"

# one worker of four that may share a GPU keeps all of it; so do five both
cat >"$dir/shared.json" <<'JSON'
{ "dataset": "sample", "share": 4, "models": [
    { "name": "a", "backend": "sim:tokens_per_s=10" },
    { "name": "b", "backend": "sim:seed=1,tokens_per_s=10" } ] }
JSON
types='gpu_types=[{"type":"t","price_h":3},{"type":"u","price_h":1}]'
while read -r gpus hourly options; do
    # shellcheck disable=SC2086
    plan "$dir/shared.json" --set "$types" $options
    "$python" - "$dir/out" "$gpus" "$hourly" <<'PY' || fail "$options"
import json
import sys

plan = json.load(open(sys.argv[1]))
gpus, hourly = map(float, sys.argv[2:])
hours = plan["makespan_s"] / 3600
assert abs(plan["gpu_hours"] - gpus * hours) < 1e-6, (plan["gpu_hours"], hours)
assert abs(plan["price"] - hourly * hours) < 1e-6, (plan["price"], hours)
for size in plan["sizes"]:
    gpus = -(-size["workers"] // 4)
    assert abs(size["gpu_hours"] - gpus * size["makespan_s"] / 3600) < 1e-6, size
PY
done <<'CASES'
1 3 --ranks 2
1 3 --ranks 5
2 6 --ranks 6
2 4 --gpus t=2,u=3
CASES
# two nodes of six workers have two GPUs each
plan "$dir/shared.json" --ranks 13 --workers-per-node 6
"$python" - "$dir/out" <<'PY' || fail "GPUs of nodes"
import json
import sys

plan = json.load(open(sys.argv[1]))
assert abs(plan["gpu_hours"] - 4 * plan["makespan_s"] / 3600) < 1e-6, plan
PY

# a large file is read once, and that is said
truncate -s 1GB "$dir/served/b.safetensors"
export TRUSTSWEEP_CACHE=$dir/cache
cat >"$dir/large.json" <<JSON
{ "dataset": "sample", "models": [ { "name": "served",
    "backend": "server:$dir/served,with=$PWD/jobs/servers/vllm.json" } ] }
JSON
read_all="all of $dir/served/b.safetensors is read, 1.0 GB, to know which model"
"$TRUSTSWEEP" plan "$dir/large.json" >"$dir/said" 2>"$dir/err"
grep -qF "$read_all" "$dir/err" || fail "$(cat "$dir/err")"
"$TRUSTSWEEP" plan "$dir/large.json" >"$dir/said" 2>"$dir/err"
if grep -qF "$read_all" "$dir/err"; then fail "it is read again"; fi
