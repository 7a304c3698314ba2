# INT, TERM and USR1 to the command that starts mpirun, and to rank 0 itself:
# what is in hand is finished or left, run.json says "unfinished", and the same
# command goes on with nothing lost.
. tests/mpi/lib.sh
sim_job "$work/job.json" "sim:tokens_per_s=100,sleep=true" ', "limit": 6'
run 3 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
want=$(digest "$work/whole")
# each unit of this one takes a minute: a drain waits for longer than we do
sim_job "$work/slow.json" \
    "sim:tokens_per_s=1,reply_tokens=60,reply_spread=0,sleep=true" \
    ', "limit": 1'

# ended STATUS LIMIT-MS: $pid ends so, in time; $took
ended() {
    since=$(now_ms)
    wait $pid
    status=$?
    took=$(($(now_ms) - since))
    [ $status = "$1" ] || fail "$name: exit $status instead of $1"
    [ $took -lt "$2" ] || fail "$name: took $took ms"
    wait_until 10 eval '[ -z "$(ranks "$dir")" ]' ||
        fail "$name: ranks outlive it"
}

unfinished() { # unfinished 'PART OF THE REASON'
    [ "$(field "$dir" state)" = unfinished ] || fail "$name: state"
    [ "$(field "$dir" is_final)" = True ] || fail "$name: no last word"
    [ "$(field "$dir" exit_status)" = 1 ] || fail "$name: status in run.json"
    case $(field "$dir" reason) in
    *"$1"*) ;;
    *) fail "$name: reason $(field "$dir" reason)" ;;
    esac
    [ ! -e "$dir/owner.json" ] || fail "$name: the folder is still held"
}

goes_on() {
    run 4 "$dir" "$work/job.json" || fail "$name: going on: exit $?"
    [ "$(field "$dir" counts.from_earlier_runs)" -gt 0 ] || fail "$name: kept 0"
    nothing_lost "$dir" || fail "$name: the journal"
    [ "$(digest "$dir")" = "$want" ] || fail "$name: another digest"
    echo "$name: ended within $took ms, then went on"
}

# One signal in the middle: a drain, with a results file of what there is.
for signal in INT TERM USR1; do
    name=$signal
    dir=$work/$signal
    begin 3 "$dir" "$work/job.json"
    wait_until 20 journaled "$dir" 8000 || fail "$name: no journal"
    kill -$signal $pid
    ended 1 20000
    unfinished "$signal"
    grep -q "^stopping ($signal): what was started" "$dir.err" ||
        fail "$name: people are told something else"
    [ -e "$dir/results.h5" ] || fail "$name: no results file"
    goes_on
done

# To rank 0, as a batch system does that starts the ranks itself.
name="TERM to rank 0"
dir=$work/rank0
begin 3 "$dir" "$work/job.json"
wait_until 20 journaled "$dir" 8000 || fail "$name: no journal"
kill -TERM "$(field "$dir" pid)"
ended 1 20000
unfinished "stopped by TERM"
grep -q "signal: stopping (TERM)" "$dir/log/rank0.log" ||
    fail "$name: the log does not say why"
grep -q "end: state=unfinished" "$dir/log/rank0.log" || fail "$name: no end"
goes_on

# The walltime is near: what cannot finish is left, long before it would.
name="USR1 with slow units"
dir=$work/notice
begin 3 "$dir" "$work/slow.json" --notice 6
wait_until 20 is_state "$dir" running || fail "$name: does not begin"
sleep 1.5
kill -USR1 $pid
ended 1 45000 # 3 s, and up to 30 s for ranks that are in the middle
unfinished "out of time"
echo "$name: ended within $took ms"

# Twice TERM: what is in hand is left now, and not in 20 s.
name="TERM twice"
dir=$work/terms
begin 3 "$dir" "$work/slow.json"
wait_until 20 is_state "$dir" running || fail "$name: does not begin"
sleep 1.5
kill -TERM $pid
sleep 1
kill -TERM $pid
ended 1 17000
unfinished "out of time"
[ -e "$dir/results.h5" ] || fail "$name: no results file"
echo "$name: ended within $took ms"

# Twice INT: now, with a last word.
name="INT twice"
dir=$work/twice
begin 3 "$dir" "$work/slow.json"
wait_until 20 is_state "$dir" running || fail "$name: does not begin"
sleep 1.5
kill -INT $pid
sleep 1
kill -0 $pid || fail "$name: one INT did not wait"
kill -INT $pid
ended 1 12000
unfinished "at once"
[ ! -e "$dir/results.h5" ] || fail "$name: took the time for a results file"
echo "$name: ended within $took ms"
