# SIGKILL of everything in the middle, then the same command with other ranks:
# the file is the same, and nothing acknowledged is generated twice.
. tests/mpi/lib.sh
slow="sim:tokens_per_s=150,sleep=true"
sim_job "$work/job.json" "$slow"
run 3 "$work/whole" "$work/job.json" || fail "whole run: exit $?"

begin 3 "$work/cut" "$work/job.json"
wait_until 20 journaled "$work/cut" 20000 ||
    fail "nothing was journaled before the kill"
# mpirun, its ranks and their children; the ranks are in groups of their own
pkill -KILL -f "$work/cut"
wait $pid 2>/dev/null
sleep 0.3
[ ! -e "$work/cut/results.h5" ] || fail "it had already ended: kill earlier"

# what killed processes had begun to write goes, what others write stays
gone="results.h5.tmp-999999999 run.json.tmp-aB3xYz job.json.tmp-aB3xYz"
for name in $gone results.h5.tmp-$$ run.json.copy job.json.backup; do
    touch "$work/cut/$name"
done
run 2 "$work/cut" "$work/job.json" || fail "resume: exit $?"
for name in $gone; do
    [ ! -e "$work/cut/$name" ] || fail "$name is still there"
done
for name in results.h5.tmp-$$ run.json.copy job.json.backup; do
    [ -e "$work/cut/$name" ] || fail "$name is gone"
done
before=$(field "$work/cut" counts.from_earlier_runs)
total=$(field "$work/cut" counts.units)
echo "$before of $total units came from before the kill"
[ "$before" -gt 0 ] && [ "$before" -lt "$total" ] || fail "no partial resume"
[ "$(digest "$work/cut")" = "$(digest "$work/whole")" ] ||
    fail "the resumed file differs"

# a third time there is nothing left to do
run 3 "$work/cut" "$work/job.json" || fail "third run"
[ "$(field "$work/cut" counts.from_earlier_runs)" = "$total" ] ||
    fail "something was generated again"
[ "$(digest "$work/cut")" = "$(digest "$work/whole")" ] || fail "third differs"
grep -q "lost" "$work/cut.err" && fail "workers without work are said to be lost"

# a smaller run in the same folder says what its file leaves out, a whole one not
grep -q "leaves out" "$work/cut.err" && fail "nothing is left out"
run 2 "$work/cut" "$work/job.json" --limit 1 || fail "smaller run"
left=$((total - $(field "$work/cut" counts.units)))
[ "$(grep -c "leaves out $left answers" "$work/cut.err")" = 1 ] ||
    fail "no word of $left answers left out"
run 2 "$work/cut" "$work/job.json" || fail "whole again"
grep -q "leaves out" "$work/cut.err" && fail "nothing is left out any more"
[ "$(digest "$work/cut")" = "$(digest "$work/whole")" ] || fail "fourth differs"
