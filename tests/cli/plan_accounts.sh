#!/bin/bash
# Models behind an API in a forecast: what an account may be asked in a minute is
# shared by all workers, however many there are.
set -euo pipefail
source tests/cli/lib.sh
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
plan_of() { # plan_of NAME JOB [OPTIONS]
    local name=$1 job=$2
    shift 2
    "$TRUSTSWEEP" plan "$dir/$job.json" --json "$@" \
        >"$dir/$name.out" 2>"$dir/said" || fail "$(cat "$dir/said")"
}

web=url=http://127.0.0.1:9/v1
cat >"$dir/web.json" <<JSON
{ "models": [ { "name": "web",
    "backend": "http:m,$web,requests_per_minute=300" } ] }
JSON
for ranks in 2 5 9 2000; do
    plan_of web$ranks web --ranks $ranks --simulate
done
# one that is slower than its account: workers hasten it, until they are as fast
plan_of slow2 web --set models.0.tokens_per_s=60 --ranks 2
plan_of slow3 web --set models.0.tokens_per_s=60 --ranks 3
plan_of slow2000 web --set models.0.tokens_per_s=60 --ranks 2000
# so are tokens, and what no GPU is faster with
plan_of tokens web --ranks 9 \
    --set "models.0.backend=\"http:m,$web,tokens_per_minute=6000\""
plan_of types web --ranks 5 --set api_workers=0 \
    --set 'gpu_types=[{"type":"big","speed":2}]'
# two on one account have half of it each
plan_of both web --ranks 9 --set "models=[
    {\"name\":\"a\",\"backend\":\"http:m,$web,requests_per_minute=300\"},
    {\"name\":\"b\",\"backend\":\"http:n,$web,requests_per_minute=300\"}]"
cat >"$dir/mixed.json" <<JSON
{ "api_workers": 0, "models": [
    { "name": "web", "backend": "http:m,$web,requests_per_minute=60" },
    { "name": "own", "backend": "sim:seed=1", "tokens_per_s": 1000,
      "load_s": 1 } ] }
JSON
plan_of mixed mixed --ranks 9 --simulate
cat >"$dir/judged.json" <<JSON
{ "api_workers": 0, "models": [
    { "name": "own", "backend": "sim:seed=3", "tokens_per_s": 1000,
      "load_s": 1 } ],
  "roles": { "judge": {
    "backend": "http:m,$web,requests_per_minute=6" } } }
JSON
plan_of judged judged --ranks 9 --simulate
"$python" - "$dir" <<'PY' || fail "the rate of an account"
import json
import sys


def plan(name):
    return json.load(open(f"{sys.argv[1]}/{name}.out"))


def near(a, b, part=0.01):
    return abs(a - b) <= part * b


def check(plan, least_s, part=0.01, tokens=False):
    """No schedule, policy, draw or size is faster than the account."""
    assert near(plan["makespan_s"], least_s, part), (plan["makespan_s"], least_s)
    assert plan["whole_bound_s"] >= 0.999 * least_s, plan["whole_bound_s"]
    assert plan["parted_bound_s"] >= 0.999 * least_s, plan["parted_bound_s"]
    times = [p["makespan_s"] for p in plan["policies"] + plan["sizes"]]
    assert min(times) >= 0.999 * least_s, times
    # so many requests take as long whatever their length is; tokens do not
    assert tokens == (plan["makespan_low_s"] < 0.99 * least_s), plan
    for p in plan["policies"]:
        total = sum(p[k] for k in ("load_s", "work_s", "idle_s", "wasted_s"))
        assert near(total, plan["workers"] * p["makespan_s"]), p
    assert "account of" in plan["limit"], plan["limit"]


for ranks in (2, 5, 9, 2000):
    web = plan(f"web{ranks}")
    check(web, web["units"] * 60 / 300)
    assert web["recommended_workers"] == 1, web["sizes"]
    assert near(web["policies"][0]["work_s"], web["models"][0]["work_s"]), ranks
    assert web["placement"][0]["copies"] == 1, web["placement"]
check(plan("types"), web["units"] * 60 / 300)
check(plan("tokens"), plan("tokens")["models"][0]["tokens"] / 100, tokens=True)
check(plan("both"), 2 * web["units"] * 60 / 300)
slow2, slow3, slow2000 = (plan(f"slow{n}") for n in (2, 3, 2000))
assert "account" not in slow2["limit"], slow2["limit"]
assert near(slow2["makespan_s"], slow2["models"][0]["tokens"] / 60)
assert near(slow3["makespan_s"], slow2["makespan_s"] / 2, 0.05)
assert near(slow2000["makespan_s"], web["units"] * 60 / 300), slow2000
mixed = plan("mixed")
check(mixed, mixed["units"] / 2)
judged = plan("judged")
check(judged, judged["roles"][0]["questions"] * 10, 0.03)
PY
