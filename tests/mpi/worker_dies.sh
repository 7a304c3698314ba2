# One worker is killed: the others carry on and the file is the same.  Where the
# launcher ends everything on one death, the same command again finishes it.
. tests/mpi/lib.sh
sim_job "$work/job.json" "sim:tokens_per_s=150,sleep=true"
run 4 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
"$trustsweep" run "$work/job.json" --ranks 4 --output "$work/hit" \
    >"$work/hit.out" 2>"$work/hit.err" &
pid=$!
for _ in $(seq 200); do
    size=$(cat "$work"/hit/journal/* 2>/dev/null | wc -c)
    [ "$size" -gt 20000 ] && break
    sleep 0.05
done
coordinator=$(field "$work/hit" pid)
victim=$(pgrep -f "trustsweep run $work/job.json" |
    while read -r p; do
        [ "$p" = "$pid" ] || [ "$p" = "$coordinator" ] && continue
        tr '\0' ' ' <"/proc/$p/cmdline" | grep -q mpi && continue
        echo "$p"
        break
    done)
kill -KILL "$victim"
wait $pid
status=$?
state=$(field "$work/hit" state)
echo "exit $status, state $state, lost $(field "$work/hit" counts.workers_lost)"
if [ "$state" != done ]; then
    run 4 "$work/hit" "$work/job.json" || fail "same command again: exit $?"
fi
[ "$(digest "$work/hit")" = "$(digest "$work/whole")" ] || fail "files differ"
