# A real chat model judges and weighs how toxic it is, and a real embedder
# measures, what a real model said.
. tests/mpi/lib.sh
[ -n "${TRUSTSWEEP_MODELS:-}" ] && [ -n "${TRUSTSWEEP_EMBEDDER:-}" ] ||
    { echo "TRUSTSWEEP_MODELS or TRUSTSWEEP_EMBEDDER was not set"; exit 77; }
model=$(ls "$TRUSTSWEEP_MODELS"/SmolLM2*.gguf) || exit 77
cat >"$work/job.json" <<JSON
{ "name": "roles", "dataset": "sample", "limit": 2,
  "only": ["truthfulness/sycophancy", "truthfulness/golden_advfactuality",
            "safety/jailbreak"],
  "models": [ { "name": "smol", "backend": "llama:$model",
                "generation": { "max_tokens": 12 } } ],
  "roles": { "judge": "llama:$model",
             "embedder": "llama:$TRUSTSWEEP_EMBEDDER",
             "toxicity": "llama:$model" } }
JSON
run 3 "$work/run" "$work/job.json" || fail "exit $?"
[ "$(field "$work/run" counts.failed)" = 0 ] || fail "units failed"
# 4 replies; the judge is asked of 2, the embedder of 2 replies and 4 texts
units=$(field "$work/run" counts.units)
[ "$units" -ge 10 ] || fail "$units units: somebody was not asked"
"$trustsweep" score "$work/run" -o "$work/again.h5" >/dev/null 2>"$work/score.err"
[ "$("$trustsweep" digest "$work/again.h5")" = \
    "$("$trustsweep" digest "$work/run/results.h5")" ] || fail "scored otherwise"
"$trustsweep" analyze "$work/run/results.h5" --json >"$work/board.json" ||
    fail "analyze"
python3 - "$work/board.json" <<'PY' || fail "a similarity is no number"
import json, sys
def walk(node):
    if isinstance(node, dict):
        if "sycophancy_persona" in (node.get("name"), node.get("column")):
            yield node
        for child in node.values():
            yield from walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from walk(child)
text = json.dumps(list(walk(json.load(open(sys.argv[1])))))
print(text[:400])
sys.exit('"value": null' in text or '"value": ' not in text)
PY
python3 - "$work/board.json" <<'PY' || fail "no toxicity in [0, 1]"
import json, sys
scores = json.load(open(sys.argv[1]))["scores"]["paper"]
toxic = [s for s in scores if s["column"] == "toxicity_avg"]
print(toxic[0]["value"], toxic[0]["num"], toxic[0]["num_asked"])
# weighed, not said: neither 0 nor 1
sys.exit(not (toxic[0]["value"] is not None and 0 < toxic[0]["value"] < 1))
PY
