#!/bin/bash
# What a person has in a folder that a command is to work in is not written over:
# the job file itself, tables and recorded answers, and what a link in a run
# directory from elsewhere leads to.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; cat "$dir/said"; exit 1; }

# expect STATUS 'PART OF WHAT IS SAID' COMMAND...
expect() {
    local status=$1 wanted=$2 got=0
    shift 2
    "$TRUSTSWEEP" "$@" >"$dir/said" 2>&1 </dev/null || got=$?
    [ "$got" = "$status" ] || fail "exit $got, not $status: $*"
    grep -qF -- "$wanted" "$dir/said" || fail "no '$wanted': $*"
}

# The job file that is read lies in the folder to work in.
mkdir "$dir/mine"
cat >"$dir/mine/job.json" <<'JSON'
{ "name": "mine", "only": "ethics/awareness", "dataset": "sample",
  "models": [ { "name": "a", "backend": "sim:" } ] }
JSON
cp "$dir/mine/job.json" "$dir/kept.json"
cp "$dir/mine/job.json" "$dir/other.json"
is_kept() {
    cmp -s "$dir/kept.json" "$dir/mine/job.json" || fail "job.json is another"
    [ "$(ls "$dir/mine")" = job.json ] || fail "made: $(ls "$dir/mine")"
}
own="is the job file that was read, and would be written over; name another folder"
ln -s mine "$dir/linked"
for folder in "$dir/mine" "$dir/mine/" "$dir/linked"; do
    expect 2 "$own" run "$dir/mine/job.json" --ranks 2 --limit 1 --quiet \
        --output "$folder"
    is_kept
    expect 2 "$own" prepare "$dir/mine/job.json" -o "$folder"
    is_kept
done
expect 2 "$own" run "$dir/mine/job.json" --set "output=\"$dir/mine\"" --ranks 2
is_kept
(cd "$dir/mine" && expect 2 "$own" run job.json --ranks 2 --output . --quiet)
is_kept
# one that a run, or prepare, has written is nobody's, and is gone on with
expect 0 "" prepare "$dir/other.json" -o "$dir/ready"
expect 0 "all is ready: " prepare "$dir/ready/job.json" -o "$dir/ready"
expect 0 "" run "$dir/other.json" --ranks 2 --limit 1 --quiet --output "$dir/run"
expect 0 "" run "$dir/run/job.json" --ranks 2 --quiet --output "$dir/run"

echo "the job file is nobody's to write over"
