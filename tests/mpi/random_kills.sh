# Ranks are killed at random times: workers, rank 0, mpirun, the command itself,
# everything; some are stopped for a while.  What is not finished by itself is
# finished by the same command with another number of ranks.  Each time nothing
# is lost, nothing stands twice in the journal, and the results are the same.
#
#   TRUSTSWEEP_SEED   repeats a run of this test, as far as times repeat
#   TRUSTSWEEP_LONG   1: a hundred kills instead of ten, some ten minutes
. tests/mpi/lib.sh
seed=${TRUSTSWEEP_SEED:-$(($(date +%s) % 30000))}
wanted=10
kinds="worker rank0 stop mpirun all worker command"
if [ -n "${TRUSTSWEEP_LONG:-}" ]; then
    wanted=100
    # all workers: rank 0 waits for a minute whether one comes back
    kinds="$kinds rank0 worker all mpirun worker stop rank0 workers"
fi
lanes=3 # runs at once: most of the time goes into waiting for a lost worker
echo "seed $seed, $wanted kills"
# a rank that is killed while MPI starts leaves the others waiting for it
export TRUSTSWEEP_WATCHDOG=10
sim_job "$work/job.json" "sim:tokens_per_s=200,sleep=true" \
    ', "lease_ms": 5000, "limit": 6'
began=$(date +%s%N)
run 3 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
length=$((($(date +%s%N) - began) / 1000000)) # ms
want=$(digest "$work/whole")
nothing_lost "$work/whole" || fail "the run without kills"
echo "without kills: $length ms, $(field "$work/whole" counts.units) units"

victims() { # victims KIND WORKER
    case $1 in
    worker | stop) rank_pid "$dir" "$2" ;;
    workers) ranks "$dir" | sed -n 's/^[1-9][0-9]* //p' ;;
    rank0) rank_pid "$dir" 0 ;;
    mpirun) pgrep -P "$pid" mpi ;;
    command) echo "$pid" ;;
    all) pgrep -f "$dir( |\$)" ;;
    esac
}

strike() { # strike KIND: sets $struck to the processes that were hit
    worker=$((RANDOM % (size - 1) + 1))
    struck=
    while [ -z "$struck" ] && kill -0 "$pid" 2>/dev/null; do
        struck=$(victims "$1" $worker) # none yet: it has only just begun
    done
    if [ "$1" = stop ]; then
        kill -STOP $struck 2>/dev/null || struck=
        sleep $((RANDOM % 7)).$((RANDOM % 10))
        kill -CONT $struck 2>/dev/null
    else
        kill -KILL $struck 2>/dev/null || struck=
    fi
}

finish() { # finish KIND SIZE WHAT: it ends, or the same command ends it
    wait_until 120 eval '! kill -0 $pid' || fail "$3: it does not end"
    wait $pid
    status=$?
    [ $status != 0 ] || return 0
    case $1 in
    all | command) ;;
    *) fail "$3: exit $status" ;;
    esac
    wait_until 20 eval '[ -z "$(ranks "$dir")" ]' ||
        fail "$3: ranks outlive it"
    echo >>"$work/resumed"
    run $((($2 - 1) % 3 + 2)) "$dir" "$work/job.json" ||
        fail "$3: resume: exit $?"
}

# one KIND SIZE DELAY: one run with one kill
one() {
    what="$1 of $2 ranks after $3 ms"
    begin "$2" "$dir" "$work/job.json"
    sleep "$(($3 / 1000)).$(printf %03d $(($3 % 1000)))"
    strike "$1"
    finish "$1" "$2" "$what"
    [ "$(field "$dir" state)" = done ] || fail "$what: not done"
    [ "$(field "$dir" starts)" = 1 ] || echo >>"$work/restarted"
    nothing_lost "$dir" || fail "$what: the journal"
    [ "$(digest "$dir")" = "$want" ] || fail "$what: another digest"
    [ -z "$struck" ] || echo >>"$work/kills"
    echo "$what: $([ -n "$struck" ] && echo hit || echo too late)," \
        "exit $status, lost $(field "$dir" counts.workers_lost)," \
        "starts $(field "$dir" starts)," \
        "kept $(field "$dir" counts.from_earlier_runs)"
    rm -rf "$dir" "$dir".*
}

count() { # count FILE: its lines
    cat "$work/$1" 2>/dev/null | wc -l
}

lane() { # lane NUMBER: every third run until there were enough kills
    RANDOM=$((seed + $1))
    n=$1
    while [ "$(count kills)" -lt $wanted ]; do
        [ "$n" -le $((wanted * 3)) ] || fail "too few kills in $n runs"
        dir=$work/run$n
        size=$((RANDOM % 2 + 3))
        # shellcheck disable=SC2086 # a list of words
        set -- $kinds
        shift $((n % $#))
        delay=$((RANDOM % length * 85 / 100))
        one "$1" $size $delay
        n=$((n + lanes))
    done
}

children=
for i in $(seq $lanes); do
    lane "$i" &
    children="$children $!"
done
bad=0
for child in $children; do
    wait "$child" || bad=1
done
[ $bad = 0 ] || { echo "FAILED with seed $seed"; exit 1; }
echo "$(count kills) kills: 0 lost, 0 twice, equal digests;" \
    "$(count restarted) runs were started again by themselves," \
    "$(count resumed) resumed by hand"
