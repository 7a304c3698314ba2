#!/bin/bash
# A report of 16 models in all 31 ranked columns with masked samples stays under
# 10 MB.  How long a browser takes to open it is printed and gates nothing; the
# bench is tests/bench/report_open.py.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python json
assets=$(bash scripts/assets.sh) || { echo "no chart libraries"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The official prompts where they are, as they are longer than ours.
"$python" - "$dir/job.json" "${TRUSTSWEEP_DATA:+$TRUSTSWEEP_DATA/trustllm-dataset.zip}" <<'PY'
import json
import sys

models = [{"name": f"model-{n:02d}",
           "access": "proprietary" if n <= 4 else "open",
           "backend": f"sim:seed={n},reply_tokens=120"}
          for n in range(1, 17)]
with open(sys.argv[1], "w", encoding="utf-8") as f:
    json.dump({"name": "full", "dataset": sys.argv[2] or "sample", "limit": 60,
               "models": models,
               "roles": {"judge": "sim:answer=YES", "embedder": "sim",
                         "toxicity": "sim"}}, f)
PY
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/run" --ranks 2 \
    >/dev/null 2>"$dir/err" || { cat "$dir/err"; exit 1; }
"$TRUSTSWEEP" report "$dir/run/results.h5" -o "$dir/full.html" \
    --assets "$assets" --resamples 1000 >/dev/null
"$python" tests/cli/report.py full "$dir/full.html"
