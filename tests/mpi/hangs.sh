# Ranks that hang: one that is stopped for longer than its promise and comes
# back, one that never comes back, rank 0, and a unit that blocks every rank it meets.
. tests/mpi/lib.sh
sim_job "$work/job.json" "sim:tokens_per_s=100,sleep=true" \
    ', "lease_ms": 5000, "limit": 6'
run 3 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
want=$(digest "$work/whole")

same() {
    nothing_lost "$dir" || fail "$name: the journal"
    [ "$(digest "$dir")" = "$want" ] || fail "$name: another digest"
}

# It was killed; a busy machine takes a moment for it.
is_gone()
{
    ! grep -q "^State:.[^Z]" "/proc/$1/status" 2>/dev/null
}

for name in back gone; do
    dir=$work/$name
    begin 3 "$dir" "$work/job.json"
    wait_until 20 journaled "$dir" 8000 || fail "$name: no journal"
    victim=$(rank_pid "$dir" 1)
    kill -STOP "$victim"
    if [ $name = back ]; then
        wait_until 30 grep -q "worker lost" "$dir/log/rank0.log" ||
            fail "$name: the stopped worker is not missed"
        kill -CONT "$victim"
    fi
    began=$(date +%s)
    wait $pid || fail "$name: exit $?"
    took=$(($(date +%s) - began))
    [ $took -lt 60 ] || fail "$name: took $took s"
    wait_until 10 is_gone "$victim" ||
        fail "$name: the stopped rank is still there"
    [ "$(field "$dir" counts.workers_lost)" = 1 ] || fail "$name: lost none"
    same
    echo "stopped, $name: ended $took s later, nothing lost"
done

# Rank 0 is stopped for good: all is ended and started again, or only ended
# where somebody asked for the end.
export TRUSTSWEEP_WATCHDOG=4 # 12 s without a word
for name in rank0 told; do
    dir=$work/$name
    begin 3 "$dir" "$work/job.json"
    wait_until 20 journaled "$dir" 8000 || fail "$name: no journal"
    victim=$(field "$dir" pid)
    kill -STOP "$victim"
    began=$(date +%s)
    [ $name = rank0 ] || kill -TERM $pid
    wait_until 60 eval '! kill -0 $pid' || fail "$name: it does not end"
    wait $pid
    status=$?
    took=$(($(date +%s) - began))
    wait_until 10 is_gone "$victim" ||
        fail "$name: the stopped rank is still there"
    if [ $name = told ]; then
        [ $status = 1 ] || fail "$name: exit $status"
        [ "$(field "$dir" state)" = unfinished ] || fail "$name: state"
        [ "$(field "$dir" exit_status)" = 1 ] || fail "$name: status in run.json"
        run 3 "$dir" "$work/job.json" || fail "$name: going on: exit $?"
    else
        [ $status = 0 ] || fail "$name: exit $status"
        [ "$(field "$dir" starts)" = 2 ] || fail "$name: starts"
    fi
    same
    echo "rank 0 stopped, $name: ended $took s later, nothing lost"
done

# The backend blocks in the rank's own thread: its watchdog ends the rank.
name=blocks
dir=$work/blocks
export TRUSTSWEEP_WATCHDOG=3
cat >"$work/blocks.json" <<JSON
{ "name": "blocks", "dataset": "sample", "limit": 1, "lease_ms": 5000,
  "max_attempts": 1, "only": [ "ethics/awareness" ],
  "models": [
    { "name": "bad", "backend": "fault:slow_ms=600000:sim:" },
    { "name": "good", "backend": "sim:seed=7" } ] }
JSON
begin 2 "$dir" "$work/blocks.json" --restarts 0
wait_until 20 grep -q "rank 1 on $(uname -n) ends itself: it hung in a step" \
    "$dir.err" || fail "$name: the rank goes on"
kill -INT $pid
sleep 0.6
kill -INT $pid
wait_until 20 eval '! kill -0 $pid' || fail "$name: the job does not end"
wait $pid
status=$?
if others_go_on || [ "$(field "$dir" state)" != failed ]; then
    # rank 0's last word, or the command's own where rank 0 had none
    [ $status = 1 ] || fail "$name: exit $status"
    [ "$(field "$dir" state)" = unfinished ] || fail "$name: another state"
else # one death ended all before anybody asked for it
    [ $status = 3 ] || fail "$name: failed with exit $status"
    field "$dir" reason | grep -q "mpirun ended with status" ||
        fail "$name: failed, and not by mpirun's end"
fi
echo "blocked: the rank ended itself; exit $status"

# A model that loads in the rank's own process may take longer than a step.
cat >"$work/loads.json" <<JSON
{ "name": "loads", "dataset": "sample", "limit": 1,
  "only": [ "ethics/awareness" ],
  "models": [ { "name": "slow", "backend": "fault:slow_load_ms=5000:sim:" } ] }
JSON
run 2 "$work/loads" "$work/loads.json" --restarts 0 ||
    fail "a load of 5 s with a watchdog of 3 s: exit $?"
grep -q "ends itself" "$work/loads.err" && fail "a rank died of its load"
[ -n "${TRUSTSWEEP_LONG:-}" ] || exit 0

# The same where there is one such unit: after max_attempts * 4 lost workers it
# is given up, and the job is done.  Each is missed after half a minute.
others_go_on || { echo "one death ends all here"; exit 0; }
rm -rf "$dir"
run_limit=240
began=$(date +%s)
run 6 "$dir" "$work/blocks.json"
status=$?
took=$(($(date +%s) - began))
[ $status = 1 ] || fail "$name: exit $status"
[ "$(field "$dir" state)" = done ] || fail "$name: not done"
[ "$(field "$dir" counts.failed)" = 1 ] || fail "$name: failed units"
nothing_lost "$dir" || fail "$name: the journal"
echo "blocked by one unit: done after $took s," \
    "$(grep -c "ends itself" "$dir.err") ranks ended themselves"
