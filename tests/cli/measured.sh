#!/bin/bash
# A speed that an earlier results file measured wins over one that was typed into
# the job file, unless it is of another setting; where they differ much, that is
# said.
set -euo pipefail
source tests/cli/lib.sh
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
export TRUSTSWEEP_PROGRESS=none TRUSTSWEEP_GPU_TYPE=quick

cat >"$dir/job.json" <<'JSON'
{ "limit": 2, "only": ["ethics/*", "safety/*"],
  "models": [ { "name": "a", "backend": "sim:sleep=true,load_s=0.3,tokens_per_s=400",
                "access": "open", "load_s": 7 },
              { "name": "b", "backend": "sim:sleep=true,seed=1,tokens_per_s=400" },
              { "name": "web", "backend": "sim:seed=3,tokens_per_s=400", "gpus": 0 } ],
  "roles": { "judge": { "backend": "sim:seed=9,answer=yes" } } }
JSON
python3 - "$dir" <<'PY'
import json
import sys

job = json.load(open(f"{sys.argv[1]}/job.json"))
job["gpu_types"] = [{"type": "quick", "hosts": ["*"]},
                    {"type": "slow", "hosts": ["none"]}]
job["models"][0]["rates"] = [{"gpu_type": "slow", "tokens_per_s": 100},
                             {"gpu_type": "quick", "tokens_per_s": 400}]
json.dump(job, open(f"{sys.argv[1]}/types.json", "w"))
PY
for name in job types; do
    "$TRUSTSWEEP" run "$dir/$name.json" --output "$dir/$name" >"$dir/said" 2>&1 ||
        { cat "$dir/said"; fail "run of $name"; }
done

# plan_of NAME JOB RESULTS ARGUMENTS...
plan_of() {
    local name=$1 job=$2 results=$3
    shift 3
    "$TRUSTSWEEP" plan "$dir/$job.json" --json \
        --set "forecast_from=$dir/$results/results.h5" "$@" \
        >"$dir/$name.plan" 2>"$dir/$name.said" ||
        { cat "$dir/$name.said"; fail "plan $name"; }
}
plan_of bare job job --set models.0.load_s=0
plan_of typed job job --set models.0.tokens_per_s=1e6 \
    --set models.1.tokens_per_s=1e6 --set roles.judge.tokens_per_s=2
plan_of other job job --set models.0.tokens_per_s=1e6 \
    --set 'models.1.backend="sim:seed=2"' --set models.1.tokens_per_s=3 \
    --set models.0.gpus=0
plan_of shared job job --set models.0.tokens_per_s=1e6 --set share=2
plan_of on_quick types types
plan_of renamed types types --set 'gpu_types.0.type="new"' \
    --set 'models.0.rates.1.gpu_type="new"'
"$python" - "$dir" <<'PY' || fail "what is believed"
import json
import sys


def plan(name):
    plan = json.load(open(f"{sys.argv[1]}/{name}.plan"))
    return {m["name"]: m for m in plan["models"]}, plan["roles"]


def source(model):
    return model["tokens_per_s_from"]


bare, roles = plan("bare")
assert source(bare["a"]) == source(bare["b"]) == "results", bare
assert 100 < bare["a"]["tokens_per_s"] < 1e5, bare
assert "tokens_per_s_said" not in bare["a"], bare
typed, judged = plan("typed")
for name in "ab":
    assert source(typed[name]) == "results", typed
    assert typed[name]["tokens_per_s"] == bare[name]["tokens_per_s"]
    assert typed[name]["tokens_per_s_said"] == 1e6
assert typed["a"]["load_s_from"] == "results" and typed["a"]["load_s"] < 3
assert typed["a"]["load_s_said"] == 7
assert judged[0]["tokens_per_s"] == roles[0]["tokens_per_s"] > 2

other, _ = plan("other")
assert source(other["a"]) == "job" and other["a"]["load_s"] == 7, other["a"]
assert source(other["b"]) == "job" and other["b"]["tokens_per_s"] == 3, other["b"]
shared, _ = plan("shared")
assert source(shared["a"]) == "job", shared["a"]
assert source(shared["b"]) == "results of another setting", shared["b"]
# who shares a GPU is nothing to a model that has none
assert source(shared["web"]) == "results", shared["web"]

# measured on the quick ones; `tokens_per_s` is of the type of the first rate
quick, _ = plan("on_quick")
assert source(quick["a"]) == "results", quick
ratio = quick["a"]["tokens_per_s"] * 4 / bare["a"]["tokens_per_s"]
assert 0.3 < ratio < 3, ratio
renamed, _ = plan("renamed")
assert source(renamed["a"]) == "job" and renamed["a"]["tokens_per_s"] == 100
PY
for wanted in \
    "$dir/job.json: tokens_per_s of 'a' is 1e+06, but $dir/job/results.h5 measured" \
    "$dir/job.json: tokens_per_s of 'b' is 1e+06, but" \
    "$dir/job.json: tokens_per_s of 'judge' is 2, but" \
    "$dir/job.json: load_s of 'a' is 7, but"; do
    grep -qF "$wanted" "$dir/typed.said" ||
        { cat "$dir/typed.said"; fail "no '$wanted'"; }
done
if grep -q "measured" "$dir/bare.said" "$dir/other.said" "$dir/renamed.said"; then
    fail "a warning without a reason"
fi

# so does a run
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/second" \
    --set "forecast_from=$dir/job/results.h5" >"$dir/said" 2>&1 ||
    { cat "$dir/said"; fail "second run"; }
grep -qF "load_s of 'a' is 7, but $dir/job/results.h5 measured" "$dir/said" ||
    { cat "$dir/said"; fail "the run says nothing"; }

# a model of two GPUs: who lends one is at work as long as who asks, and no longer
cat >"$dir/wide.json" <<'JSON'
{ "limit": 3, "only": "privacy/*", "models": [
    { "name": "two", "backend": "sim:seed=2,sleep,tokens_per_s=60,load_s=0.3",
      "gpus": 2 } ] }
JSON
CUDA_VISIBLE_DEVICES=0,1 "$TRUSTSWEEP" run "$dir/wide.json" --ranks 3 \
    --output "$dir/wide" >"$dir/said" 2>&1 || { cat "$dir/said"; fail "wide run"; }
plan_of wide wide wide
"$python" - "$dir" <<'PY' || fail "the speed of two together"
import json
import sys

model, = json.load(open(f"{sys.argv[1]}/wide.plan"))["models"]
assert model["tokens_per_s_from"] == "results", model
ledger = json.load(open(f"{sys.argv[1]}/wide/run.json"))["ledger"]
each = [one["prefill_s"] + one["decode_s"] for one in ledger["ranks"]]
assert len(each) == 2 and min(each) > 0.9 * max(each) > 0, ledger
assert 0.7 < model["work_s"] / each[0] < 1.4, (model, each)
assert 0.25 < model["load_s"] < 1, model
PY
