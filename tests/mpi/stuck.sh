# A model in a child process answers some items and then nothing more, again and
# again: with a limit in the job file each time costs that long, not ten minutes;
# the rank lives, the items go on, and nothing is lost.
. tests/mpi/lib.sh
job() { # job FILE BACKEND
    cat >"$1" <<JSON
{ "name": "stuck", "dataset": "sample", "limit": 2, "stuck_after_s": 600,
  "models": [ { "name": "one", "access": "open", "stuck_after_s": 2,
                "backend": "isolated:$2" } ] }
JSON
}
job "$work/whole.json" sim:
job "$work/job.json" fault:hang_after=15:sim:
run 3 "$work/whole" "$work/whole.json" || fail "whole run: exit $?"

begin 3 "$work/stuck" "$work/job.json"
wait_until 90 eval '! kill -0 $pid' || fail "it is still not done"
wait $pid || fail "exit $?"
num=$(cat "$work"/stuck/log/rank[12].log | grep -c "answered nothing for 2")
[ "$num" -ge 2 ] || fail "$num backends were given up"
[ "$(field "$work/stuck" counts.workers_lost)" = 0 ] || fail "a worker was lost"
nothing_lost "$work/stuck" || fail "the journal"
[ "$(digest "$work/stuck")" = "$(digest "$work/whole")" ] || fail "another digest"
echo "$num backends were stuck for 2 s, nothing lost"
