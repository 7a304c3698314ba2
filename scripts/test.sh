#!/bin/bash
# Sets up and runs tests, and prints how many passed, failed, were skipped.
#
#   quick  built with gcc, without Slurm and with few MPI jobs (default)
#   full   every test, built with gcc, with clang and sanitizers, with MPICH:
#          what .ci/run does
#   long   full with the fault tests that go on for minutes, which lines are run,
#          and whether changed scoring rules are noticed (tests/mutation)
#
#   TRUSTSWEEP_DATA    folder with the official release and recorded answers;
#                      tests that want it are skipped without it
#   TRUSTSWEEP_BUILDS  presets to test, of full and long (default: "debug asan
#                      mpich")
#
# usage: scripts/test.sh [quick|full|long] [PRESET...]
. "$(dirname "$0")/common.sh"
cd "$root"
tier=quick
which=()
case ${1:-} in
quick | full | long)
    tier=$1
    shift
    ;;
esac
case $tier in
quick)
    which=(-LE slow)
    [ $# -gt 0 ] || set -- debug
    ;;
long) export TRUSTSWEEP_LONG=1 ;;
esac
sh scripts/setup.sh --test
TRUSTSWEEP_LLAMA=$(sh scripts/llama.sh)
model=$(sh scripts/model.sh)
TRUSTSWEEP_EMBEDDER=$(sh scripts/model.sh --embedder)
TRUSTSWEEP_MODELS=$(dirname "$model")
sh scripts/assets.sh >/dev/null
sh scripts/inspect.sh >/dev/null
[ -n "${TRUSTSWEEP_ASSETS:-}" ] || sh scripts/assets.sh --pip >/dev/null
export TRUSTSWEEP_LLAMA TRUSTSWEEP_MODELS TRUSTSWEEP_EMBEDDER
# Tests against llama-server run where scripts/llama.sh --tools has built it.
if [ -x "$TRUSTSWEEP_LLAMA/bin/llama-server" ]; then
    export TRUSTSWEEP_LLAMA_TOOLS="${TRUSTSWEEP_LLAMA_TOOLS:-$TRUSTSWEEP_LLAMA/bin}"
fi

presets=${*:-${TRUSTSWEEP_BUILDS:-debug asan mpich}}
passed=0
failed=0
skipped=0
for preset in $presets; do
    say "building $preset"
    # shellcheck disable=SC2154 # jobs and cache come from common.sh
    quietly "build/log/$preset-configure.log" cmake --preset "$preset"
    quietly "build/log/$preset-build.log" \
        cmake --build --preset "$preset" -j "$jobs"
    say "testing $preset"
    report=$root/build/$preset/report.xml
    rm -f "$report" # of a run before, should this one end without its own
    # the long tests wait more than they compute
    ctest --preset "$preset" "${which[@]}" -j $((2 * jobs)) \
        --output-junit "$report" || true
    counts=$(python3 -c '
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot()
cases = suite.findall("testcase")
failed = sum(1 for c in cases if c.get("status") == "fail")
skipped = sum(1 for c in cases if c.get("status") in ("notrun", "disabled")
              or c.find("skipped") is not None)
print(len(cases) - failed - skipped, failed, skipped)' "$report")
    # shellcheck disable=SC2086 # three numbers
    set -- $counts
    say "$preset: $1 passed, $2 failed, $3 skipped"
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + $3))
done
[ "$passed" -gt 0 ] || die "no test ran"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$tier" != quick ] || say "this was the quick tier; scripts/test.sh full runs all"
bad=0
[ "$failed" = 0 ] || bad=1
if [ "$tier" = long ]; then # both are told, whatever failed
    scripts/coverage.sh || bad=1
    python3 tests/mutation/mutate.py || bad=1
fi
exit $bad
