# A disk whose every sync takes seconds: rank 0 goes on talking to its workers,
# none is taken for lost, nothing is generated twice.
. tests/mpi/lib.sh
sim_job "$work/job.json" "sim:tokens_per_s=200,sleep=true" \
    ', "lease_ms": 5000, "limit": 6'
run 3 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
want=$(digest "$work/whole")

# longest step of rank 0 [ms]
longest() {
    sed -n 's/.*longest_turn_ms=\([0-9]*\).*/\1/p' "$1/log/rank0.log" | tail -n 1
}

dir=$work/slow
faulty="sync - 2000 1" run 3 "$dir" "$work/job.json" &
slow=$!
while kill -0 $slow 2>/dev/null; do # what run.json says meanwhile
    "$trustsweep" status "$dir" --json 2>/dev/null |
        sed -n 's/.*"stage": *"\([a-z]*\)".*/\1/p'
    sleep 0.1
done >"$work/stages"
wait $slow || fail "slow: exit $?"
stages=$(uniq "$work/stages" | tr '\n' ' ')
echo "stages: $stages"
case $stages in
"starting answering scoring "* | "starting answering writing "*) ;;
*) fail "slow: stages $stages" ;;
esac
"$trustsweep" status "$dir" --json | grep '"stage"' && fail "slow: a stage is left"
[ "$(digest "$dir")" = "$want" ] || fail "slow: another digest"
[ "$(field "$dir" counts.workers_lost)" = 0 ] || fail "slow: lost workers"
[ "$(field "$dir" counts.retries)" = 0 ] || fail "slow: units were taken back"
took=$(longest "$dir")
[ "$took" -lt 1500 ] || fail "slow: a step of rank 0 took $took ms"
nothing_lost "$dir" || fail "slow: the journal"
echo "each sync took 2 s: the longest step of rank 0 took $took ms"

# INT once nothing is asked any more: the results are written all the same, and a
# second one ends it without them; then the same command goes on.
for times in 1 2; do
    dir=$work/int$times
    LD_PRELOAD=$DISK_FAULTS_SO DISK_FAULTS="sync journal 2000 1" \
        ASAN_OPTIONS=verify_asan_link_order=0 begin 3 "$dir" "$work/job.json"
    wait_until 60 eval '[ "$(field "$dir" stage)" = scoring ]' ||
        fail "INT $times: no scoring"
    kill -INT $pid
    [ $times = 1 ] || { sleep 0.5 && kill -INT $pid; }
    status=0
    wait $pid || status=$?
    if [ $times = 1 ]; then
        [ $status = 0 ] || fail "INT once: exit $status"
        is_state "$dir" done || fail "INT once: state $(field "$dir" state)"
        grep -q "^the results are being written, and that goes on (INT)" \
            "$dir.err" || fail "INT once: nobody is told"
    else
        [ $status = 1 ] || fail "INT twice: exit $status"
        is_state "$dir" unfinished || fail "INT twice: $(field "$dir" state)"
        field "$dir" reason | grep -q "at once (INT twice)" ||
            fail "INT twice: $(field "$dir" reason)"
        left=$(ls -A "$dir" | grep results.h5) && fail "INT twice: left $left"
        run 3 "$dir" "$work/job.json" || fail "INT twice: going on: exit $?"
    fi
    [ "$(digest "$dir")" = "$want" ] || fail "INT $times: another digest"
    echo "INT $times in the scoring: exit $status"
done
