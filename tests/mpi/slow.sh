# A worker that is slow, not dead: it gets a tenth of every second. The other one
# does most, runs a second time what it is late with, and the sweep ends long before
# the slow one would have come to its end; nobody is lost, and the content is the
# same.
. tests/mpi/lib.sh
cat >"$work/job.json" <<'JSON'
{ "name": "slow", "dataset": "sample", "limit": 6,
  "models": [ { "name": "one", "access": "open",
    "backend": "sim:parallel=1,reply_spread=0,tokens_per_s=100,sleep=true" } ] }
JSON
run 2 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
alone=$(field "$work/whole" elapsed_s)

begin 3 "$work/slow" "$work/job.json"
wait_until 20 grep -q "first reply" "$work/slow/log/rank1.log" ||
    fail "rank 1 answers nothing"
victim=$(rank_pid "$work/slow" 1)
while kill -STOP "$victim" 2>/dev/null; do
    sleep 0.9
    kill -CONT "$victim" 2>/dev/null || break
    sleep 0.1
done &
wait $pid || fail "exit $?"
grep -q "late units run twice: worker=2" "$work/slow/log/rank0.log" ||
    fail "nothing was run twice"
[ "$(field "$work/slow" counts.workers_lost)" = 0 ] || fail "a worker was lost"
python3 - "$work/slow/run.json" "$alone" <<'PY' || fail "slow"
import json, sys
run = json.load(open(sys.argv[1]))
took, units = run["elapsed_s"], run["counts"]["units"]
done = [worker["done"] for worker in run["workers"]]
slow_alone = took * units / max(done[0], 1)
print(f"{units} units in {took:.0f} s, of the slow rank {done[0]}; it alone "
      f"needs {slow_alone:.0f} s, one that is not slow {float(sys.argv[2]):.0f}")
sys.exit(not (done[0] > 0 and took * 3 < slow_alone))
PY
[ "$(digest "$work/slow")" = "$(digest "$work/whole")" ] || fail "another digest"
