# A worker that stands still with the last units in hand: the other one runs them a
# second time, long before the first is taken for lost; when it comes back it is
# none the worse, and the content is the same.
. tests/mpi/lib.sh
cat >"$work/job.json" <<'JSON'
{ "name": "late", "dataset": "sample", "limit": 6,
  "models": [ { "name": "one", "access": "open",
                "backend": "sim:tokens_per_s=100,sleep=true" } ] }
JSON
run 3 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
want=$(digest "$work/whole")

begin 3 "$work/late" "$work/job.json"
wait_until 20 grep -q "first reply" "$work/late/log/rank1.log" ||
    fail "rank 1 answers nothing"
victim=$(rank_pid "$work/late" 1)
kill -STOP "$victim"
wait_until 25 grep -q "late units run twice" "$work/late/log/rank0.log" ||
    fail "nothing was run twice"
grep -q "worker lost" "$work/late/log/rank0.log" &&
    fail "it was taken for lost before that"
kill -CONT "$victim"
wait $pid || fail "exit $?"
[ "$(field "$work/late" counts.workers_lost)" = 0 ] || fail "a worker was lost"
[ "$(digest "$work/late")" = "$want" ] || fail "another digest"
