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
for command in $("$TRUSTSWEEP" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    expect 0 "usage: trustsweep $command" "$command" --help
    usage=$(sed '/^$/,$d' "$dir/said")
    if grep -E '.{81}' <<<"$usage"; then fail "$command: a usage line is long"; fi
done
expect 2 "                       [--gpus TYPE=N,...] [--workers-per-node N]" plan
for limit in -1 -5; do
    expect 2 "limit: $limit is not between 0 and" \
        plan jobs/quickstart.json --limit "$limit"
done
"$TRUSTSWEEP" docs commands | diff - docs/COMMANDS.md

"$TRUSTSWEEP" doctor >"$dir/said" || true # a build may lack llama
tail -n 1 "$dir/said" | grep -qE '^(ok |BAD) +verdict ' || fail "doctor's last line"
echo '{ "models": [ { "name": "k",
  "backend": "http:m,url=http://127.0.0.1:9,key_env=NOT_SET_HERE" } ] }' \
    >"$dir/key.json"
expect 3 "BAD  model          k: " doctor "$dir/key.json"
grep -q "^BAD  model  *k: .*NOT_SET_HERE" "$dir/said" || fail "no word of its key"
[ "$(grep -c " model  *k: " "$dir/said")" = 1 ] ||
    fail "a model whose key is missing has another line, as if it were good"
tail -n 1 "$dir/said" | grep -q "^BAD  verdict  *not ready until what is BAD" ||
    fail "its key is not there, and the last word is another"
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

# A job file may be called so, too.
mkdir "$dir/jobs"
cp jobs/quickstart.json "$dir/jobs/run.json"
for command in status explain "watch --once" "status --json" "explain --json"; do
    expect 2 "jobs/run.json is a job file, not what a run says of itself" \
        $command "$dir/jobs"
done
echo '{ "pid": 7 }' >"$dir/jobs/run.json"
for command in status explain "watch --once"; do
    expect 2 'jobs/run.json is not what a run says of itself: it has no "state"' \
        $command "$dir/jobs"
done
rm -r "$dir/jobs"

# What is not known is no guess, and no load takes no time.
mkdir "$dir/unknown"
cat >"$dir/unknown/run.json" <<'JSON'
{ "state": "starting again", "job": "j", "models": [
  { "name": "m", "state": "waiting", "reason": "why", "left": 3, "ready": 3,
    "workers": 0, "loading": 0, "load_s": 0, "work_s": null,
    "work_is_guess": true, "tasks": {} } ] }
JSON
expect 0 "; an unknown time" explain "$dir/unknown"
expect 0 "of work for one worker, and loading takes an unknown time" \
    explain "$dir/unknown"
sed -i 's/"load_s": 0, "work_s": null/"load_s": 2, "work_s": 5/' \
    "$dir/unknown/run.json"
expect 0 "; a guessed 5.0 s" explain "$dir/unknown"
expect 0 "loading takes 2.0 s" explain "$dir/unknown"

# What a run says of itself may come from anybody: no terminal obeys it.
mkdir "$dir/odd"
cat >"$dir/odd/run.json" <<'JSON'
{ "job": "j\u001b]0;x\u0007", "state": "odd\u001b[2J\u009b1m", "pid": 7,
  "is_final": false, "models": [
  { "name": "m\u001b[31m\u202e", "state": "waiting", "reason": "no\u001b[1m",
    "waits_for": "o\u001b[1m", "units": 7, "failed": 1, "left": 3, "ready": 2,
    "workers": 0, "loading": 0, "load_s": 5, "work_s": 9, "tasks": {
      "safety/x\u001b[1m": { "units": 3, "left": 3, "ready": 2 } } } ] }
JSON
echo '{ "checkpoints_refused": [ { "name": "r\u001b[1m", "path": "p\u001b[1m",
        "reason": "no\u001b[2J\r\nj: done" } ] }' >"$dir/odd/checkpoints-skipped.json"
