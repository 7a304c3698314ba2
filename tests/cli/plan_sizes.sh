#!/bin/bash
# The sizes that `plan` compares: quick however large the sweep is, honest about
# what stands for what, and none that hardly helps.
set -euo pipefail
source tests/cli/lib.sh
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

"$python" - "$dir" <<'PY'
import json
import sys

models = [{"name": f"m{i}", "backend": f"sim:seed={i}", "tokens_per_s": 1,
           "load_s": 30 + 60 * i} for i in range(3)]
json.dump({"dataset": "sample", "repeats": 10, "models": models},
          open(f"{sys.argv[1]}/slow.json", "w"))
types = [{"type": f"t{i}", "speed": 1 + i, "price_h": 1 + i} for i in range(3)]
for model in models:
    model["tokens_per_s"] = 300
json.dump({"dataset": "sample", "gpu_types": types,
           "models": models + [{"name": "web", "tokens_per_s": 500,
                                "backend": "http:m,url=http://127.0.0.1:9/v1"}]},
          open(f"{sys.argv[1]}/types.json", "w"))
PY

# no size that a run cannot have: ranks are kept in 16 bits
mkdir "$dir/served"
echo weights >"$dir/served/a.safetensors"
cat >"$dir/wide.json" <<JSON
{ "dataset": "sample", "models": [
    { "name": "a", "tokens_per_s": 0.01, "load_s": 1, "gpus": 1024,
      "backend": "server:$dir/served,with=$PWD/jobs/servers/vllm-nodes.json" } ] }
JSON
"$TRUSTSWEEP" plan "$dir/wide.json" --ranks 1025 --workers-per-node 8 --json \
    >"$dir/wide.out" 2>"$dir/said"

# so many workers and so slow models: seconds of computing, where each worker by
# itself took ten minutes
(
    ulimit -t 100
    "$TRUSTSWEEP" plan "$dir/slow.json" --ranks 65535 --set share=16 --json \
        >"$dir/many.out"
) || fail "too slow: exit $?"
"$TRUSTSWEEP" plan "$dir/slow.json" --ranks 2000 --limit 1 >"$dir/said" 2>&1
grep -qx "simulated with 1024 workers, which stand for 1999" "$dir/said" ||
    fail "what stands for what is not said"
"$TRUSTSWEEP" plan "$dir/slow.json" --ranks 17 --json >"$dir/few.out"
"$TRUSTSWEEP" plan "$dir/types.json" --gpus t0=1000,t1=3000 --json \
    >"$dir/types.out" 2>"$dir/said"

"$python" - "$dir" <<'PY' || fail "sizes"
import json
import sys

many, few, types = (json.load(open(f"{sys.argv[1]}/{name}.out"))
                    for name in ("many", "few", "types"))
assert many["workers"] == 65534 and many["simulated_workers"] == 1024
assert few["simulated_workers"] == few["workers"] == 16
assert many["simulated_units"] < many["units"] == few["simulated_units"]
for plan in (many, few):
    ours = plan["policies"][0]
    total = sum(ours[k] for k in ("load_s", "work_s", "idle_s", "wasted_s"))
    assert abs(total / plan["workers"] / ours["makespan_s"] - 1) < 1e-6
    work = sum(m["work_s"] for m in plan["models"])
    assert abs(ours["work_s"] / work - 1) < 1e-3, "no work is lost"
    assert plan["sizes_left_out"] == []
    for less, more in zip(plan["sizes"], plan["sizes"][1:]):
        assert more["makespan_s"] <= 0.9 * less["makespan_s"], (less, more)
wide = [s["workers"] for s in json.load(open(f"{sys.argv[1]}/wide.out"))["sizes"]]
assert wide[0] == 1024 and wide[-1] <= 65534, wide
same = [s for s in few["sizes"] if s["workers"] == 16][0]
assert abs(same["makespan_s"] / few["makespan_s"] - 1) < 0.02, same
# one load and one unit at least
assert many["makespan_s"] > 150
held = {p["model"]: p for p in many["placement"]}
assert 1024 < sum(p["copies"] for p in held.values()) <= 65534, held

# in parts as given, and workers without a GPU are no part of it
assert types["workers"] == 4000 and types["simulated_workers"] == 1024
assert types["api_workers"] == 1
assert abs(types["api_work_s"] / types["models"][3]["work_s"] - 1) < 1e-3
web = {p["model"]: p for p in types["placement"]}["web"]
assert web["copies"] == web["loads"] == 1, web
PY

# every key of --json is documented, and an example of the docs is what comes out
"$TRUSTSWEEP" plan jobs/forecast.json --ranks 5 --simulate --json >"$dir/keys.out"
"$TRUSTSWEEP" plan jobs/forecast.json --ranks 5 --simulate >"$dir/said"
echo one >"$dir/step-1"
touch -d '-1 hour' "$dir/step-1"
echo '{ "dataset": "sample", "checkpoints": { "files": "'"$dir"'/step-*",
    "backend": "sim:answer={},tokens_per_s=9", "deadline": "2999-01-01T00:00" } }' \
    >"$dir/steps.json"
