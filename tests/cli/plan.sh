#!/bin/bash
# The forecast of `plan`: it adds up, follows the job's numbers, and says what is
# wrong.
set -euo pipefail
source tests/cli/lib.sh
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
says() { # says STATUS TEXT ARGS...
    local status=$1 wanted=$2 got=0
    shift 2
    "$TRUSTSWEEP" plan "$@" >"$dir/said" 2>&1 || got=$?
    [ "$got" = "$status" ] || fail "exit $got, not $status: $*"
    grep -qF -- "$wanted" "$dir/said" || { cat "$dir/said"; fail "no '$wanted'"; }
}

cat >"$dir/job.json" <<'JSON'
{ "name": "plan",
  "models": [
    { "name": "slow", "backend": "sim:load_s=5", "tokens_per_s": 20 },
    { "name": "quick", "backend": "sim:seed=1,load_s=2,tokens_per_s=50" },
    { "name": "llama2-7b", "backend": "sim:seed=2", "load_s": 9 } ] }
JSON

"$TRUSTSWEEP" plan "$dir/job.json" --simulate --ranks 5 --json >"$dir/plan.json"
"$python" - "$dir/plan.json" <<'PY'
import json
import sys

plan = json.load(open(sys.argv[1]))
models = {m["name"]: m for m in plan["models"]}
assert models["slow"]["tokens_per_s_from"] == "job"
assert models["slow"]["tokens_per_s"] == 20
assert models["slow"]["load_s_from"] == "backend"
assert models["quick"]["tokens_per_s"] == 200, "four sequences of 50"
assert models["llama2-7b"]["load_s"] == 9
# that model's recorded replies are longer than those of most
assert models["llama2-7b"]["tokens"] > 1.05 * models["quick"]["tokens"]
for m in models.values():
    assert abs(m["work_s"] - m["tokens"] / m["tokens_per_s"]) < 1e-6 * m["work_s"]
assert plan["units"] == 3 * sum(t["items"] for t in plan["tasks"])
policies = {p["name"]: p for p in plan["policies"]}
assert set(policies) == {"resident", "pair", "chunk", "static"}
work = sum(m["work_s"] for m in models.values())
for p in policies.values():
    total = p["load_s"] + p["work_s"] + p["idle_s"] + p["wasted_s"]
    assert abs(total - 4 * p["makespan_s"]) < 1e-3 * total, p
    assert abs(p["work_s"] - work) < 1e-3 * work, p
    assert p["makespan_s"] >= plan["whole_bound_s"] * (1 - 1e-6)
    assert abs(p["ratio"] * plan["whole_bound_s"] - p["makespan_s"]) < 1e-3
    assert p["makespan_s"] >= policies["resident"]["makespan_s"]
assert plan["whole_bound_s"] >= plan["parted_bound_s"] * (1 - 1e-9)
assert plan["makespan_low_s"] <= plan["makespan_s"] <= plan["makespan_high_s"]
assert plan["makespan_high_s"] > 1.05 * plan["makespan_low_s"]
sizes = plan["sizes"]
assert sizes[0]["workers"] == 1 and sizes[0]["efficiency"] > 0.9
for less, more in zip(sizes, sizes[1:]):
    assert more["workers"] == 2 * less["workers"]
    assert more["makespan_s"] <= less["makespan_s"] * 1.001
    assert more["gpu_hours"] > less["gpu_hours"]
assert plan["recommended_workers"] in [s["workers"] for s in sizes]
PY

# where loads take longest, workers are recommended as long as GPU-hours hardly
# grow; where there is no work, one
echo '{ "models": [
    { "name": "a", "backend": "sim:", "load_s": 900, "tokens_per_s": 4000 },
    { "name": "b", "backend": "sim:seed=1", "load_s": 900,
      "tokens_per_s": 4000 },
    { "name": "c", "backend": "sim:seed=2", "load_s": 900,
      "tokens_per_s": 4000 },
    { "name": "d", "backend": "sim:seed=3", "load_s": 900,
      "tokens_per_s": 4000 } ] }' >"$dir/loads.json"
"$TRUSTSWEEP" plan "$dir/loads.json" --limit 20 --json >"$dir/loads.out"
"$python" - "$dir/loads.out" "$dir/plan.json" <<'PY' || fail "sizes"
import json
import sys

plans = [json.load(open(p)) for p in sys.argv[1:]]
for plan in plans:
    hours = {s["workers"]: s["gpu_hours"] for s in plan["sizes"]}
    least = min(hours.values())
    good = [n for n in hours if hours[n] <= 4 / 3 * least * (1 + 1e-9)]
    assert plan["recommended_workers"] == max(good), hours
    assert max(hours.values()) <= 10 / 3 * least * (1 + 1e-9), hours
loads = plans[0]
assert loads["sizes"][0]["efficiency"] < 0.3, loads["sizes"]
assert loads["recommended_workers"] == 4, loads["sizes"]
PY

# models that need several GPUs: who holds what, and what has no room
cat >"$dir/wide.json" <<'JSON'
{ "models": [
    { "name": "one", "backend": "sim:load_s=2,tokens_per_s=50" },
    { "name": "two", "backend": "sim:seed=1,load_s=3", "gpus": 2,
      "tokens_per_s": 100, "only": "safety/*" },
    { "name": "four", "backend": "sim:seed=2,load_s=4", "gpus": 4,
      "tokens_per_s": 100, "fraction": 0.25 } ] }
JSON
"$TRUSTSWEEP" plan "$dir/wide.json" --ranks 9 --workers-per-node 4 --json \
    >"$dir/plan.json"
