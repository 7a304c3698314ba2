# Both small real models, one that chats and a base model, answer the sample and
# a slice of the official data: nothing fails, what prompts begin with alike is
# computed once, and the slice asked again by other workers has the same digest.
. tests/mpi/lib.sh
. tests/cli/lib.sh
data=${TRUSTSWEEP_DATA:-}
[ -n "${TRUSTSWEEP_MODELS:-}" ] ||
    { echo "TRUSTSWEEP_MODELS was not set"; exit 77; }
chat=$(ls "$TRUSTSWEEP_MODELS"/SmolLM2*.gguf) || exit 77
base=$(ls "$TRUSTSWEEP_MODELS"/gemma-3-270m*.gguf) ||
    { echo "no base model: scripts/model.sh --base gets it"; exit 77; }
find_python h5py numpy
run_limit=250

# job FILE DATASET LIMIT ARGUMENTS-OF-THE-BASE-MODEL ONLY
job() {
    cat >"$1" <<JSON
{ "name": "both", "dataset": "$2", "limit": $3, "only": $5,
  "generation": { "max_tokens": 4 },
  "models": [ { "name": "chat", "backend": "llama:$chat" },
              { "name": "base", "backend": "llama:$base$4" } ] }
JSON
}

# answered DIR CHAT BASE: each unit has a reply, and of the prompt tokens of the
# models at least these shares, and not all, were there already
answered() {
    [ "$(field "$1" state)" = done ] || fail "$1: not done"
    "$python" - "$@" <<'PY' || fail "$1: not as it should be answered"
import sys
import h5py
file = h5py.File(sys.argv[1] + "/results.h5")
records = {name: file["records/" + name][:] for name in
           ("model", "state", "prompt_tokens", "reply_tokens")}
cached = file["timing/cached_tokens"][:].astype(int)
codes = file["records/state"].attrs
states = dict(zip(codes["flag_values"], codes["flag_meanings"].split()))
good = len(file["model"]) == 2
for model, least in enumerate(float(share) for share in sys.argv[2:]):
    own = records["model"] == model
    prompt = int(records["prompt_tokens"][own].sum())
    share = cached[own].sum() / prompt
    met = {states[state] for state in records["state"][own]}
    replied = int((records["reply_tokens"][own] > 0).sum())
    print(file["model"][model], own.sum(), "units,", replied, "replies,",
          prompt, "prompt tokens,", round(share, 3), "shared,", sorted(met))
    good = (good and replied == own.sum() > 0 and least <= share < 1
            and not met & {"none", "failed", "missing", "overlong"})
sys.exit(not good)
PY
}

job "$work/sample.json" sample 1 "" '["*"]'
run 2 "$work/sample" "$work/sample.json" || fail "sample: exit $?"
answered "$work/sample" 0.2 0.01

[ -f "$data/trustllm-dataset.zip" ] ||
    { echo "the sample only: TRUSTSWEEP_DATA has no official data"; exit 77; }
# the base model's products depend on what shares a call (docs/BACKENDS.md):
# it is asked one prompt at a time, from its first token on
slice='["truthfulness/hallucination", "robustness/AdvGLUE"]'
job "$work/slice.json" "$data/trustllm-dataset.zip" 3 ",exact" "$slice"
for ranks in 2 3; do
    run $ranks "$work/slice-$ranks" "$work/slice.json" ||
        fail "slice, $ranks ranks: exit $?"
    answered "$work/slice-$ranks" 0.2 0
    digest "$work/slice-$ranks" >"$work/$ranks.sum" || fail "digest"
done
cmp "$work/2.sum" "$work/3.sum" || fail "other workers, other replies"