"$TRUSTSWEEP" plan "$dir/steps.json" --json >"$dir/steps.out"
"$python" - "$dir" <<'PY' || fail "docs/SCHEDULING.md"
import json
import re
import sys

docs = open("docs/SCHEDULING.md").read()
section = docs.split("## `plan --json`")[1].split("\n## ")[0]
known = set(re.findall(r"`([a-z_]+)`", section))
free = ("weights", "gpu_layers")  # their keys are names of the job


def keys(value, at=""):
    if isinstance(value, list):
        return {k for v in value for k in keys(v, at)}
    if not isinstance(value, dict) or at in free:
        return set()
    return set(value) | {k for name, v in value.items() for k in keys(v, name)}


for name in ("keys", "many", "types", "steps"):
    plan = json.load(open(f"{sys.argv[1]}/{name}.out"))
    missing = keys(plan) - known
    assert not missing, f"not documented: {missing}"
assert plan["checkpoints"]["asked"][0]["items"] > 0, plan["checkpoints"]
plan = json.load(open(f"{sys.argv[1]}/keys.out"))
asked = [c for c in plan["grid"] if c.get("role") == "judge"]
judge = plan["roles"][0]
assert sum(c["units"] for c in asked) == judge["questions"] > 0
work = [p for p in plan["placement"] if p["model"] == "judge"]
assert len(work) == 1 and work[0]["loads"] > 0

said = open(f"{sys.argv[1]}/said").read()
assert "at most %d questions to roles" % judge["questions"] in said
shown = docs.split("```\n")[1].split("```")[0]
assert shown in said, "the example is another one"
PY

# types share the time there is for sizes: none is compared by two sizes with the ten
# of another
"$python" - "$dir" <<'PY'
import json
import sys

types = [{"type": f"t{i}", "speed": speed}
         for i, speed in enumerate((1, 0.5, 2, 0.3))]
models = [{"name": f"m{i}", "backend": f"sim:seed={i}", "load_s": 20 + 20 * i,
           "tokens_per_s": 30 + 30 * i} for i in range(16)]
json.dump({"dataset": "sample", "repeats": 100, "gpu_types": types,
           "models": models}, open(f"{sys.argv[1]}/four.json", "w"))
PY
"$TRUSTSWEEP" plan "$dir/four.json" --gpus t0=4 --json >"$dir/four.out"
"$python" - "$dir" <<'PY' || fail "types do not share the time"
import collections
import json
import sys

plan = json.load(open(f"{sys.argv[1]}/four.out"))
num = collections.Counter(s["gpu_type"] for s in plan["sizes"])
print(dict(num))
assert len(num) == 4 and max(num.values()) <= 2 * min(num.values()), num
PY

# a cut counts every load: of more checkpoints than workers each worker loads
# several, and what is asked is forecast to be done by the deadline
mkdir "$dir/many"
for i in 1 2 3 4 5 6 7 8; do
    echo "$i" >"$dir/many/step-$i"
    touch -d '-1 hour' "$dir/many/step-$i"
done
echo '{ "dataset": "sample", "checkpoints": { "files": "'"$dir"'/many/step-*",
    "backend": "sim:answer={}", "load_s": 300, "tokens_per_s": 50,
    "widest": 1 } }' >"$dir/loads.json"
for policy in subset cheap; do
    for minutes in 12 25 31; do
        deadline=$(date -d "+$minutes minutes" +%Y-%m-%dT%H:%M)
        "$TRUSTSWEEP" plan "$dir/loads.json" --ranks 3 --json \
            --set "checkpoints.deadline=$deadline" \
            --set "checkpoints.until=$deadline" \
            --set "checkpoints.too_late=$policy" >"$dir/loads.out"
        "$python" - "$dir/loads.out" <<'PY' || fail "$policy in $minutes minutes"
import json
import sys

plan = json.load(open(sys.argv[1]))["checkpoints"]
assert plan["workers"] == 2, plan["workers"]
asked = [m["items"] for m in plan["asked"]]
assert 0 < plan["asked_s"] <= plan["deadline_in_s"], (plan["asked_s"], asked)
assert plan["asked_s"] > 0.6 * plan["deadline_in_s"], (plan["asked_s"], asked)
kept = [num for num in asked if num > 0]
assert asked[:len(kept)] == kept and len(set(kept)) == 1, asked
left = [m["model"] for m in plan["asked"] if m["items"] == 0]
assert not left or plan["cut"].split("\n")[-len(left) - 1:-1] == left, plan["cut"]
PY
    done
done
