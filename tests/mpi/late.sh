# A worker that stands still with the last units in hand: the other one runs
# them a second time, long before the first is taken for lost; when it comes back,
# in the middle or when all is done, it is none the worse, and the content is the
# same.  What it had spent on them until all was done stands as waste.
. tests/mpi/lib.sh
cat >"$work/job.json" <<'JSON'
{ "name": "late", "dataset": "sample", "limit": 6,
  "models": [ { "name": "one", "access": "open",
                "backend": "sim:tokens_per_s=100,sleep=true" } ] }
JSON
run 3 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
want=$(digest "$work/whole")

for name in middle end; do
    dir=$work/$name
    begin 3 "$dir" "$work/job.json"
    wait_until 20 grep -q "first reply" "$dir/log/rank1.log" ||
        fail "$name: rank 1 answers nothing"
    victim=$(rank_pid "$dir" 1)
    kill -STOP "$victim"
    wait_until 25 grep -q "late units run twice" "$dir/log/rank0.log" ||
        fail "$name: nothing was run twice"
    grep -q "worker lost" "$dir/log/rank0.log" &&
        fail "$name: it was taken for lost before that"
    [ $name = middle ] ||
        wait_until 25 grep -q "end: state=" "$dir/log/rank0.log" ||
        fail "$name: it does not end"
    kill -CONT "$victim"
    wait $pid || fail "$name: exit $?"
    [ "$(field "$dir" counts.workers_lost)" = 0 ] ||
        fail "$name: a worker was lost"
    [ "$(digest "$dir")" = "$want" ] || fail "$name: another digest"
done
python3 - "$(field "$work/end" ledger.wasted_s)" <<'PY' || fail "no waste is told"
import sys
print("wasted:", sys.argv[1], "s")
sys.exit(float(sys.argv[1]) < 5)
PY
