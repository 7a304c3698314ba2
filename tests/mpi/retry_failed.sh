# What a run gave up stays failed and keeps the exit status at 1 until it is
# tried again: on request, or without one where a model could not be loaded.
. tests/mpi/lib.sh
sim="sim:tokens_per_s=20000"
sim_job "$work/good.json" "$sim"
run 3 "$work/good" "$work/good.json" || fail "good run: exit $?"

expect() { # expect RUN EXIT FAILED JOB [options]: the same run once more
    name=$1 exit=$2 failed=$3 job=$4
    shift 4
    run 3 "$work/$name" "$job" "$@"
    status=$?
    now=$(field "$work/$name" counts.failed)
    echo "$name: exit $status, $now failed:" \
        "$(field "$work/$name" reason 2>&1 | tail -n 1)"
    [ $status = "$exit" ] || fail "$name: exit $status, not $exit"
    [ "$(field "$work/$name" exit_status)" = "$exit" ] || fail "$name: run.json"
    [ "$now" = "$failed" ] || fail "$name: $now failed, not $failed"
}

sim_job "$work/bad.json" "fault:fail-after=20:$sim" ', "max_attempts": 1'
run 3 "$work/bad" "$work/bad.json"
first=$(field "$work/bad" counts.failed)
[ "$first" -gt 100 ] || fail "only $first failed"
# what it says to type can be typed
way=$(field "$work/bad" reason | sed -n "s/.*'trustsweep \(export [^']*\)'.*/\1/p")
# shellcheck disable=SC2086 # words of a command
(cd "$work" && "$trustsweep" $way >out 2>&1) || fail "'$way': $(cat "$work/out")"
cat "$work"/replies/*.jsonl | grep -q '"failed"' || fail "no failed unit is written out"
expect bad 1 "$first" "$work/good.json"
expect bad 0 0 "$work/good.json" --retry-failed
[ "$(digest "$work/bad")" = "$(digest "$work/good")" ] || fail "files differ"
expect bad 0 0 "$work/good.json"

sim_job "$work/dead.json" "isolated:fault:kill-after=0:$sim"
run 3 "$work/dead" "$work/dead.json"
[ "$(field "$work/dead" counts.failed)" = 255 ] || fail "dead: not all failed"
field "$work/dead" reason | grep -q "model 'alpha': .*cannot be loaded" ||
    fail "dead: $(field "$work/dead" reason)"
expect dead 0 0 "$work/good.json"
[ "$(digest "$work/dead")" = "$(digest "$work/good")" ] || fail "files differ"

# nothing is answered with other settings: the results that were here stay beside,
# also the next time, until there are answers again
none="fault:fail-after=0:sim:tokens_per_s=20000,seed"
cat >"$work/none.json" <<JSON
{ "name": "test", "dataset": "sample", "max_attempts": 1,
  "generation": { "max_tokens": 7 },
  "models": [
    { "name": "alpha", "backend": "$none=1", "access": "open" },
    { "name": "beta", "backend": "$none=2", "access": "open" } ] }
JSON
kept=$work/dead/results.before.h5
for again in "" --retry-failed; do
    # shellcheck disable=SC2086 # no word, or one
    run 3 "$work/dead" "$work/none.json" $again
    [ "$(field "$work/dead" state)" = failed ] || fail "none was answered"
    grep -q "kept beside it as results.before.h5" "$work/dead.err" ||
        fail "no word of what is kept"
    [ "$("$trustsweep" digest "$kept")" = "$(digest "$work/good")" ] ||
        fail "what was there is not kept"
    "$trustsweep" check "$work/dead" || fail "check: exit $?"
done
expect dead 0 0 "$work/good.json"
[ ! -e "$kept" ] || fail "$kept stands beside results with answers"
# nor is anything where it is told to end before there is an answer
sed 's/"max_tokens": 7/"max_tokens": 9/
    s/"fault:[^"]*=\([12]\)"/"sim:sleep,load_s=30,seed=\1"/' \
    "$work/none.json" >"$work/slow.json"
begin 3 "$work/dead" "$work/slow.json"
wait_until 60 is_state "$work/dead" running || fail "it does not run"
kill -TERM $pid
sleep 2
kill -TERM $pid
wait $pid
[ "$(field "$work/dead" counts.done)" = 0 ] || fail "there are answers"
[ "$("$trustsweep" digest "$kept")" = "$(digest "$work/good")" ] ||
    fail "what was there is not kept when nothing was answered yet"
expect dead 0 0 "$work/good.json"
[ ! -e "$kept" ] || fail "$kept stands beside results with answers again"
[ "$(digest "$work/dead")" = "$(digest "$work/good")" ] || fail "files differ"
