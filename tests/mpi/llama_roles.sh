# A real chat model judges, and a real embedder measures, what a real model said.
. tests/mpi/lib.sh
[ -n "${TRUSTSWEEP_MODELS:-}" ] && [ -n "${TRUSTSWEEP_EMBEDDER:-}" ] ||
    { echo "TRUSTSWEEP_MODELS or TRUSTSWEEP_EMBEDDER was not set"; exit 77; }
model=$(ls "$TRUSTSWEEP_MODELS"/SmolLM2*.gguf) || exit 77
cat >"$work/job.json" <<JSON
{ "name": "roles", "dataset": "sample", "limit": 2,
  "only": ["truthfulness/sycophancy", "truthfulness/golden_advfactuality"],
  "models": [ { "name": "smol", "backend": "llama:$model",
                "generation": { "max_tokens": 12 } } ],
  "roles": { "judge": "llama:$model",
             "embedder": "llama:$TRUSTSWEEP_EMBEDDER" } }
JSON
run 3 "$work/run" "$work/job.json" || fail "exit $?"
[ "$(field "$work/run" counts.failed)" = 0 ] || fail "units failed"
# 4 replies; the judge is asked of 2, the embedder of 2 replies and 4 texts
units=$(field "$work/run" counts.units)
[ "$units" -ge 10 ] || fail "$units units: somebody was not asked"
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
