# One worker is killed: the others carry on and the file is the same.  Where the
# launcher ends everything on one death, the command starts all ranks again.
. tests/mpi/lib.sh
# A promise of 5 s: the dead one is missed while there is work, and not only
# passed over as late.
sim_job "$work/job.json" "sim:tokens_per_s=150,sleep=true" \
    ', "lease_ms": 5000'
run 4 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
begin 4 "$work/hit" "$work/job.json"
wait_until 20 journaled "$work/hit" 20000 || fail "no journal"
kill -KILL "$(rank_pid "$work/hit" 2)"
wait $pid || fail "exit $?"
[ "$(field "$work/hit" state)" = done ] || fail "not done"
lost=$(field "$work/hit" counts.workers_lost)
starts=$(field "$work/hit" starts)
echo "lost $lost, starts $starts"
[ "$lost$starts" = 11 ] || [ "$lost$starts" = 02 ] || fail "nobody was killed"
[ "$starts" = 1 ] || grep -q "starting again" "$work/hit.err" ||
    fail "no word of the second start"
[ "$lost" = 0 ] || grep -q "worker lost: rank=2 host=$(uname -n) units=" \
    "$work/hit/log/rank0.log" || fail "the log does not say who was lost, where"
nothing_lost "$work/hit" || fail "the journal"
[ "$(digest "$work/hit")" = "$(digest "$work/whole")" ] || fail "files differ"

# started again no more often than asked for: then run.json has the last word
begin 4 "$work/once" "$work/job.json" --restarts 0
wait_until 20 journaled "$work/once" 8000 || fail "no journal"
kill -KILL "$(field "$work/once" pid)"
wait $pid
status=$?
[ $status = 3 ] || fail "rank 0 killed, no restarts: exit $status"
[ "$(field "$work/once" state)" = failed ] || fail "state"
[ "$(field "$work/once" is_final)" = True ] || fail "no last word"
[ "$(field "$work/once" exit_status)" = 3 ] || fail "status in run.json"
field "$work/once" reason
# an mpirun that ends all ranks at once is gone before rank 0 is missed
died="rank 0 (process [0-9]*) died"
others_go_on || died="\($died\|mpirun ended with status 9\)"
field "$work/once" reason | grep -q "$died; $work/once/log may say why" ||
    fail "the reason says neither who died nor where to look"
grep -q "end: number=1 .*$died" "$work/once/log/launcher.log" ||
    fail "the log of the launcher"
run 3 "$work/once" "$work/job.json" || fail "going on: exit $?"
[ "$(digest "$work/once")" = "$(digest "$work/whole")" ] || fail "files differ"

# While the command waits to start the ranks again, status says so.
begin 3 "$work/again" "$work/job.json"
wait_until 20 journaled "$work/again" 8000 || fail "no journal"
says() { # says WORDS: status does
    "$trustsweep" status "$work/again" | grep -q "$1"
}
wait_until 15 says "items/s in .*ETA" || fail "status: no speed, no ETA"
wait_until 15 says "  rank 2 on $(uname -n): " || fail "status: no workers"
says "heard of .* ago, .*log: $work/again/log" || fail "status: no age, no log"
kill -KILL "$(field "$work/again" pid)"
wait_until 15 says "^test: starting again: .*$died" ||
    fail "status while it waits: $("$trustsweep" status "$work/again")"
wait $pid || fail "started again: exit $?"
[ "$(grep -c "begin: start=" "$work/again/log/rank0.log")" = 2 ] ||
    fail "the log has not both starts"
grep -q "end: state=done" "$work/again/log/rank0.log" || fail "no end in the log"