echo '{ "checkpoints_left_out": [ "l\u001b[1m" ] }' >"$dir/odd/checkpoints-left.json"
for command in status explain "watch --once" "status --json" "explain --json"; do
    "$TRUSTSWEEP" $command "$dir/odd" >"$dir/said" 2>&1 || true
    grep -q '?' "$dir/said" || { cat "$dir/said"; fail "$command: says nothing"; }
    if LC_ALL=C grep $'\x1b\|\xc2\x9b\|\xe2\x80\xae' "$dir/said" |
        cat -v | grep .; then fail "$command: a terminal's codes"; fi
done
cat >"$dir/odd/j.json" <<'JSON'
{ "models": [
  { "name": "a\u001b[31mb", "backend": "sim:" } ] }
JSON
for command in plan prepare run; do
    expect 2 'j.json:2:13: "name" has a control character' \
        $command "$dir/odd/j.json"
done
rm -r "$dir/odd"

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
  "counts": { "units": 16, "done": 5, "failed": 1, "workers": 1,
              "workers_lost": 0 }, "models": [
  { "name": "m", "state": "waiting", "reason": "it waits", "waits_for": "o",
    "units": 7, "failed": 1, "left": 3, "ready": 2, "workers": 0, "loading": 0,
    "load_s": 5, "work_s": 9, "tasks": {
      "safety/x": { "units": 3, "left": 3, "ready": 2 },
      "safety/y": { "units": 4, "left": 0, "failed": 1 } } },
  { "name": "o", "state": "running", "reason": "it runs", "waits_for": null,
    "units": 9, "failed": 0, "left": 8, "ready": 7, "workers": 1, "loading": 0,
    "load_s": 5, "work_s": 9, "tasks": {
      "safety/x": { "units": 4, "left": 4, "ready": 4, "ahead": 1,
                    "goes_first": "safety/z" },
      "safety/z": { "units": 5, "left": 4, "ready": 3 } } } ] }
JSON
expect 0 "j: 1 worker, ends in an unknown time" explain "$dir/run"
expect 0 "the workers are with: o 1" explain "$dir/run" m
expect 0 "m: it waits" explain "$dir/run" 'safety/*'
task() { # task NAME WORDS: what is said of it
    grep -qE "^ +$1 +$2" "$dir/said" || { cat "$dir/said"; fail "$1: $2"; }
}
task safety/x "waiting: 3 of 3 left; m: it waits"
task safety/y "done: 4 items, 1 failed"
task safety/x "waiting: 4 of 4 left, 4 in the queue of the model behind 1 task, \
first safety/z"
task safety/z "running: 4 of 5 left, 1 under way or to be tried again, 3 in the \
queue of the model, which go out next"
expect 2 "'n' is no model and no task of this run" explain "$dir/run" n
expect 2 "did you mean 'safety/z'?" explain "$dir/run" safety/zz
expect 0 '"waits_for": "o"' explain "$dir/run" safety/y --json
if grep -q '"o",$\|safety/x' "$dir/said" && grep -q '"name": *"o"' "$dir/said"; then
    fail "--json is not filtered"
fi
cp "$dir/run/run.json" "$dir/running.json"
echo "$state" >"$dir/run/run.json"
true & gone=$!
wait $gone
owner $gone >"$dir/run/owner.json"
expect 0 "j: ended without a word" status "$dir/run"
expect 0 "nothing runs: ended without a word: the same command goes on" \
    explain "$dir/run"
cp "$dir/running.json" "$dir/run/run.json"
expect 0 "m: the run ended before all its items were answered; 7 items, 1 failed, \
3 left" explain "$dir/run"
expect 0 '"state": "unfinished"' explain "$dir/run" m --json
expect 2 "'n' is no model and no task of this run" explain "$dir/run" n

# What is of now is not told of a run that was killed, and of none at all while
# checkpoints are waited for: their rates, workers and times are old.
old='"counts": { "units": 9, "done": 4, "failed": 0, "workers": 2 },
  "elapsed_s": 8, "items_per_s": 0.5, "items_per_s_now": 0.7, "eta_s": 10,
  "workers": [ { "rank": 1, "host": "h", "state": "generating",
                 "doing": "safety/x", "done": 4 } ]'
