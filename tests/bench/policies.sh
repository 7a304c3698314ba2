#!/bin/bash
# The four policies as real runs, beside what virtual time says of each: a sweep of
# made-up models, scaled down to a minute, on 8 workers started by mpirun.
#
#   tests/bench/policies.sh BUILD-FOLDER [MODELS [RANKS]]
#
# A first, resident run measures speeds and lengths; `plan --simulate` and all four
# runs begin with its results file.  Seconds are those of workers: from the first
# hello to the last record.  The `sim` backend sleeps, so a machine of few cores can
# run it; what else the machine does still shows.
set -euo pipefail
program=${1:?the build folder}/bin/trustsweep
models=${2:-6}
ranks=${3:-9}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TRUSTSWEEP_PROGRESS=none OMPI_MCA_btl_vader_single_copy_mechanism=none

python3 - "$work/job.json" "$models" <<'PY'
import json
import random
import sys

draw = random.Random(8)
models = []
for i in range(int(sys.argv[2])):
    speed = 60 * 5 ** draw.random()  # tokens/s of each of 4 sequences
    load = 0.6 + 3.6 * draw.random()
    tokens = draw.choice([12, 24, 48])
    models.append({
        "name": f"m{i}",
        "backend": f"sim:sleep=true,seed={i},load_s={load:.2f},"
                   f"tokens_per_s={speed:.0f},reply_tokens={tokens}"})
json.dump({"name": "policies", "dataset": "sample", "repeats": 2,
           "models": models}, open(sys.argv[1], "w"))
PY

go() { # go NAME OPTIONS...
    local name=$1
    shift
    "$program" run "$work/job.json" --ranks "$ranks" --output "$work/$name" "$@" \
        >"$work/$name.out" 2>"$work/$name.err" ||
        { cat "$work/$name.err"; exit 1; }
}

go first
from=(--set "forecast_from=$work/first/results.h5")
"$program" plan "$work/job.json" --simulate --ranks "$ranks" --json "${from[@]}" \
    >"$work/plan.json"
for policy in resident pair chunk static; do
    go "$policy" --policy "$policy" "${from[@]}"
done
python3 - "$work" "$((ranks - 1))" <<'PY'
import json
import sys

work, workers = sys.argv[1], int(sys.argv[2])
plan = json.load(open(f"{work}/plan.json"))
simulated = {p["name"]: p for p in plan["policies"]}
digests = set()
first = None
print("policy    size  loads  seconds  x resident | simulated: loads  seconds  "
      "x resident | run/simulated")
for name in ("resident", "pair", "chunk", "static"):
    run = json.load(open(f"{work}/{name}/run.json"))
    seconds = run["ledger"]["allocated_s"] / workers
    digests.add(run["digest"])
    first = first or seconds
    of = simulated[name]
    print(f"{name:<8} {run.get('policy_size', 0):5.0f} {run['counts']['loads']:6.0f} "
          f"{seconds:8.1f} {seconds / first:11.2f} | {of['loads']:16.0f} "
          f"{of['makespan_s']:8.1f} "
          f"{of['makespan_s'] / simulated['resident']['makespan_s']:11.2f} | "
          f"{seconds / of['makespan_s']:.2f}")
print("one content" if len(digests) == 1 else f"OTHER CONTENT: {digests}")
PY