"$python" - "$dir/plan.json" <<'PY'
import json
import sys

plan = json.load(open(sys.argv[1]))
held = {p["model"]: p for p in plan["placement"]}
assert [held[n]["workers_each"] for n in ("one", "two", "four")] == [1, 2, 4]
for p in held.values():
    assert 1 <= p["copies"] <= p["loads"] <= 8, p
    assert 0 <= p["from_s"] < p["to_s"] <= plan["makespan_s"] * 1.001, p
assert [s["workers"] for s in plan["sizes"]][0] == 4, "four do not fit fewer"
tokens = {m["name"]: m["tokens"] for m in plan["models"]}
assert 0.2 < tokens["four"] / tokens["one"] < 0.4, tokens
assert tokens["two"] < 0.5 * tokens["one"], tokens
PY
if "$TRUSTSWEEP" plan "$dir/wide.json" --ranks 4 >"$dir/said" 2>&1; then
    fail "four GPUs of three"
fi
grep -q "model 'four' needs 4 GPUs.*3 here" "$dir/said" || fail "not said"
if "$TRUSTSWEEP" plan "$dir/wide.json" --ranks 9 --set models.0.fraction=0 \
    >"$dir/said" 2>&1; then
    fail "nothing is asked"
fi

# a model over several nodes takes whole ones, which are charged; too few nodes,
# or one that cannot, is said
mkdir "$dir/served"
echo weights >"$dir/served/a.safetensors"
cat >"$dir/nodes.json" <<JSON
{ "dataset": "sample", "models": [
    { "name": "one", "backend": "sim:load_s=2,tokens_per_s=50" },
    { "name": "nodes", "load_s": 30, "tokens_per_s": 100, "gpus": 5,
      "backend": "server:$dir/served,with=$PWD/jobs/servers/vllm-nodes.json" }
] }
JSON
"$TRUSTSWEEP" plan "$dir/nodes.json" --ranks 9 --workers-per-node 4 --json \
    >"$dir/plan.json" 2>"$dir/said"
"$python" - "$dir/plan.json" <<'PY'
import json
import sys

plan = json.load(open(sys.argv[1]))
held = {p["model"]: p for p in plan["placement"]}
assert held["nodes"]["workers_each"] == 8, held
assert [held[n]["nodes_each"] for n in ("one", "nodes")] == [1, 2], held
assert [s["workers"] for s in plan["sizes"]][0] == 8, "two nodes at least"
PY
"$TRUSTSWEEP" plan "$dir/nodes.json" --ranks 9 --workers-per-node 4 2>&1 |
    grep -q "^nodes: each time 2 whole nodes" || fail "its nodes are not shown"
if "$TRUSTSWEEP" plan "$dir/nodes.json" --ranks 5 --workers-per-node 4 \
    >"$dir/said" 2>&1; then
    fail "five GPUs of one node"
fi
grep -q "model 'nodes' needs 5 GPUs.*have 4; 2 nodes of 4 would do" \
    "$dir/said" || fail "not said: $(cat "$dir/said")"

# models behind an API: at the rate of their accounts, on workers of their own;
# GPUs take as long as they do without such models
gpu_models='
    { "name": "a", "backend": "sim:load_s=20", "tokens_per_s": 30 },
    { "name": "b", "backend": "sim:seed=1,load_s=20", "tokens_per_s": 30 },
    { "name": "c", "backend": "sim:seed=2,load_s=20", "tokens_per_s": 30 }'
