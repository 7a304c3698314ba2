# Imported multiple-choice questions beside the benchmark: the same content for 1
# and 2 workers, and when rank 0 and everyone else is killed on the way; models
# that weigh and models that write, each named as what they did.
. tests/mpi/lib.sh
cat >"$work/job.json" <<JSON
{ "name": "test", "dataset": "sample", "only": ["ethics/awareness", "utility/*"],
  "models": [
    { "name": "alpha", "backend": "sim:tokens_per_s=20000" },
    { "name": "beta", "backend": "sim:seed=7,tokens_per_s=20000,reply_tokens=2" } ],
  "utility": [ { "task": "mmlu-sample" },
               { "task": "arc-sample", "ask": "answers" },
               { "task": "mmlu-sample", "name": "written", "shots": 0,
                 "by": "generation" } ] }
JSON
for ranks in 2 3; do
    run $ranks "$work/$ranks" "$work/job.json" || fail "$ranks ranks: exit $?"
    digest "$work/$ranks" >"$work/$ranks.sum" || fail "digest"
done
cat "$work/2.sum"
cmp "$work/2.sum" "$work/3.sum" || fail "2 and 3 ranks differ"

"$trustsweep" score "$work/2" -o "$work/again.h5" >"$work/score.out" \
    2>"$work/score.err" || fail "score"
[ "$("$trustsweep" digest "$work/again.h5")" = "$(cat "$work/2.sum")" ] ||
    fail "run and score differ"

# everything is killed on the way, and another number of ranks goes on
sed 's/tokens_per_s=20000/sleep=true,tokens_per_s=60,parallel=1/' \
    "$work/job.json" >"$work/slow.json"
run 3 "$work/whole" "$work/slow.json" || fail "whole: exit $?"
begin 2 "$work/cut" "$work/slow.json"
wait_until 20 journaled "$work/cut" 3000 || fail "nothing before the kill"
pkill -KILL -f "$work/cut"
wait $pid 2>/dev/null
sleep 0.3
[ ! -e "$work/cut/results.h5" ] || fail "it had already ended: kill earlier"
run 3 "$work/cut" "$work/slow.json" || fail "resume: exit $?"
echo "$(field "$work/cut" counts.from_earlier_runs) of" \
    "$(field "$work/cut" counts.units) units are from before the kill"
[ "$(field "$work/cut" counts.from_earlier_runs)" -gt 0 ] || fail "none is"
[ "$(digest "$work/cut")" = "$(digest "$work/whole")" ] || fail "they differ"

# a model that gives no likelihoods cannot be asked for them
sed 's/sim:seed=7[^"]*/replay:recorded/' "$work/job.json" >"$work/no.json"
mkdir -p "$work/recorded/ethics"
printf '[]' >"$work/recorded/ethics/awareness.json"
run 2 "$work/no" "$work/no.json" && fail "a model that cannot weigh was let in"
grep -q "model 'beta' cannot weigh the options of utility task 'arc-sample'" \
    "$work/no.err" || fail "no word of what it cannot"
exit 0
