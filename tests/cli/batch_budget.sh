# `batch` without Slurm: a budget that the end of a run would take starts nothing;
# one that is nearly spent when the run has only just been started still ends it.
set -o pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 77; }
unset "${!SLURM@}"
dir=$(mktemp -d /tmp/trustsweep-test.XXXXXX)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; cat "$dir"/*.err; exit 1; }
state() { # state DIR KEY
    python3 -c 'import json, sys
print(json.load(open(sys.argv[1] + "/run.json"))[sys.argv[2]])' "$dir/$1" "$2"
}
cat >"$dir/job.json" <<'J'
{ "name": "slow", "dataset": "sample", "models": [
  { "name": "a", "backend": "sim:seed=1,tokens_per_s=20,sleep=true" } ] }
J
batch() { # batch NAME BUDGET: 20 s of notice
    "$TRUSTSWEEP" batch --dir "$dir/$1" --again never --budget "$2" --notice 20 \
        -- "$dir/job.json" --output "$dir/$1" --notice 20 --ranks 2 \
        >"$dir/$1.out" 2>"$dir/$1.err"
}
batch small 0.005
status=$?
[ $status = 1 ] || fail "a small budget: exit $status"
grep -q 'nothing is started' "$dir/small.err" || fail "why nothing is started"
grep -q 'the budget is spent' "$dir/small.err" || fail "what now"
[ ! -e "$dir/small/run.json" ] || fail "a run without a budget"
# 20 s, and 30 ms: it is told before the run can hear; more on a busy machine, where
# starting the run is too late for that already
for budget in 0.005564 0.005583 0.00564 0.0058; do
    batch short $budget
    [ ! -e "$dir/short/run.json" ] || break
done
[ "$(state short state)" = unfinished ] || fail "state: $(state short state)"
grep -q 'nearly spent' "$dir/short.err" || fail "it was not told"
grep -q 'the budget is spent' "$dir/short.err" || fail "it was not the budget"
echo "ended as it should"
