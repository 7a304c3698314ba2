# Under an mpirun of the user's own one dead worker ends the run, unless
# --enable-recovery is given, and so does a signal to mpirun, which kills its ranks
# two seconds later; either way run.json says what happened, and the same command
# goes on.
. tests/mpi/lib.sh
others_go_on || { echo "no Open MPI: one death ends all here"; exit 77; }
launcher=$("$trustsweep" doctor | sed -n 's/^ok *launcher *//p' |
    sed 's/ -n 3 .*/ -n 3/')
sim_job "$work/job.json" "sim:tokens_per_s=150,sleep=true" ', "lease_ms": 5000'

# own DIR MPIRUN...: in the background; $pid.  Now and then an mpirun that has
# lost a rank does not end by itself: run.json has the last word by then.
begin_own() {
    dir=$1
    shift
    # shellcheck disable=SC2086
    setsid timeout -k 5 100 "$@" "$trustsweep" run "$work/job.json" --output "$dir" \
        >"$dir.out" 2>"$dir.err" &
    pid=$!
    wait_until 30 journaled "$dir" 8000 || fail "no journal"
}
own() {
    begin_own "$@"
    kill -KILL "$(rank_pid "$dir" 2)"
    wait $pid
    [ $? != 124 ] || echo "$dir: mpirun did not end by itself"
}

# shellcheck disable=SC2086
own "$work/kept" $launcher
[ "$(field "$work/kept" state)" = done ] || fail "not done without rank 2"
[ "$(field "$work/kept" counts.workers_lost)" = 1 ] || fail "nobody was lost"
nothing_lost "$work/kept" || fail "the journal"

# shellcheck disable=SC2086
own "$work/ended" ${launcher/--enable-recovery/}
[ "$(field "$work/ended" state)" = unfinished ] || fail "another state"
case $(field "$work/ended" reason) in
*"stopped by TERM"*"an mpirun that ends all ranks since one died"*) ;;
*) fail "another reason: $(field "$work/ended" reason)" ;;
esac
"$trustsweep" status "$work/ended" | grep -q "stopped by TERM" || fail "status"
run 3 "$work/ended" "$work/job.json" || fail "going on: exit $?"
nothing_lost "$work/ended" || fail "the journal after going on"
[ "$(digest "$work/ended")" = "$(digest "$work/kept")" ] || fail "files differ"

# TERM and INT to mpirun itself, as `timeout` and the terminal send them.
mpirun_pid() { pgrep -f "^[^ ]*mpirun[^ ]* .*--output $1\$"; }
for signal in TERM INT; do
    dir=$work/$signal
    # shellcheck disable=SC2086
    begin_own "$dir" $launcher
    kill -$signal "$(mpirun_pid "$dir")"
    wait $pid
    [ "$(field "$dir" state)" = unfinished ] || fail "$signal: state"
    [ "$(field "$dir" is_final)" = True ] || fail "$signal: no last word"
    [ "$(field "$dir" exit_status)" = 1 ] || fail "$signal: exit_status"
    "$trustsweep" status "$dir" >"$dir.status" || fail "$signal: status: exit $?"
    grep -q "^test: unfinished: stopped by TERM" "$dir.status" || {
        cat "$dir.status"
        fail "$signal: status says something else"
    }
    run 3 "$dir" "$work/job.json" || fail "$signal: going on: exit $?"
    [ "$(field "$dir" counts.from_earlier_runs)" -gt 0 ] || fail "$signal: kept 0"
    nothing_lost "$dir" || fail "$signal: the journal"
done
