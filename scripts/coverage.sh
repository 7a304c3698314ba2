#!/bin/bash
# Which lines of src/ and analysis/ the tests run: builds with counters, runs the
# tests of some labels, prints a line for each folder and the whole, and writes
# build/coverage/lines.info (genhtml makes pages of it).  Ends with 1 when fewer
# than 85 percent are run.  What a process counted that was killed is lost, so the
# figure is a little low.  Without TRUSTSWEEP_DATA it is lower still.
#
# usage: scripts/coverage.sh [LABELS]     a pattern (default: unit|conform|sim|
#                                         golden|fuzz|cli; `.` takes all)
. "$(dirname "$0")/common.sh"
cd "$root"
labels=${1:-unit|conform|sim|golden|fuzz|cli}
least=85
build=build/coverage
TRUSTSWEEP_LLAMA=$(sh scripts/llama.sh)
TRUSTSWEEP_MODELS=$(dirname "$(sh scripts/model.sh)")
TRUSTSWEEP_EMBEDDER=$(sh scripts/model.sh --embedder)
export TRUSTSWEEP_LLAMA TRUSTSWEEP_MODELS TRUSTSWEEP_EMBEDDER

say "building coverage"
quietly build/log/coverage-configure.log cmake --preset coverage
# shellcheck disable=SC2154 # jobs comes from common.sh
quietly build/log/coverage-build.log \
    cmake --build --preset coverage -j "$jobs"
find "$build" -name '*.gcda' -exec rm -f {} +
say "testing: $labels"
ctest --test-dir "$build" -L "$labels" -j "$jobs" \
    >build/log/coverage-test.log 2>&1 ||
    say "some tests failed; see build/log/coverage-test.log"
say "counting"
quietly build/log/coverage-lines.log lcov --capture --directory "$build" \
    --output-file "$build/all.info" --ignore-errors gcov,source
quietly build/log/coverage-lines.log lcov --extract "$build/all.info" \
    "$root/src/*" "$root/analysis/*" --output-file "$build/lines.info"
python3 - "$build/lines.info" "$root/" "$least" <<'PY'
import collections, sys

path, root, least = sys.argv[1], sys.argv[2], float(sys.argv[3])
found, run = collections.Counter(), collections.Counter()
for line in open(path):
    if line.startswith("SF:"):
        folder = line[3:].strip().removeprefix(root).rsplit("/", 1)[0]
    elif line.startswith("DA:"):
        found[folder] += 1
        run[folder] += int(line[3:].split(",")[1]) > 0
for folder in sorted(found):
    print("%-24s %6d of %6d lines  %5.1f %%" % (
        folder, run[folder], found[folder], 100 * run[folder] / found[folder]))
all_found, all_run = sum(found.values()), sum(run.values())
if not all_found:
    sys.exit("no line was counted")
share = 100 * all_run / all_found
print("%-24s %6d of %6d lines  %5.1f %%" % ("all", all_run, all_found, share))
sys.exit(share < least)
PY
