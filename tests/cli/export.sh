#!/bin/bash
# Every form of `export`: what other programs read is what the file says; the
# toolkit's layout scored again gives the same scores; a redacted file has no
# text of what is masked and everything else.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python h5py
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

"$python" tests/cli/report_answers.py "$dir/recorded"
cat >"$dir/job.json" <<'JSON'
{ "name": "demo", "dataset": "sample", "repeats": 2, "models": [
  { "name": "alpha", "backend": "sim:seed=1", "access": "proprietary" },
  { "name": "a/b", "backend": "fault:fail_after=400:sim:seed=2", "access": "open" }
] }
JSON
"$TRUSTSWEEP" score "$dir/recorded" -o "$dir/one.h5" >/dev/null 2>&1 || true
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/run" --ranks 2 \
    >/dev/null 2>"$dir/err" || [ $? = 1 ] || { cat "$dir/err"; exit 1; }
cp "$dir/run/results.h5" "$dir/two.h5"
# who gives no address leaks none of those given
echo '{ "dataset": "sample", "only": "privacy/privacy_leakage",
  "models": [ { "name": "mute", "backend": "sim:answer=no" } ] }' \
    >"$dir/mute.json"
"$TRUSTSWEEP" run "$dir/mute.json" --output "$dir/silence" --ranks 2 \
    >/dev/null 2>"$dir/err" || { cat "$dir/err"; exit 1; }
cp "$dir/silence/results.h5" "$dir/mute.h5"
for file in one two mute; do
    for format in csv jsonl toolkit lm-eval inspect redacted; do
        "$TRUSTSWEEP" export "$dir/$file.h5" --format "$format" \
            -o "$dir/$file/$format" >"$dir/out" || fail "$file: $format"
        grep -q "^$format: " "$dir/out" || fail "$format says nothing"
    done
done
"$TRUSTSWEEP" export "$dir/one.h5" --format redacted --texts none \
    -o "$dir/one/none" >/dev/null
LD_PRELOAD=$DISK_FAULTS_SO DISK_FAULTS="sync redacted.h5 EIO 1" \
    "$TRUSTSWEEP" export "$dir/one.h5" --format redacted -o "$dir/bad" \
    >/dev/null 2>"$dir/err" && fail "redacted on a disk that does not sync"
grep -q 'its bytes do not reach the disk' "$dir/err" ||
    { cat "$dir/err"; fail "no word of the disk"; }
[ -z "$(ls "$dir/bad")" ] || fail "left: $(ls "$dir/bad")"
if assets=$(bash scripts/assets.sh); then
    "$TRUSTSWEEP" export "$dir/one.h5" --format leaderboard \
        --assets "$assets" -o "$dir/one/leaderboard" >/dev/null
fi
"$TRUSTSWEEP" score "$dir/one/toolkit" -o "$dir/again.h5" >/dev/null 2>&1 ||
    true
for file in one/redacted/one one/none/one two/redacted/two; do
    "$TRUSTSWEEP" digest --check "$dir/$file.redacted.h5" >/dev/null ||
        fail "$file: its digest"
    for what in "$file.redacted" "${file%%/*}"; do
        "$TRUSTSWEEP" analyze "$dir/$what.h5" --resamples 200 --json \
            >"$dir/${what##*/}.said" || fail "$what: analyze"
    done
    # all but digests; sums are added up in another order
    python3 - "$dir/${file##*/}.redacted.said" "$dir/${file%%/*}.said" <<'PY' ||
import json, math, sys


def leaves(node, path=()):
    if isinstance(node, dict):
        for key in sorted(node):
            if "digest" not in key and key != "files":
                yield from leaves(node[key], path + (key,))
    elif isinstance(node, list):
        yield path, len(node)
        for i, value in enumerate(node):
            yield from leaves(value, path + (i,))
    else:
        yield path, node


def is_same(one, two):
    if isinstance(one, float) and isinstance(two, (int, float)):
        return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-9)
    return one == two


one, two = (list(leaves(json.load(open(file)))) for file in sys.argv[1:])
assert any(path[-1] == "units" and value > 1 for path, value in one)
assert any(path[-1] == "low" and value for path, value in one)
assert [path for path, _ in one] == [path for path, _ in two]
others = [pair for pair in zip(one, two) if not is_same(pair[0][1], pair[1][1])]
assert not others, others[:3]
PY
        fail "$file: the analysis of the redacted file is another one"
done
"$python" tests/cli/export.py "$dir"
for bad in "" "--format csv" "--format jsonl -o $dir/x --texts none"; do
    status=0
    # shellcheck disable=SC2086 # words
    "$TRUSTSWEEP" export "$dir/one.h5" $bad >"$dir/out" 2>&1 || status=$?
    [ $status = 2 ] || fail "export $bad: exit $status"
done
[ ! -e "$dir/x" ] || fail "texts that were not wanted"

# nothing of another kind is written over
before=$(sha256sum <"$dir/one.h5")
for what in "report $dir/one.h5 -o $dir/one.h5" \
    "score $dir/run -o $dir/run/job.json" \
    "label export $dir/run --output $dir/both --key $dir/both"; do
    status=0
    # shellcheck disable=SC2086 # words
    "$TRUSTSWEEP" $what >"$dir/out" 2>&1 || status=$?
    [ $status = 2 ] || { cat "$dir/out"; fail "$what: exit $status"; }
done
[ "$before" = "$(sha256sum <"$dir/one.h5")" ] || fail "report over results"
"$python" -m json.tool "$dir/run/job.json" >/dev/null || fail "score over a job"
[ ! -e "$dir/both" ] || fail "a sheet over its key"

# Inspect's own reader, where scripts/inspect.sh got it.
inspect=$(bash scripts/inspect.sh --path)
[ -x "$inspect" ] || { echo "Inspect's reader was not asked"; exit 0; }
"$inspect" tests/cli/export_inspect.py "$dir/one/inspect" "$dir/two/inspect"