web=url=http://127.0.0.1:9/v1,requests_per_minute=30,account=x
echo "{ \"models\": [ $gpu_models ] }" >"$dir/alone.json"
echo "{ \"models\": [ $gpu_models,
    { \"name\": \"web\", \"backend\": \"http:m,$web\" },
    { \"name\": \"net\", \"backend\": \"http:n,$web\" } ] }" >"$dir/apart.json"
plan_of() { # plan_of NAME JOB [OPTIONS]
    name=$1
    job=$2
    shift 2
    "$TRUSTSWEEP" plan "$dir/$job.json" --ranks 3 --json "$@" \
        >"$dir/$name.out" 2>"$dir/said" || fail "$(cat "$dir/said")"
}
plan_of alone alone
plan_of apart apart
plan_of any apart --set api_workers=0
plan_of one apart --set api_workers=1
echo "{ \"models\": [ { \"name\": \"web\", \"backend\": \"http:m,$web\" },
    { \"name\": \"net\", \"backend\": \"http:n,$web\" } ] }" >"$dir/web.json"
plan_of web web # without a GPU: nothing is charged, a worker for each model
"$python" - "$dir" <<'PY' || fail "workers without a GPU"
import json
import sys

apart, every, one, alone, web = (
    json.load(open(f"{sys.argv[1]}/{name}.out"))
    for name in ("apart", "any", "one", "alone", "web"))
assert web["gpu_hours"] == 0 and web["recommended_workers"] == 2, web
assert not any(size["gpu_hours"] for size in web["sizes"])
assert alone["gpu_hours"] > 0
assert (apart["api_workers"], every["api_workers"], one["api_workers"]) == (2, 0, 1)
units = apart["units"] / 5
models = {m["name"]: m for m in apart["models"]}
assert models["web"]["tokens_per_s_from"] == "account"
assert abs(models["web"]["work_s"] - units * 60 / 15) < 1, models["web"]
held = {p["model"]: p for p in apart["placement"]}
assert held["web"]["workers_each"] == 0 and held["web"]["copies"] == 1
assert abs(apart["api_end_s"] - units * 60 / 15) < 0.02 * apart["api_end_s"]
assert abs(one["api_end_s"] - 2 * apart["api_end_s"]) < 0.02 * one["api_end_s"]
assert apart["makespan_s"] >= apart["parted_bound_s"] * 0.999
ratio = apart["makespan_s"] / max(alone["makespan_s"], apart["api_end_s"])
print(f"GPUs alone {alone['makespan_s']:.0f} s; beside an API {ratio:.3f} times "
      f"the longer side, without workers for it "
      f"{every['makespan_s'] / alone['makespan_s']:.3f} times that")
assert ratio < 1.01 and every["makespan_s"] > 1.2 * alone["makespan_s"]
PY

# types of GPUs: rates, fit, price; what fits nowhere is said with what would
cat >"$dir/types.json" <<'JSON'
{ "gpu_types": [ { "type": "big", "memory_gb": 80, "price_h": 4 },
                 { "type": "small", "memory_gb": 24, "speed": 0.5, "price_h": 1 } ],
  "models": [
    { "name": "a", "backend": "sim:", "load_s": 5,
      "rates": [ { "gpu_type": "big", "tokens_per_s": 100 },
                 { "gpu_type": "small", "tokens_per_s": 25 } ] },
    { "name": "b", "backend": "sim:seed=1", "load_s": 5, "tokens_per_s": 100 },
    { "name": "c", "backend": "sim:seed=2", "load_s": 5, "tokens_per_s": 100 }
  ] }
JSON
for gpus in big=2 small=2 big=2,small=4; do
    "$TRUSTSWEEP" plan "$dir/types.json" --gpus $gpus --json >"$dir/$gpus.json" ||
        fail "--gpus $gpus"
done
"$python" - "$dir" <<'PY'
import json
import sys

plan = {g: json.load(open(f"{sys.argv[1]}/{g}.json"))
        for g in ("big=2", "small=2", "big=2,small=4")}
big, small, both = plan.values()
assert both["workers"] == 6
alone = {m["name"]: m["work_s"] for m in big["models"]}
slow = (4 * alone["a"] + 2 * alone["b"] + 2 * alone["c"]) / sum(alone.values())
assert abs(small["makespan_s"] / big["makespan_s"] - slow) < 0.1 * slow
assert both["makespan_s"] < 0.65 * big["makespan_s"]
assert both["makespan_s"] < 1.1 * both["parted_bound_s"] * 1.1
for p, n, price in ((big, 2, 4), (small, 2, 1)):
    assert abs(p["price"] - n * price * p["makespan_s"] / 3600) < 1e-6 * p["price"]
sizes = both["sizes"]
assert {s["gpu_type"] for s in sizes} == {"big", "small"}
for s in sizes:
    price = {"big": 4, "small": 1}[s["gpu_type"]]
    assert abs(s["price"] - price * s["gpu_hours"]) < 1e-9
assert both["recommended_gpu_type"] == "small", "half the price"
PY
says 2 "'x=3' is no TYPE=NUMBER with one of the job's gpu_types, such as big" \
    "$dir/types.json" --gpus x=3
says 2 "'small=2' is the second word for 'small'" "$dir/types.json" \
    --gpus small=1,small=2
says 2 "'big=0' asks for none of them" "$dir/types.json" --gpus small=1,big=0
says 2 "with 'big=65534' there are more than the 65534 workers" \
    "$dir/types.json" --gpus small=1,big=65534
says 2 "model 'b' may be on no GPU of the workers, which are 'small' (not in its \
\"on\"); there must be workers of 'big'" "$dir/types.json" \
    --gpus small=3 --set models.1.on=big

# what shares a GPU must fit in its share, with types or without: it may meet itself
mkdir "$dir/fifty"
truncate -s 50M "$dir/fifty/a.safetensors"
cat >"$dir/shared.json" <<JSON
{ "share": 2, "models": [
    { "name": "a", "tokens_per_s": 100, "load_s": 1,
      "backend": "server:$dir/fifty,with=$PWD/jobs/servers/vllm.json" } ] }
JSON
says 2 "model 'a' has weights of 0.1 GB, more than a worker's share of a GPU of \
0.08 GB, which 2 workers share" "$dir/shared.json" --set gpu_memory_gb=0.08
says 2 "'big' (0.08 GB each: its 0.1 GB are more than its share of one, which 2 \
workers share; \"gpus\": 1 would give it its own)" "$dir/shared.json" \
    --set 'gpu_types=[{"type":"big","memory_gb":0.08}]'
says 2 "'big' (0.04 GB each: its 0.1 GB would need \"gpus\": 2)" \
    "$dir/shared.json" --set 'gpu_types=[{"type":"big","memory_gb":0.04}]' \
    --set share=1
for memory in gpu_memory_gb=0.08 'gpu_types=[{"type":"big","memory_gb":0.08}]'; do
    says 0 "forecast for 2 workers" "$dir/shared.json" --set "$memory" \
        --set models.0.gpus=1
    says 0 "forecast for 2 workers" "$dir/shared.json" --set "$memory" \
        --set share=1
done

# cells: what is left out, and what weighs; a run asks just that
cat >"$dir/cells.json" <<'JSON'
{ "cells": [ { "models": "b", "tasks": "ethics/*", "skip": true },
             { "tasks": "privacy/privacy_leakage", "limit": 3 },
             { "models": "a", "tasks": "safety/*", "fraction": 0.5,
               "generation": { "max_tokens": 4 } } ],
  "weights": { "safety": 2, "ethics": 0 }, "max_attempts": 1,
  "models": [ { "name": "a", "backend": "sim:tokens_per_s=100" },
              { "name": "b", "backend": "sim:seed=1,tokens_per_s=100" } ] }
JSON
"$TRUSTSWEEP" plan "$dir/cells.json" --json >"$dir/plan.json"
"$TRUSTSWEEP" plan "$dir/cells.json" >"$dir/said"
grep -q "^weight in the mean rank .* 2 " "$dir/said" || fail "no weights shown"
TRUSTSWEEP_PROGRESS=none "$TRUSTSWEEP" run "$dir/cells.json" \
    --output "$dir/ragged" >"$dir/said" 2>&1 || [ $? = 1 ] || fail "the run of cells"
"$TRUSTSWEEP" analyze "$dir/ragged/results.h5" --part ranks --json >"$dir/analysis.json"
"$python" - "$dir/plan.json" "$dir/ragged/run.json" "$dir/analysis.json" <<'PY'
import json
import sys

plan, run, analysis = (json.load(open(p)) for p in sys.argv[1:])
grid = {(c["model"], c["dimension"]): c for c in plan["grid"]}
items = {}
for task in plan["tasks"]:
    items[task["dimension"]] = items.get(task["dimension"], 0) + task["items"]
assert grid["b", "ethics"]["units"] == 0 == grid["b", "ethics"]["tokens"]
assert grid["a", "ethics"]["units"] == items["ethics"] > 0
left = [t["items"] for t in plan["tasks"] if t["name"].endswith("leakage")][0]
assert grid["b", "privacy"]["units"] == items["privacy"] - left + 3
assert grid["b", "safety"]["units"] == items["safety"]
assert 0.4 < grid["a", "safety"]["units"] / items["safety"] < 0.6
assert plan["weights"]["safety"] == 2 and plan["weights"]["ethics"] == 0
asked = sum(c["units"] for c in grid.values())
counts = run["counts"]
assert counts["done"] == counts["units"] == asked, (counts, asked)
assert plan["asked_units"] == asked, (plan["asked_units"], asked)
assert counts["from_earlier_runs"] == 0, counts
assert counts["left_out"] == plan["units"] - asked > 0, (counts, plan["units"])
weights = {c["dimension"]: c["weight"] for c in analysis["analysis"]["columns"]}
assert weights["safety"] == 2 and weights["ethics"] == 0
assert weights["privacy"] == 1
PY
if "$TRUSTSWEEP" plan "$dir/cells.json" --set cells.0.tasks=x/y >"$dir/said" 2>&1; then
    fail "a task that is none"
fi
grep -q "no task matches 'x/y'" "$dir/said" || fail "x/y is not said"

# a judge takes its time in the forecast, from an earlier run where there is one
cat >"$dir/judged.json" <<'JSON'
{ "limit": 3, "models": [ { "name": "a", "backend": "sim:load_s=2" },
                          { "name": "b", "backend": "sim:seed=1,load_s=2" } ],
  "roles": { "judge": "sim:seed=9,load_s=5,tokens_per_s=1,parallel=1" } }
JSON
"$TRUSTSWEEP" plan "$dir/judged.json" | grep -qE '^a +- ' ||
    fail "memory that is not known"
"$TRUSTSWEEP" plan "$dir/judged.json" --json >"$dir/judged.out"
"$TRUSTSWEEP" plan "$dir/judged.json" --json --set roles='{}' >"$dir/plan.json"
TRUSTSWEEP_PROGRESS=none "$TRUSTSWEEP" run "$dir/judged.json" \
    --output "$dir/judged" >"$dir/said" 2>&1 || fail "$(cat "$dir/said")"
"$TRUSTSWEEP" plan "$dir/judged.json" --json \
    --set "forecast_from=$dir/judged/results.h5" >"$dir/again.out"
"$python" - "$dir" <<'PY' || fail "the judge's time"
import json
import sys

judged, alone, again = (json.load(open(f"{sys.argv[1]}/{name}"))
                        for name in ("judged.out", "plan.json", "again.out"))
role, = judged["roles"]
tokens = role["prompt_tokens"] + role["reply_tokens"]
assert role["questions"] > 10 and role["tokens_per_s"] == 1, role
assert abs(role["work_s"] - tokens) < 0.02 * tokens, role
work = sum(m["work_s"] for m in judged["models"]) + role["work_s"]
resident = judged["policies"][0]
assert abs(resident["work_s"] - work) < 1e-3 * work, (resident, work)
assert judged["makespan_s"] > alone["makespan_s"] + 0.45 * role["work_s"]
assert judged["whole_bound_s"] > alone["whole_bound_s"]
assert [p["model"] for p in judged["placement"]] == ["a", "b", "judge"]
role, = again["roles"]
assert role["tokens_per_s_from"] == "results" and role["tokens_per_s"] > 0
assert again["policies"][0]["work_s"] > role["work_s"] > 0
PY

# prices of roles, a limit that will not do, a key and a program that are not here
cat >"$dir/paid.json" <<'JSON'
{ "limit": 4, "models": [
    { "name": "api", "backend": "http:m,alias=x,url=http://127.0.0.1:9/v1",
      "price_in": 5, "price_out": 15, "cost_limit": 0.0001 } ],
  "roles": { "judge": { "name": "wise", "price_in": 2, "price_out": 10,
      "cost_limit": 1000, "generation": { "max_tokens": 40 },
      "backend": "http:j,key_env=TRUSTSWEEP_NO_SUCH_KEY" },
    "embedder": "http:e,alias=x,url=http://127.0.0.1:9/v1" } }
JSON
"$TRUSTSWEEP" plan "$dir/paid.json" --json >"$dir/plan.json" 2>"$dir/warnings"
"$python" - "$dir/plan.json" <<'PY'
import json
import sys

plan = json.load(open(sys.argv[1]))
roles = {r["role"]: r for r in plan["roles"]}
assert set(roles) == {"judge", "embedder"}
judge = roles["judge"]
items = {t["name"]: t["items"] for t in plan["tasks"]}
# its columns score these; of two of them not every item
most = sum(items[n] for n in (
    "truthfulness/internal", "truthfulness/sycophancy",
    "truthfulness/golden_advfactuality", "fairness/stereotype_recognition",
    "fairness/stereotype_agreement", "robustness/ood_generalization",
    "ethics/implicit_ETHICS"))
assert most / 2 < judge["questions"] <= most, (judge, most)
num = judge["questions"]
assert judge["prompt_tokens"] > 70 * num and judge["reply_tokens"] == 8 * num
cost = (judge["prompt_tokens"] * 2 + judge["reply_tokens"] * 10) / 1e6
assert abs(judge["cost"] - cost) < 1e-12
assert abs(judge["cost_at_most"] - cost - num * 32 * 10 / 1e6) < 1e-12
assert roles["embedder"]["cost"] == 0 == roles["embedder"]["reply_tokens"]
PY
says 0 "without the wise: its speed is unknown" "$dir/paid.json" \
    --set models.0.tokens_per_s=100
"$TRUSTSWEEP" plan "$dir/paid.json" >"$dir/said" 2>&1
grep -q "^wise .* 1000$" "$dir/said" || fail "no row of the judge"
grep -q "^warning: api is expected to cost about .* cost_limit 0.0001" \
    "$dir/said" || fail "no warning of the limit"
if grep -q "warning: wise is expected" "$dir/said"; then fail "a limit that will do"; fi
grep -q "role 'judge': no key: the variable TRUSTSWEEP_NO_SUCH_KEY" \
    "$dir/warnings" || fail "no word of the key"
if TRUSTSWEEP_NO_SUCH_KEY=sk-secret "$TRUSTSWEEP" plan "$dir/paid.json" 2>&1 |
    grep -q "no key\|sk-secret"; then fail "a key that is there"; fi
says 2 "this one ends without its '}'" "$dir/paid.json" \
    --set 'models.0.backend=http:m,alias=x,url=http://127.0.0.1:9/v1,body={"a": 1'
mkdir "$dir/weights"
echo x >"$dir/weights/a.safetensors"
echo '{ "command": ["no-such-server", "--port", "{port}"] }' >"$dir/recipe.json"
says 0 "no program 'no-such-server' in PATH here" "$dir/paid.json" \
    --set "models.0.backend=server:$dir/served,with=$dir/recipe.json"
if "$TRUSTSWEEP" doctor "$dir/paid.json" >"$dir/said" 2>&1; then
    fail "doctor: a key is missing"
fi
grep -q "^BAD .*judge: no key: the variable TRUSTSWEEP_NO_SUCH_KEY" \
    "$dir/said" || fail "doctor says nothing of the key"
# a Slurm without a cluster, on a machine that has no use for it
mkdir "$dir/tools"
printf '#!/bin/sh\necho "cannot reach the controller" >&2\nexit 1\n' \
    >"$dir/tools/sinfo"
cp "$dir/tools/sinfo" "$dir/tools/sbatch"
chmod +x "$dir/tools/"*
(
    unset TRUSTSWEEP_SITE SLURM_JOB_ID
    export XDG_CONFIG_HOME="$dir" HOME="$dir" PATH="$dir/tools:$PATH"
    "$TRUSTSWEEP" doctor >"$dir/said" 2>&1 || true
)
grep -q "^ok .*Slurm .*not in use here: Slurm does not answer (cannot reach" "$dir/said" ||
    { cat "$dir/said"; fail "Slurm without a cluster is bad"; }

"$TRUSTSWEEP" plan "$dir/job.json" --policy static --ranks 5 >"$dir/said"
grep -q "^static" "$dir/said" || fail "the policy asked for is not shown"
if grep -q "^pair" "$dir/said"; then fail "one that was not is"; fi
for policy in static:7 chunk:3; do
    "$TRUSTSWEEP" plan "$dir/job.json" --policy $policy --ranks 5 --json \
        >"$dir/plan.json" || fail "$policy, as run takes it"
    "$python" - "$dir/plan.json" $policy <<'PY' || fail "the size of $policy"
import json
import sys

plan = json.load(open(sys.argv[1]))
name, size = sys.argv[2].split(":")
resident, other = plan["policies"]
assert "size" not in resident
assert (other["name"], other["size"]) == (name, int(size))
shards = 7 * len(plan["models"])
assert other["loads"] == shards if name == "static" else other["loads"] > shards
PY
done
grep -q "what limits it: " "$dir/said" || fail "no limit"
says 0 "what limits it: the load of llama2-7b: " "$dir/job.json" --ranks 65 \
    --set models.2.load_s=9000
grep -q "recommended" "$dir/said" || fail "no size is recommended"

# What more workers would not hasten is said: one long request, one type of GPU.
cat >"$dir/long.json" <<JSON
{ "limit": 1, "only": "ethics/awareness", "models": [
    { "name": "a", "backend": "sim:", "tokens_per_s": 1, "load_s": 10 } ] }
JSON
says 0 "what limits it: the longest request to a: " "$dir/long.json" --ranks 9
says 0 "what limits it: workers of type small: " --gpus big=4,small=1 \
    "$dir/types.json" --set models.0.on=small

# An unknown speed is no zero: who has none is named.  Recorded answers take no time.
mkdir -p "$dir/recorded/safety"
echo '[]' >"$dir/recorded/safety/other.json"
cat >"$dir/unknown.json" <<JSON
{ "name": "unknown", "models": [
    { "name": "told", "backend": "sim:tokens_per_s=50" },
    { "name": "tape", "backend": "replay:$dir/recorded" },
    { "name": "web", "backend": "http:m,url=http://127.0.0.1:9/v1" },
    { "name": "net", "backend": "http:n,url=http://127.0.0.1:9/v1" } ] }
JSON
says 0 "no forecast: the speed is unknown of 'web', 'net'; say \"tokens_per_s\"" \
    "$dir/unknown.json"
grep -q "'trustsweep run $dir/unknown.json --limit 8 --output first'" \
    "$dir/said" || fail "no way out"
# less than the job asks, or all of it where that is one item of each task
for limit in "20 8" "8 4" "2 1" "1"; do
    fewer=${limit#* }
    [ "$fewer" = "$limit" ] && fewer='' || fewer=" --limit $fewer"
    says 0 "run $dir/unknown.json$fewer --output first'" "$dir/unknown.json" \
        --limit "${limit% *}"
done
"$TRUSTSWEEP" plan "$dir/unknown.json" --json --set models.2.tokens_per_s=90 \
    --set models.3.tokens_per_s=90 >"$dir/plan.json" 2>"$dir/said" ||
    fail "$(cat "$dir/said")"
"$python" - "$dir/plan.json" <<'PY' || fail "recorded answers"
import json
import sys

plan = json.load(open(sys.argv[1]))
models = {m["name"]: m for m in plan["models"]}
assert models["tape"]["tokens_per_s_from"] == "backend"
assert models["tape"]["work_s"] < 1e-3 * models["told"]["work_s"]
assert plan["makespan_s"] > 0
PY

says 2 "'fifo' is none of resident, pair, chunk, static" \
    jobs/quickstart.json --policy fifo
says 2 "'pair:3' is none of resident, pair, chunk, static" \
    jobs/quickstart.json --policy pair:3
says 2 "'100000000000' of 'static:100000000000' is no number of shards from 1 to \
4294967295" jobs/quickstart.json --policy static:100000000000
says 2 "'0' of 'chunk:0' is no number of items from 1 to 4294967295" \
    jobs/quickstart.json --policy chunk:0
says 2 "tokens_per_s" jobs/quickstart.json --set models.0.tokens_per_s=-1
says 3 "none.h5" jobs/quickstart.json --set forecast_from=none.h5

# a checkpoint whose name is taken is left out, and that is said
mkdir "$dir/named"
for name in step-1.bin step-2.bin step-2.gguf; do
    echo "$name" >"$dir/named/$name"
    touch -d '-1 hour' "$dir/named/$name"
done
cat >"$dir/named.json" <<JSON
{ "models": [ { "name": "step-1", "backend": "sim:" } ],
  "checkpoints": { "files": "$dir/named/step-*", "backend": "sim:answer={}",
                   "tokens_per_s": 100, "load_s": 5 } }
JSON
says 0 "checkpoint refused: step-1: \"models\" has one of that name" \
    "$dir/named.json"
[ "$(grep -c 'checkpoint refused: step-1: ' "$dir/said")" -eq 1 ] ||
    fail "said more than once"
grep -q 'checkpoint refused: step-2: another checkpoint has that name' \
    "$dir/said" || fail "two of one name: $(cat "$dir/said")"
grep -q '^checkpoints: 1 complete now' "$dir/said" || fail "not one is left"

# checkpoints: until when, by when, and what that would cut
mkdir "$dir/steps"
echo one >"$dir/steps/step-1.bin"
touch -d '-1 hour' "$dir/steps/step-1.bin"
until=$(date -d '+2 hours' +%Y-%m-%dT%H:%M)
zone=$(date +%Z)
soon=$(date -d '+5 minutes' +%Y-%m-%dT%H:%M)
cat >"$dir/steps.json" <<JSON
{ "checkpoints": { "files": "$dir/steps/step-*", "until": "$until",
                   "backend": "sim:answer={},tokens_per_s=1" } }
JSON
says 0 "checkpoints: 1 complete now; others are waited for until $until $zone" \
    "$dir/steps.json"
# of HH:MM the day is shown
says 0 "others are waited for until $until $zone" "$dir/steps.json" \
    --set "checkpoints.until=${until#*T}"
grep -qx "no deadline: nothing is cut" "$dir/said" || fail "no deadline"
says 0 "left out, no time before the deadline for subsets with intervals of \
+-0.25 or less (\"widest\"):" "$dir/steps.json" \
    --set "checkpoints.deadline=$soon" --set "checkpoints.until=$soon"
grep -qx step-1 "$dir/said" || fail "who is left out is not said"
# all of the time goes for the load: there is none for any subset
says 0 "left out, no time before the deadline:" "$dir/steps.json" \
    --set "checkpoints.deadline=$soon" --set "checkpoints.until=$soon" \
    --set checkpoints.load_s=3000 --set checkpoints.tokens_per_s=1
says 0 "deadline $soon $zone, in " "$dir/steps.json" \
    --set "checkpoints.deadline=$soon" --set checkpoints.widest=1 \
    --set "checkpoints.until=$soon"
grep -q "^step-1: .* % of the items of each task, for the deadline" \
    "$dir/said" || { cat "$dir/said"; fail "the cut is not said"; }
says 0 "all of it fits, nothing is cut" "$dir/steps.json" \
    --set checkpoints.deadline=2999-01-01T00:00
"$TRUSTSWEEP" plan "$dir/steps.json" --json \
    --set "checkpoints.deadline=$soon" --set checkpoints.widest=1 \
    --set "checkpoints.until=$soon" >"$dir/plan.json"
# what is asked of how much, how long that takes, and with how many workers
# nothing would be cut
for i in 2 3; do
    echo $i >"$dir/steps/step-$i.bin"
    touch -d '-1 hour' "$dir/steps/step-$i.bin"
done
later=$(date -d '+390 minutes' +%Y-%m-%dT%H:%M)
fit_of() { # fit_of NAME OPTIONS...
    name=$1
    shift
    "$TRUSTSWEEP" plan "$dir/steps.json" --set "checkpoints.deadline=$later" \
        --set "checkpoints.until=$later" --set checkpoints.widest=1 \
        --set checkpoints.tokens_per_s=1 "$@" >"$dir/$name.fit" 2>"$dir/said" ||
        fail "$(cat "$dir/said")"
}
fit_of subset --json
fit_of subset_said
fit_of cheap --json --set checkpoints.too_late=cheap
fit_of none --json --set checkpoints.load_s=30000
least=$("$python" - "$dir" <<'PY'
import json
import re
import sys


def of(name):
    return json.load(open(f"{sys.argv[1]}/{name}.fit"))["checkpoints"]


subset, cheap, none = of("subset"), of("cheap"), of("none")
for each in (subset, cheap, none):
    assert [m["model"] for m in each["asked"]] == ["step-1", "step-2", "step-3"]
    assert each["workers"] == 2 and each["whole_s"] > each["deadline_in_s"], each
for m in subset["asked"]:
    assert 0 < m["items"] < m["items_of"] and m["tasks_of"] > 20, m
    assert m["whole_tasks"] < 5, m
for m in cheap["asked"]:
    assert 0 < m["whole_tasks"] < m["tasks_of"], m
    number = re.search(m["model"] + r": the (\d+) cheapest", cheap["cut"]).group(1)
    assert m["whole_tasks"] == int(number), m
for each in (subset, cheap):
    part = each["asked_s"] / each["deadline_in_s"]
    assert 0.6 < part < 0.95, each
    assert each["asked_s"] < each["whole_s"]
assert all(m["items"] == 0 for m in none["asked"]) and none["asked_s"] == 0, none
assert none["least_workers"] is None
assert none["left_out"] == ["step-1", "step-2", "step-3"], none
assert "left_out_widest" not in none
assert subset["left_out"] == [] and cheap["left_out"] == []
said = open(f"{sys.argv[1]}/subset_said.fit").read()
m = subset["asked"][0]
assert f"step-1: asked {m['items']} of {m['items_of']} items, " in said, said
assert re.search(r"^with 2 workers what is asked takes \d", said, re.M), said
assert f"all of it fits with {subset['least_workers']} workers or more" in said, said
assert subset["least_workers"] > 2
print(subset["least_workers"])
PY
) || fail "what the deadline comes to"
# with that many nothing is cut, with one fewer something is
fit_of enough --json --ranks $((least + 1))
fit_of fewer --json --ranks $least
"$python" - "$dir" "$least" <<'PY' || fail "not the least workers"
import json
import sys

enough, fewer = (json.load(open(f"{sys.argv[1]}/{name}.fit"))["checkpoints"]
                 for name in ("enough", "fewer"))
assert enough["cut"] == "" and fewer["cut"], (enough, fewer)
assert enough["least_workers"] == int(sys.argv[2]), enough
assert enough["whole_s"] == enough["asked_s"]
PY
rm "$dir"/steps/step-[23].bin
says 2 "until: $until $zone comes after deadline: $soon $zone, and what appears between" \
    "$dir/steps.json" --set "checkpoints.deadline=$soon"
"$python" - "$dir/plan.json" "$soon" <<'PY'
import json
import sys

of = json.load(open(sys.argv[1]))["checkpoints"]
assert of["complete"] == 1 and of["deadline"] == sys.argv[2]
assert of["deadline_at"].startswith(sys.argv[2] + " "), of
assert 0 < of["deadline_in_s"] <= 300 and "step-1: " in of["cut"]
assert of["left_out"] == [], of
PY

# the evening before: nothing is there yet, and one stands for all to come
says 0 "no checkpoint is there yet: one stands for all to come" \
    "$dir/steps.json" --set "checkpoints.files=$dir/none/step-*"
grep -q 'warning' "$dir/said" && fail "warned of what is not there"

# all that is missing, and not what is there: ten by name, then how many more
"$python" - "$dir/missing.json" <<'PY'
import json
import sys

models = [{"name": f"m{i}", "backend": f"llama:/nowhere/m{i}.gguf"}
          for i in range(11)]
models.append({"name": "here", "backend": "sim:"})
json.dump({"models": models, "roles": {"judge": "llama:/nowhere/j.gguf"}},
          open(sys.argv[1], "w"))
PY
says 3 "missing: model 'm9': /nowhere/m9.gguf" "$dir/missing.json"
[ "$(grep -c "^missing: model 'm" "$dir/said")" = 10 ] ||
    { cat "$dir/said"; fail "not ten by name"; }
grep -qx "and 2 more" "$dir/said" || fail "not how many more"
grep -q "^'trustsweep prepare $dir/missing.json' says how" "$dir/said" ||
    fail "prepare is not named"
echo '{ "models": [ { "name": "p", "backend": "replay:/nowhere/p" },
                    { "name": "q", "backend": "replay:/nowhere/q" } ] }' \
    >"$dir/broken.json"
says 3 "broken: model 'q': /nowhere/q is no folder" "$dir/broken.json"

# what the longest requests take, in the tokens of the model
model=$(ls "${TRUSTSWEEP_MODELS:-/nowhere}"/SmolLM2*.gguf 2>/dev/null) || {
    echo "TRUSTSWEEP_MODELS was not set: no model file"
    exit 0
}
embedder=${TRUSTSWEEP_EMBEDDER:-$(ls "$(dirname "$model")"/all-MiniLM*.gguf)}
cat >"$dir/memory.json" <<JSON
{ "generation": { "max_tokens": 24 }, "gpu_memory_gb": 1.6,
  "gpu_types": [ { "type": "small" }, { "type": "big", "memory_gb": 24 } ],
  "roles": { "judge": "llama:$model,cells=4096",
             "embedder": "llama:$embedder",
             "refusal": "llama:$model,context=16" },
  "models": [ { "name": "m", "backend": "llama:$model" },
              { "name": "short", "backend": "llama:$model,context=64" },
              { "name": "cpu", "backend": "llama:$model,context=2048,gpu_layers=0" },
              { "name": "most", "backend": "llama:$model,context=1024,gpu_layers=30" },
              { "name": "s", "backend": "sim:" } ] }
JSON
"$TRUSTSWEEP" plan "$dir/memory.json" --json >"$dir/memory.out" ||
    fail "plan of memory"
"$python" - "$dir/memory.out" <<'PY' || fail "memory of the longest requests"
import json
import sys

plan = json.load(open(sys.argv[1]))
models = {m["name"]: m for m in plan["models"]}
roles = {r["role"]: r for r in plan["roles"]}
m, short = models["m"], models["short"]
assert 100 < m["longest_tokens"] < m["limit_tokens"] == 4096
assert m["too_long"] == 0 and m["sequence_bytes"] == 23040 * m["longest_tokens"]
assert short["longest_tokens"] == m["longest_tokens"]
assert short["too_long"] > 0 and short["sequence_bytes"] == 23040 * 64
assert "longest_tokens" not in models["s"]

# sequences at once by cells and settings, what they and the computing take
rounded = -(-m["longest_tokens"] // 256) * 256
assert m["at_once"] == min(32, 32768 // rounded), m
assert m["sequences_bytes"] == m["at_once"] * rounded * 23040, m
assert 1e6 < m["compute_bytes"] < 1e9 and m["weights_bytes"] > 9e7
assert 1 <= short["at_once"] <= 32
judge, embedder = roles["judge"], roles["embedder"]
assert judge["longest_tokens"] > m["longest_tokens"] - 24 + 70, judge
assert 12 <= judge["at_once"] == 4096 // (-(-judge["longest_tokens"] // 256) * 256)
assert judge["layers"] == 31 and embedder["weights_bytes"] > 8e7
assert embedder["at_once"] == 4 and embedder["sequences_bytes"] == 0
assert embedder["longest_tokens"] == 26 and embedder["limit_tokens"] == 512

# 1.6 GB less the GiB that is left alone hold no more than some layers of the
# 32768 tokens that all sequences may have
assert m["layers"] == 31 and m["gpu_layers"]["big"] == 31
assert 0 < m["gpu_layers"]["small"] < 31, m
assert judge["gpu_layers"]["small"] == 31
PY
"$TRUSTSWEEP" plan "$dir/memory.json" >"$dir/memory.out"
shows() {
    grep -q "$1" "$dir/memory.out" || fail "plan does not show: $1"
}
shows "^short .*too long: context="
shows "^judge  .* MB "
shows "^refusal .*  the longest replies there can be would stay unjudged"
shows "^  m on a GPU big: gpu_layers auto: 31 of 31"
shows "^  m on a GPU small: gpu_layers auto: [0-9]* of 31"
shows "^  cpu on a GPU big: no layer, as its gpu_layers=0 says; 31 would fit"
shows "^  most on a GPU small: its gpu_layers=30 do not fit, [0-9]* of 31 do"
shows "^  most on a GPU big: gpu_layers as given: 30 of 31"

# as little as a process may take: it works, or says that it is memory
cat >"$dir/few.json" <<JSON
{ "limit": 1, "models": [ { "name": "m", "backend": "llama:$model" } ] }
JSON
said=0
for mb in 90 100 110 120 130 140 150 160 170 180 200; do
    status=0
    prlimit --as=$((mb * 1000000)) "$TRUSTSWEEP" plan "$dir/few.json" \
        >"$dir/out" 2>"$dir/err" || status=$?
    [ $status = 3 ] || continue
    # the program itself, before it has a child
    grep -q "^trustsweep: out of memory" "$dir/err" && continue
    grep -qi "memory.*ulimit -v: " "$dir/err" ||
        fail "within $mb MB: $(tail -n 3 "$dir/err")"
    said=$((said + 1))
done
nm "$TRUSTSWEEP" 2>/dev/null | grep -q __asan_init || [ $said -gt 0 ] ||
    fail "no limit was too low: nothing was tested"
echo "too little memory was told $said times"

# a template is a program: one that crashes or never ends is told
crashes() { # crashes TEXT SAID
    printf '%s' "$1" >"$dir/bad.jinja"
    says 3 "$2" "$dir/bad.json"
}
cat >"$dir/bad.json" <<JSON
{ "limit": 1, "models": [ { "name": "m",
  "backend": "llama:$model,chat_template=bad.jinja" } ] }
JSON
crashes '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}' "ended with signal"
crashes '{{ raise_exception("never") }}' "none of the 24 prompts looked at can be made"
