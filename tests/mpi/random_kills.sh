# Ranks are killed at random moments, most of them when so many bytes are in the
# journal (a time says little on a busy machine): workers, rank 0, mpirun, the
# command itself, everything; some are stopped for a while.  What is not finished by itself is
# finished by the same command with another number of ranks.  Each time nothing
# is lost, nothing stands twice in the journal, and the results are the same.
#
#   TRUSTSWEEP_SEED   repeats a run of this test, as far as its ranks repeat
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
run 3 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
length=$(cat "$work"/whole/journal/*.tsj | wc -c)
want=$(digest "$work/whole")
nothing_lost "$work/whole" || fail "the run without kills"
echo "without kills: $length bytes, $(field "$work/whole" counts.units) units"

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

# wait_for_bytes BYTES: in the journal of $dir; false when the run ends before
wait_for_bytes() {
    until journaled "$dir" "$1"; do
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.02
    done
}

# one KIND SIZE BYTES: one run with one kill; BYTES < 0: that many ms after its
# start
one() {
    begin "$2" "$dir" "$work/job.json"
    if [ "$3" -lt 0 ]; then
        what="$1 of $2 ranks after $((-$3)) ms"
        sleep "$(printf 0.%03d $((-$3)))"
    else
        what="$1 of $2 ranks at $3 bytes"
        wait_for_bytes "$3"
    fi
    strike "$1"
    finish "$1" "$2" "$what"
    [ "$(field "$dir" state)" = done ] || fail "$what: not done"
    [ "$(field "$dir" starts)" = 1 ] || echo >>"$work/restarted"
    nothing_lost "$dir" || fail "$what: the journal"
    [ "$(digest "$dir")" = "$want" ] || fail "$what: another digest"
    [ -z "$struck" ] || echo >>"$work/kills"
    kept=$(field "$dir" counts.from_earlier_runs)
    lost=$(field "$dir" counts.workers_lost)
    [ "$kept" = 0 ] && [ "$lost" = 0 ] || echo >>"$work/felt"
    echo "$what: $([ -n "$struck" ] && echo hit || echo too late)," \
        "exit $status, lost $lost," \
        "starts $(field "$dir" starts), kept $kept"
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
        moment=$((RANDOM * length / 32768 * 48 / 100))
        # the second half comes at once. While MPI starts, or shortly after:
        [ $((n % 5)) != 4 ] || moment=$((-(RANDOM % 900) - 1))
        one "$1" $size $moment
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
# a kill before anything was on disk, or of what was not needed, proves little
[ "$(count felt)" -ge $(($(count kills) / 2)) ] ||
    fail "only $(count felt) of $(count kills) kills met work on disk or a lease"
echo "$(count kills) kills, $(count felt) with work on disk or a worker lost:" \
    "0 lost, 0 twice, equal digests;" \
    "$(count restarted) runs were started again by themselves," \
    "$(count resumed) resumed by hand"
