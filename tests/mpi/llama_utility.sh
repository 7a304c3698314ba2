# A real model weighs the answers of easy questions of our own, and is right more
# often than guessing would be: 13 questions, 0.26 by chance; 8 or more right have
# a probability below 0.01 then.
. tests/mpi/lib.sh
[ -n "${TRUSTSWEEP_MODELS:-}" ] || { echo "TRUSTSWEEP_MODELS was not set"; exit 77; }
model=$(ls "$TRUSTSWEEP_MODELS"/SmolLM2*.gguf) || exit 77
cat >"$work/job.json" <<JSON
{ "name": "utility", "dataset": "sample", "only": "utility/*",
  "models": [ { "name": "smol", "backend": "llama:$model" } ],
  "utility": [ { "task": "arc-sample", "ask": "answers" } ] }
JSON
run_limit=400
run 2 "$work/run" "$work/job.json" || fail "exit $?"
[ "$(field "$work/run" counts.failed)" = 0 ] || fail "units failed"
"$trustsweep" analyze "$work/run/results.h5" --part utility --json \
    >"$work/utility.json" || fail "analyze"
python3 - "$work/utility.json" <<'PY' || fail "no better than guessing"
import json, sys
root = json.load(open(sys.argv[1]))
[measure] = root.get("analysis", root)["utility"]
smol = measure["models"]["smol"]
print(smol)
assert smol["method"] == "likelihood" and smol["questions"] == 13
assert smol["value"] * 13 > 7.5
PY
