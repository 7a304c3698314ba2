# Models that need two GPUs of a node that has four: one worker drives such a
# model and sees both, its neighbour lends and loads nothing meanwhile.  The
# content is that of a run without GPUs.  What fits nowhere is said before the
# start.
. tests/mpi/lib.sh

jobs() { # jobs GPUS-OF-WIDE: two models of one GPU and two of so many
    cat <<JSON
{ "name": "test", "dataset": "sample",
  "models": [
    { "name": "alpha", "backend": "$(slow 1)" },
    { "name": "wide", "backend": "$(slow 2)", "gpus": $1 },
    { "name": "beta", "backend": "$(slow 3)" },
    { "name": "broad", "backend": "$(slow 4)", "gpus": $1 } ] }
JSON
}

slow() {
    echo "sim:seed=$1,load_s=0.4,sleep=true,tokens_per_s=400,parallel=2"
}

jobs 2 >"$work/job.json"
jobs -1 >"$work/plain.json"
jobs 5 >"$work/large.json"

CUDA_VISIBLE_DEVICES=0,1,2,3 run 5 "$work/wide" "$work/job.json" --limit 4 ||
    fail "exit $?"
[ "$(field "$work/wide" state)" = done ] || fail "not done"
grep -h 'loading: model=' "$work"/wide/log/rank*.log | sort | uniq -c
grep -h 'loading: model=\(wide\|broad\) ' "$work"/wide/log/rank*.log |
    grep -qv 'devices=\(0,1\|2,3\)$' && fail "not two neighbours"
# the first loads may come before a rank has its log
grep -qh 'loading: model=\(wide\|broad\) devices=' "$work"/wide/log/rank*.log ||
    fail "the wide ones were not loaded"
grep -h 'loading: model=\(alpha\|beta\) ' "$work"/wide/log/rank*.log |
    grep -qv 'devices=[0-3]$' && fail "a small one has more than one"
for rank in 2 4; do
    grep -q 'loading: model=\(wide\|broad\) ' "$work/wide/log/rank$rank.log" &&
        fail "rank $rank leads"
done

# what is lent is booked as what it is lent to: a load costs two workers
loads=$(cat "$work"/wide/log/rank*.log | grep -c 'first reply: model=\(wide\|broad\) ')
python3 - "$work/wide/run.json" "$loads" <<'PYTHON' || fail "ledger"
import json, sys
ledger = json.load(open(sys.argv[1]))["ledger"]
load_s = sum(m["load_s"] for m in ledger["models"] if m["name"] in ("wide", "broad"))
least = 0.4 * int(sys.argv[2])
print(f"{load_s:.2f} s of two workers each, {least:.2f} s of loads")
assert 1.8 * least <= load_s, ledger
parts = [v for k, v in ledger.items() if k.endswith("_s") and k != "allocated_s"]
assert abs(sum(parts) - ledger["allocated_s"]) < 1e-6, ledger
PYTHON

run 5 "$work/plain" "$work/plain.json" --limit 4 || fail "without GPUs: exit $?"
[ "$(digest "$work/plain")" = "$(digest "$work/wide")" ] ||
    fail "slots change the content"

# two workers on each of two GPUs: one of two GPUs takes all four
sed 's/"dataset"/"share": 2, "dataset"/' "$work/job.json" >"$work/share.json"
CUDA_VISIBLE_DEVICES=0,1 run 0 "$work/share" "$work/share.json" --limit 4 ||
    fail "shared: exit $?"
grep -h 'loading: model=\(wide\|broad\) ' "$work"/share/log/rank*.log |
    grep -q 'devices=0,1$' || fail "shared: not both"
[ "$(field "$work/share" ranks)" = 5 ] || fail "shared: not two workers a GPU"

CUDA_VISIBLE_DEVICES=0,1,2,3 run 5 "$work/large" "$work/large.json" &&
    fail "five of four GPUs"
grep -q "model 'wide' needs 5 GPUs.*4 here" "$work/large.err" ||
    fail "not said: $(cat "$work/large.err")"
run 5 "$work/none" "$work/job.json" && fail "GPUs of a node without"
grep -q "model 'wide' needs 2 GPUs.*node without any" "$work/none.err" ||
    fail "not said: $(cat "$work/none.err")"
exit 0
