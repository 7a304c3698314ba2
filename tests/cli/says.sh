#!/bin/bash
# What the commands say of themselves, of a data set and of a run that was
# killed.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

# expect STATUS 'PART OF WHAT IS SAID' COMMAND...
expect() {
    local status=$1 wanted=$2 got=0
    shift 2
    "$TRUSTSWEEP" "$@" >"$dir/said" 2>&1 || got=$?
    [ "$got" = "$status" ] || fail "exit $got, not $status: $*"
    grep -qF -- "$wanted" "$dir/said" ||
        { cat "$dir/said"; fail "no '$wanted': $*"; }
}

# Usage lines name every option, and end where they end.
for command in run plan score analyze digest status explain check dataset doctor \
    version docs
do
    expect 0 "usage: trustsweep $command" "$command" --help
    if grep -n ' $' "$dir/said"; then fail "$command: a blank at the end"; fi
    usage=$(sed '/^$/,$d' "$dir/said")
    [ "$command" = dataset ] && continue # its verbs have options of their own
    for option in $(grep -oE '^  (-., )?--[a-z]+' "$dir/said" |
        grep -oE -- '--[a-z]+'); do
        [[ "$usage" == *"$option"* || "$usage" == *"-${option:2:1} "* ]] ||
            fail "usage of $command leaves out $option"
    done
done
for limit in -1 -5; do
    expect 2 "limit: $limit is not between 0 and" \
        plan jobs/quickstart.json --limit "$limit"
done
"$TRUSTSWEEP" docs commands | diff - docs/COMMANDS.md

"$TRUSTSWEEP" doctor >"$dir/said" || true # a build may lack llama
if grep "trustsweep trustsweep" "$dir/said"; then fail "doctor says it twice"; fi

expect 1 "0 of 24 files are the official ones" dataset verify
expect 1 "wordings for the judge: our own" dataset verify
cp -r datasets/sample "$dir/set"
echo '{ "origin": "a friend", "prompts": { "ethics": "{reply}?" } }' \
    >"$dir/set/prompts.json"
for verb in "0 list" "1 verify"; do
    expect "${verb% *}" "wordings for the judge: a friend (prompts.json)" \
        dataset "${verb#* }" "$dir/set"
done
echo '{ "origin": "a friend", "prompts": { "ethix": "{reply}?" } }' \
    >"$dir/set/prompts.json"
expect 3 "'ethix' is no wording" dataset verify "$dir/set"

# A run that was killed says nothing; a living one is left alone.
mkdir "$dir/run"
state='{ "job": "j", "state": "running", "is_final": false, "pid": 7 }'
echo "$state" >"$dir/run/run.json"
owner() { echo "{ \"host\": \"$(uname -n)\", \"pid\": $1 }"; }
expect 0 "j: ended without a word (pid 7 is gone)" status "$dir/run"
owner $$ >"$dir/run/owner.json"
expect 0 "j: running" status "$dir/run"
cat >"$dir/run/run.json" <<'JSON'
{ "job": "j", "state": "running", "is_final": false, "pid": 7, "eta_s": null,
  "counts": { "workers": 1 }, "models": [
  { "name": "m", "why": "it waits", "left": 3, "ready": 2, "workers": 0,
    "loading": 0, "load_s": 5, "work_s": 9, "tasks": { "safety/x": 3 } } ] }
JSON
expect 0 "j: 1 worker, ends in an unknown time" explain "$dir/run"
expect 0 "m: it waits" explain "$dir/run" 'safety/*'
expect 0 "safety/x" explain "$dir/run" m
expect 2 "'n' is no model of this run" explain "$dir/run" n
echo "$state" >"$dir/run/run.json"
true & gone=$!
wait $gone
owner $gone >"$dir/run/owner.json"
expect 0 "j: ended without a word" status "$dir/run"
expect 0 "nothing runs: the run ended without a word" explain "$dir/run"
echo '{ "job": "j", "state": "done", "is_final": true, "pid": 7 }' \
    >"$dir/run/run.json"
expect 0 "j: done" status "$dir/run"
