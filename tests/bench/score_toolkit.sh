#!/bin/bash
# score_toolkit.sh [PROGRAM [TIMES]] - `trustsweep score` and the evaluators of
# the TrustLLM toolkit 0.3.0 on the same recorded answers, as whole processes in
# turn: the nine files that the toolkit evaluates offline.  Then the memory of
# `score` with more and more models.
#
#   TRUSTSWEEP_DATA   a folder with recorded/ and trustllm-dataset.zip
#
# PROGRAM is built (preset release) when it is not given.  The toolkit and what
# it imports are fetched once, by pip, into the cache.
here=$(cd "$(dirname "$0")" && pwd)
set -- "${1:-}" "${2:-5}"
program=$1
times=$2
root=$(cd "$here/../.." && pwd)
cache=${TRUSTSWEEP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trustsweep}
wheel=trustllm-0.3.0-py3-none-any.whl
sum=d0d2ae22df288649c0c45db6af1e88a5340f2117be844b62778c1f78693ef034
set -euo pipefail
: "${TRUSTSWEEP_DATA:?is not set: a folder with recorded/ and the release}"

if [ -z "$program" ]; then
    TRUSTSWEEP_LLAMA=$(sh "$root/scripts/llama.sh")
    export TRUSTSWEEP_LLAMA
    (cd "$root" && cmake --preset release && cmake --build --preset release \
        -j"$(nproc)" --target trustsweep) >/dev/null
    program=$root/build/release/bin/trustsweep
fi

toolkit=$cache/toolkit-0.3.0
if [ ! -f "$toolkit/complete" ]; then
    rm -rf "$toolkit"
    mkdir -p "$cache/dl" "$toolkit"
    python3 -m pip download -q --no-deps -d "$cache/dl" trustllm==0.3.0
    echo "$sum  $cache/dl/$wheel" | sha256sum -c --status
    python3 -m zipfile -e "$cache/dl/$wheel" "$toolkit/package"
    python3 -m venv "$toolkit/venv"
    "$toolkit/venv/bin/pip" install -q numpy scipy pandas scikit-learn tqdm \
        openai tenacity
    touch "$toolkit/complete"
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
only=()
for task in truthfulness/external truthfulness/hallucination \
    robustness/AdvGLUE fairness/disparagement \
    privacy/privacy_awareness_confAIde privacy/privacy_leakage \
    ethics/implicit_SocialChemistry101 ethics/explicit_moralchoice \
    ethics/awareness; do
    only+=(--only "$task")
done

score() # SOURCE OPTION...
{
    # 1: replies that are missing are no failure of the program
    "$program" score "$@" -o "$out/results.h5" \
        --dataset "$TRUSTSWEEP_DATA/trustllm-dataset.zip" \
        >"$out/stdout" 2>"$out/stderr" || [ $? -eq 1 ] \
        || { cat "$out/stderr" >&2; exit 3; }
}

theirs()
{
    "$toolkit/venv/bin/python" "$here/toolkit_eval.py" "$toolkit/package" \
        "$TRUSTSWEEP_DATA/recorded" >"$out/theirs.json"
}

timed() # FILE COMMAND...: adds the nanoseconds to FILE
{
    local file=$1 start
    shift
    start=$(date +%s%N)
    "$@"
    echo $(($(date +%s%N) - start)) >>"$file"
}

for ((i = 0; i < times; i++)); do # in turn: what slows the machine slows all
    timed "$out/ours" score "$TRUSTSWEEP_DATA/recorded" "${only[@]}" \
        --no-intervals
    timed "$out/whole" score "$TRUSTSWEEP_DATA/recorded" "${only[@]}"
    timed "$out/theirs" theirs
done
cat "$out/theirs.json"
python3 - "$out/ours" "$out/whole" "$out/theirs" <<'PY'
import statistics
import sys

names = ("score --no-intervals, both profiles", "score",
         "the toolkit's evaluators")
times = [[int(x) / 1e9 for x in open(path)] for path in sys.argv[1:]]
print(f"seconds, {len(times[0])} times in turn        min  median")
for name, each in zip(names, times):
    print(f"{name:36} {min(each):6.2f} {statistics.median(each):7.2f}")
for name, each in zip(names[:2], times):
    print(f"{name} by the toolkit: {min(each) / min(times[2]):.2f} of min, "
          f"{statistics.median(each) / statistics.median(times[2]):.2f} "
          f"of median")
PY

# Models made of links to the same answers, and an answer of their own to a task
# that is not scored, so that each is another model.
peak() # SOURCE: peak resident memory in MiB
{
    python3 - "$program" "$1" "$out" "$TRUSTSWEEP_DATA" "${only[@]}" <<'PY'
import resource
import subprocess
import sys

program, source, out, data = sys.argv[1:5]
done = subprocess.run([program, "score", source, "-o", f"{out}/results.h5",
                       "--dataset", f"{data}/trustllm-dataset.zip",
                       *sys.argv[5:]], stdout=subprocess.DEVNULL,
                      stderr=subprocess.DEVNULL)
if done.returncode > 1:
    raise SystemExit("score failed")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PY
}

models=("$TRUSTSWEEP_DATA"/recorded/*)
echo "peak memory of score, nine files"
folder=$out/many
mkdir "$folder"
made=0
for num in 1 7 14 28 56; do
    for ((i = made; i < num; i++)); do
        cp -rs "$(realpath "${models[i % ${#models[@]}]}")" "$folder/model-$i"
        rm -f "$folder/model-$i"/safety/misuse.json*
        mkdir -p "$folder/model-$i/safety"
        echo "[{\"prompt\": \"one\", \"res\": \"$i\"}]" \
            >"$folder/model-$i/safety/misuse.json"
    done
    made=$num
    echo "$num models: $(peak "$folder") MiB"
done
