#!/bin/bash
# The forecast against a real run: a sweep of 16 made-up models, scaled down to a
# minute, on 8 workers started by mpirun.  The first run measures; `plan` forecasts
# the second one from its results file; then the second one is run and compared.
#
#   tests/bench/forecast.sh BUILD-FOLDER
#
# The `sim` backend sleeps, so a machine of few cores can run it; what else the
# machine does still shows.
set -euo pipefail
program=$1/bin/trustsweep
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 - "$work/job.json" <<'PY'
import json
import random
import sys

draw = random.Random(8)
models = []
for i in range(16):
    speed = 60 * 5 ** draw.random()  # tokens/s of each of 4 sequences
    load = 0.6 + 3.6 * draw.random()
    tokens = draw.choice([6, 12, 12, 24])
    models.append({
        "name": f"m{i}",
        "backend": f"sim:sleep=true,seed={i},load_s={load:.2f},"
                   f"tokens_per_s={speed:.0f},reply_tokens={tokens}"})
json.dump({"name": "forecast", "dataset": "sample", "repeats": 2,
           "models": models}, open(sys.argv[1], "w"))
PY

spent() { # the part of the run between the first hello and the last record
    python3 - "$1/run.json" <<'PY'
import json
import sys

ledger = json.load(open(sys.argv[1]))["ledger"]
print(ledger["allocated_s"] / 8)
PY
}

for i in 1 2; do
    more=()
    if [ "$i" = 2 ]; then
        more=(--set "forecast_from=$work/run1/results.h5")
        "$program" plan "$work/job.json" --simulate --ranks 9 "${more[@]}" |
            sed -n '/^policy/,$p'
        forecast=$("$program" plan "$work/job.json" --ranks 9 --json "${more[@]}" |
            python3 -c 'import json, sys; print(json.load(sys.stdin)["makespan_s"])')
    fi
    TRUSTSWEEP_PROGRESS=none "$program" run "$work/job.json" --ranks 9 --output "$work/run$i" \
        "${more[@]}" >"$work/run$i.out" 2>"$work/run$i.err"
done
"$program" status "$work/run2"
python3 - "$forecast" "$(spent "$work/run1")" "$(spent "$work/run2")" <<'PY'
import sys

forecast, first, second = map(float, sys.argv[1:])
print(f"forecast {forecast:.1f} s, run 1 {first:.1f} s, run 2 {second:.1f} s: "
      f"run 2 is {100 * (second / forecast - 1):+.1f} % off")
PY
