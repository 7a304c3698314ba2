# Each file that a run writes beside its journal meets a disk that fails or is
# slow (tests/disk/disk_faults.c); the journal's own are in tests/unit/gather.
# A failure ends the run with status 3 and a message that names the file and,
# where the disk is full, the way out; then the same command goes on with
# nothing lost.
. tests/mpi/lib.sh
sim_job "$work/job.json" "sim:tokens_per_s=20000" ', "limit": 1'
run 2 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
want=$(digest "$work/whole")
dir=$work/run

good() { # good WHAT: the same command ends well, on a good disk
    run 3 "$dir" "$work/job.json" || fail "$1: going on: exit $?"
    [ "$(field "$dir" state)" = done ] || fail "$1: going on: not done"
    nothing_lost "$dir" || fail "$1: the journal"
    [ "$(digest "$dir")" = "$want" ] || fail "$1: another digest"
}

# file, error, what fails and from which time on
while read -r file error faults; do
    for fault in $faults; do
        name="$file: $error at ${fault/:/ }"
        faulty="${fault%:*} $file $error ${fault#*:}" \
            run 2 "$dir" "$work/job.json" --restarts 0
        status=$?
        [ $status = 3 ] || fail "$name: exit $status"
        grep -q "trustsweep run: .*$file" "$dir.err" ||
            fail "$name: the message names no $file"
        [ "$error" != ENOSPC ] || grep -q "free space" "$dir.err" ||
            fail "$name: no way out"
        case $file in
        job.json | results.h5)
            [ "$(field "$dir" state)" = failed ] || fail "$name: run.json"
            [ "$(field "$dir" exit_status)" = 3 ] || fail "$name: run.json"
            ;;
        esac
        good "$name"
        rm -rf "$dir"
        echo "$name: failed, went on"
    done
done <<'CASES'
run.json EIO write:1 sync:2
run.json ENOSPC write:3
owner.json EIO sync:1
job.json EIO rename:1
job.json ENOSPC write:1
results.h5 EIO write:1 rename:1
results.h5 ENOSPC write:9 sync:1
CASES

for file in run.json owner.json job.json results.h5; do
    faulty="sync $file 3000 1" run 2 "$dir" "$work/job.json" ||
        fail "slow $file: exit $?"
    [ "$(field "$dir" counts.workers_lost)" = 0 ] || fail "slow $file: a loss"
    [ "$(digest "$dir")" = "$want" ] || fail "slow $file: another digest"
    rm -rf "$dir"
done
echo "each sync of one file took 3 s: no loss"

# Files may not grow any more: that is no death, but an error like the others.
sim_job "$work/slow.json" "sim:tokens_per_s=100,sleep=true" ', "limit": 6'
begin 2 "$dir" "$work/slow.json" --restarts 0
wait_until 20 journaled "$dir" 6000 || fail "file size: no journal"
prlimit --pid "$(field "$dir" pid)" --fsize=8000
wait $pid
status=$?
[ $status = 3 ] || fail "file size: exit $status"
[ "$(field "$dir" state)" = failed ] || fail "file size: run.json"
case $(field "$dir" reason) in
*"journal/000001.tsj"*"File too large"*) ;;
*) fail "file size: reason $(field "$dir" reason)" ;;
esac
run 2 "$dir" "$work/slow.json" || fail "file size: going on: exit $?"
[ "$(field "$dir" counts.from_earlier_runs)" -gt 0 ] || fail "file size: kept 0"
nothing_lost "$dir" || fail "file size: the journal"
echo "files may not grow: failed, went on"