stands() { # stands STATE REASON: run.json, of whose folder nobody is the owner
    echo "{ \"job\": \"j\", \"state\": \"$1\", \"is_final\": false, \"pid\": 7,
            \"reason\": \"$2\", $old }" >"$dir/run/run.json"
}
is_old() {
    if grep -E 'rank 1|now|ETA|left$' "$dir/said"; then fail "of now: $1"; fi
}
stands running why
for command in status "watch --once"; do
    expect 0 "j: ended without a word (pid 7 is gone): the same command goes on" \
        $command "$dir/run"
    is_old "$command"
done
stands "starting again" "in 5 s"
expect 0 "nothing runs: starting again: in 5 s" explain "$dir/run"
for command in status "watch --once"; do
    expect 0 "j: starting again: in 5 s" $command "$dir/run"
    is_old "$command"
done
# nor is it over: whoever watches goes on
got=0
timeout 3 "$TRUSTSWEEP" watch "$dir/run" --every 1 >"$dir/said" || got=$?
[ "$got" = 124 ] || fail "watch has ended: $(cat "$dir/said")"
# before a round of checkpoints its folder has no owner for a while, but somebody
# starts the ranks; as there is where a start long ago was the last word
starts() { # starts STATE MINUTES: old, but for the mark of who starts
    stands "$1" "of before"
    touch -d "$2 minutes ago" "$dir/run/run.json"
    owner $$ >"$dir/run/starting.json"
    for command in status "watch --once"; do
        expect 0 "j: starting again from what is on disk" $command "$dir/run"
    done
    rm "$dir/run/starting.json"
}
starts waiting 1
starts "starting again" 9
owner $$ >"$dir/run/owner.json"
owner $$ >"$dir/run/starting.json"
stands waiting "checkpoints until then"
touch -d '1 minute ago' "$dir/run/run.json"
expect 0 "j: waiting: checkpoints until then" status "$dir/run"
rm "$dir/run/starting.json"
stands waiting "checkpoints until then"
for command in status "watch --once"; do
    expect 0 "j: waiting: checkpoints until then" $command "$dir/run"
    is_old "$command"
    if grep -E 'items/s|worker' "$dir/said"; then fail "a rate: $command"; fi
done
stands running why
expect 0 "0.50 items/s in 8.0 s, 0.70 now, ETA 10.0 s" status "$dir/run"
grep -qF "rank 1 on h: safety/x, 4 done" "$dir/said" || fail "$(cat "$dir/said")"
expect 0 "about 10.0 s left" watch --once "$dir/run"
sed -i 's/"eta_s": 10/"eta_s": 0.2/' "$dir/run/run.json"
expect 0 "0.70 now, ETA 1 s" status "$dir/run"
expect 0 "about 1 s left" watch --once "$dir/run"
expect 0 "heard of " status "$dir/run"
# Once nothing is asked any more it is told what is done instead.
sed 's/"items_per_s_now"/"stage": "scoring", "stage_done": 3, "stage_units": 9, &/
' "$dir/run/run.json" >"$dir/scoring.json"
mv "$dir/scoring.json" "$dir/run/run.json"
for command in status "watch --once"; do
    expect 0 "j: scoring, 3 of 9 items: why" $command "$dir/run"
    is_old "$command"
done
expect 0 "nothing runs: scoring: why" explain "$dir/run"
rm "$dir/run/owner.json"
expect 0 "j: ended without a word" status "$dir/run"

# Until the ranks that are started have said anything, run.json is of those before.
echo "{ \"job\": \"j\", \"state\": \"done\", \"is_final\": true, \"pid\": 7,
        $old }" >"$dir/run/run.json"
touch -d '1 minute ago' "$dir/run/run.json"
owner $$ >"$dir/run/starting.json"
for command in status "watch --once"; do
    expect 0 "j: starting again from what is on disk" $command "$dir/run"
    is_old "$command"
    if grep 'items/s' "$dir/said"; then fail "a rate: $command"; fi
    expect 0 '"is_starting": true' $command "$dir/run" --json
