# A backend that answers bytes which are no text: no such answer is scored, the
# units are tried again and recorded as failed, the rest of the sweep stands.
. tests/mpi/lib.sh
for backend in "fault:garbage_after=3:sim:" \
    "isolated:fault:garbage_after=3:sim:"; do
    dir=$work/garbage
    sim_job "$work/job.json" "$backend" ', "limit": 1, "max_attempts": 2'
    run 2 "$dir" "$work/job.json"
    status=$?
    [ $status = 1 ] || fail "$backend: exit $status"
    [ "$(field "$dir" state)" = done ] || fail "$backend: not done"
    units=$(field "$dir" counts.units)
    failed=$(field "$dir" counts.failed)
    # each new backend gives three answers first, and beta answers all
    [ "$failed" -gt $((units / 4)) ] && [ "$failed" -lt $((units / 2)) ] ||
        fail "$backend: $failed of $units failed"
    [ "$(field "$dir" counts.retries)" -ge "$failed" ] ||
        fail "$backend: not tried again"
    echo "$backend: $failed of $units units failed"
    rm -rf "$dir"
done
