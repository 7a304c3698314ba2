#!/bin/bash
# What CONTRIBUTING.md says of adding things is true: a metric, an evaluator and a
# backend (tests/add) are added to a copy of the tree, each by its file and its
# line in a list, and are held to their contracts there; a run with a column of
# theirs has its value.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
tree=$dir/tree
mkdir "$tree"
git ls-files -z | xargs -0 tar -c --ignore-failed-read 2>/dev/null | tar -x -C "$tree"
began=$(date +%s)

# one file and one line each; a backend has its extern and a sample as well
cp tests/add/metric_zero_share.c "$tree/src/score/"
sed -i 's/^    DO(robustness_score)/    DO(robustness_score) \\\n    DO(zero_share)/' \
    "$tree/src/score/kinds.h"
cp tests/add/evaluator_shouting.c "$tree/src/evaluate/"
sed -i 's/^    DO(toxicity)/    DO(toxicity) \\\n    DO(shouting)/' \
    "$tree/src/evaluate/kinds.h"
cp tests/add/backend_echo.c "$tree/src/generate/"
sed -i 's/^extern const struct backend_ops backend_sim;/&\nextern const struct backend_ops backend_echo;/' \
    "$tree/src/generate/kinds.h"
sed -i 's/&backend_sim,/\&backend_sim, \&backend_echo,/' \
    "$tree/src/generate/backend.c"
sed -i 's/^    { "sim", "sim:" },/&\n    { "echo", "echo:" },/' \
    "$tree/tests/conform/generate/test_backend.c"
# a column behind all others, which names the evaluator and the metric
python3 - "$tree/datasets/trustllm.json" <<'PY'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    manifest = json.load(file)
manifest["columns"].append({
    "name": "calm_share", "title": "Share of replies without shouting",
    "dimension": "safety", "section": "jailbreak", "task": "safety/jailbreak",
    "evaluator": "shouting", "metric": "zero_share", "cluster": "label",
    "direction": 1, "unit": "1"})
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(manifest, file)
PY
for list in score evaluate generate; do
    diff -q "src/$list/kinds.h" "$tree/src/$list/kinds.h" >/dev/null &&
        fail "no line in src/$list/kinds.h"
done

cmake -S "$tree" -B "$dir/build" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_COMPILE_WARNING_AS_ERROR=ON >"$dir/log" 2>&1 ||
    fail "$(tail -20 "$dir/log")"
targets="conform_score_test_metric conform_evaluate_test_evaluator
    conform_generate_test_backend fault_server trustsweep"
# shellcheck disable=SC2086 # several words
make -C "$dir/build" -j "$(nproc)" $targets >"$dir/log" 2>&1 ||
    fail "$(grep -E 'error|warning' "$dir/log" | head)"
for test in score_test_metric evaluate_test_evaluator generate_test_backend; do
    (cd "$tree" && TRUSTSWEEP_PROGRAM=$dir/build/bin/trustsweep \
        FAULT_SERVER=$dir/build/tests/fault_server \
        "$dir/build/tests/conform_$test" >"$dir/log" 2>&1) ||
        fail "conform $test: $(tail -20 "$dir/log")"
done
echo '{ "name": "a", "dataset": "sample", "limit": 1, "only": ["safety/*"],
    "models": [ { "name": "echo", "backend": "echo:" } ] }' >"$dir/job.json"
"$dir/build/bin/trustsweep" run "$dir/job.json" --ranks 2 --output "$dir/run" \
    >"$dir/log" 2>&1 || fail "$(tail "$dir/log")"
"$dir/build/bin/trustsweep" analyze "$dir/run/results.h5" --all >"$dir/log" ||
    fail "analyze"
grep -Eq 'calm_share +1\.000 .*1$' "$dir/log" ||
    fail "the new column: $(grep -A1 calm_share "$dir/log" || cat "$dir/log")"
echo "added, built and held to their contracts in $(($(date +%s) - began)) s"