done
got=0
timeout 3 "$TRUSTSWEEP" watch "$dir/run" --every 1 >"$dir/said" || got=$?
[ "$got" = 124 ] || fail "watch has ended: $(cat "$dir/said")"
touch "$dir/run/run.json"
if "$TRUSTSWEEP" status "$dir/run" --json | grep is_starting; then
    fail "starting, though its ranks have spoken"
fi
expect 0 "j: done" status "$dir/run"
if grep "heard of" "$dir/said"; then fail "how old a last word is"; fi
# what was used is of all jobs, what was forecast of the last one that was submitted
echo '{ "nodes": 2, "gpus_per_node": 4, "forecast_s": 900 }' >"$dir/run/submit.json"
echo '{ "used_gpu_hours": 0.5, "budget_gpu_hours": 3 }' >"$dir/run/batch.json"
expect 0 "GPU-hours: 0.5 used by all its jobs, at most 2 forecast for what the last submit \
found open, 3 allowed" watch --once "$dir/run"
rm "$dir/run/submit.json" "$dir/run/batch.json"
touch -d '1 minute ago' "$dir/run/run.json"
owner $gone >"$dir/run/starting.json"
expect 0 "j: done" watch --once "$dir/run"
rm "$dir/run/starting.json"

# That a run ended after its deadline says who ended it; an ETA does not.
cp "$dir/run/run.json" "$dir/run.json.kept"
for is_final in False True; do
    python3 - "$dir/run/run.json" $is_final <<'PY'
import json, sys
run = json.load(open(sys.argv[1]))
run.update(deadline="2026-01-02T03:04 UTC", deadline_unix_s=1767323040,
           late_s=3600, is_final=sys.argv[2] == "True", pid=999999999)
json.dump(run, open(sys.argv[1], "w"))
PY
    "$TRUSTSWEEP" status "$dir/run" >"$dir/said" 2>&1 || true
    late=$(grep -c "ended 1 h.* after its deadline" "$dir/said" || true)
    [ "$late" = $([ $is_final = True ] && echo 1 || echo 0) ] ||
        fail "final $is_final: $(cat "$dir/said")"
done
mv "$dir/run.json.kept" "$dir/run/run.json"

# A pipe that has the name of a file of the folder is not waited for.
for name in starting.json owner.json checkpoints-skipped.json \
    checkpoints-left.json; do
    rm -f "$dir/run/$name"
    mkfifo "$dir/run/$name"
    timeout 10 "$TRUSTSWEEP" status "$dir/run" >"$dir/said" 2>&1 ||
        fail "$name is a pipe: exit $?: $(cat "$dir/said")"
    rm "$dir/run/$name"
done
mkfifo "$dir/pipe"
cp "$dir/run/run.json" "$dir/run.json.kept"
mv "$dir/pipe" "$dir/run/run.json"
got=0
timeout 10 "$TRUSTSWEEP" status "$dir/run" >"$dir/said" 2>&1 || got=$?
[ "$got" = 2 ] || [ "$got" = 3 ] || fail "run.json is a pipe: exit $got"
grep -q "run.json is no regular file; remove it" "$dir/said" ||
    fail "run.json is a pipe: $(cat "$dir/said")"
timeout -k 5 30 "$TRUSTSWEEP" check "$dir/run" >"$dir/said" 2>&1 || got=$?
[ "$got" != 124 ] && [ "$got" != 137 ] || fail "check waits for a pipe"
mv "$dir/run/run.json" "$dir/pipe"
mv "$dir/run.json.kept" "$dir/run/run.json"
# nor is one by those who start a run there, or ask for a job of it
mkdir "$dir/piped"
echo '{ "nodes": 1, "cpus_per_worker": 1, "memory_mb": 2000, "workers_per_node": 2 }' \
    >"$dir/site.json"
for name in run.json batch.json job.json; do
    mv "$dir/pipe" "$dir/piped/$name"
    got=0
    timeout -k 5 30 "$TRUSTSWEEP" submit jobs/quickstart.json --site "$dir/site.json" \
        --dry-run --budget 3 --output "$dir/piped" >"$dir/said" 2>&1 || got=$?
    [ "$got" != 124 ] && [ "$got" != 137 ] || fail "submit waits for $name, a pipe"
    got=0
    timeout -k 5 30 "$TRUSTSWEEP" batch --dir "$dir/piped" --again never --budget 0.0001 \
        -- jobs/quickstart.json --output "$dir/piped" --notice 20 --ranks 2 \
        >"$dir/said" 2>&1 || got=$?
    [ "$got" != 124 ] && [ "$got" != 137 ] || fail "batch waits for $name, a pipe"
    rm -rf "$dir/piped" "$dir/pipe"
    mkdir "$dir/piped"
    mkfifo "$dir/pipe"
done
# nor by those who look again at what it was answered
mkdir "$dir/piped/journal"
mv "$dir/pipe" "$dir/piped/job.json"
for of in "score -o $dir/piped.h5" calibrate; do
    got=0
    # shellcheck disable=SC2086 # a command and its options
    timeout -k 5 30 "$TRUSTSWEEP" $of "$dir/piped" >"$dir/said" 2>&1 || got=$?
    [ "$got" = 2 ] || [ "$got" = 3 ] || fail "$of: job.json is a pipe: exit $got"
    grep -q "job.json is no regular file" "$dir/said" ||
        fail "$of: job.json is a pipe: $(cat "$dir/said")"
done
rm -r "$dir/piped"

# Of many ranks only some are shown, with how they lie.
python3 - "$dir/run/run.json" <<'PY'
import json, sys
kinds = ["load_s", "prefill_s", "decode_s", "judge_wait_s", "idle_s", "wasted_s"]
def row(idle, **more):
    return dict(dict.fromkeys(kinds, 0), decode_s=100 - idle, idle_s=idle,
                allocated_s=100, **more)
ranks = [row(r, rank=r) for r in range(1, 22)]
ledger = row(0, ranks=ranks, models=[], cells=[])
ledger.update(idle_s=231, decode_s=1869, allocated_s=2100)
json.dump({"job": "j", "state": "running", "is_final": False, "pid": 7,
           "ledger": ledger}, open(sys.argv[1], "w"))
PY
expect 0 "of 21 ranks" status "$dir/run"
grep -qE "^median .* 11.0 s +0 ms +1 min 40 s$" "$dir/said" ||
    fail "no median: $(cat "$dir/said")"
grep -q "^rank 21 " "$dir/said" || fail "the idlest rank is missing"
if grep -q "^rank 11 " "$dir/said"; then fail "more than the ten idlest"; fi
grep -q "21 workers, 1 min 40 s each, 35 min 0 s in all, which" "$dir/said" ||
    fail "no sum: $(cat "$dir/said")"
sed -i 's/"idle_s": 231/"idle_s": 131/' "$dir/run/run.json"
expect 0 "but the six kinds add up to 33 min 20 s" status "$dir/run"
echo '{ "job": "j", "state": "done", "is_final": true, "pid": 7 }' \
    >"$dir/run/run.json"
expect 0 "j: done" status "$dir/run"

# What a run leads to next is here: h5dump only where it is in rank 0's PATH, to
# which mpirun may add folders of its own.
mkdir "$dir/none" "$dir/some"
ln -s "$(command -v h5dump || command -v true)" "$dir/some/h5dump"
echo '{ "name": "next", "dataset": "sample", "limit": 1,
  "only": ["safety/misuse"], "models": [ { "name": "m", "backend": "sim" } ] }' \
    >"$dir/next.json"
launcher=$("$TRUSTSWEEP" doctor | sed -n 's/^ok *launcher *//p' |
    sed 's/ -n 3 .*/ -n 2/')
for path in none some; do
    # shellcheck disable=SC2086
    $launcher env "PATH=$dir/$path" "$TRUSTSWEEP" run "$dir/next.json" \
        --output "$dir/next-$path" --quiet >"$dir/said" 2>&1 ||
        { cat "$dir/said"; fail "a run with another PATH"; }
    grep -q "^worth trying next:" "$dir/said" || fail "nothing to try next"
    case $path,$(grep -c "^  h5dump -H $dir/next-$path/results.h5" "$dir/said") in
    none,0 | some,1) ;;
    *) fail "h5dump in the folder '$path': $(cat "$dir/said")" ;;
    esac
done
