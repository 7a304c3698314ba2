# Imported multiple-choice questions beside the benchmark: the same content for 1
# and 2 workers, and when rank 0 and everyone else is killed on the way; models
# that weigh and models that write, each named as what they did.
. tests/mpi/lib.sh
cat >"$work/job.json" <<JSON
{ "name": "test", "dataset": "sample", "only": ["ethics/awareness", "utility/*"],
  "models": [
    { "name": "alpha", "backend": "sim:tokens_per_s=20000" },
    { "name": "beta", "backend": "sim:seed=7,tokens_per_s=20000,reply_tokens=2" } ],
  "utility": [ { "task": "mmlu-sample", "limit": 11 },
               { "task": "arc-sample", "ask": "answers" },
               { "task": "mmlu-sample", "name": "written", "shots": 0,
                 "by": "generation" } ] }
JSON
for ranks in 2 3; do
    run $ranks "$work/$ranks" "$work/job.json" || fail "$ranks ranks: exit $?"
    digest "$work/$ranks" >"$work/$ranks.sum" || fail "digest"
done
cat "$work/2.sum"
run 2 "$work/plain" "$work/job.json" --only ethics/awareness || fail "plain"
cmp "$work/2.sum" "$work/3.sum" || fail "2 and 3 ranks differ"

# the group says what the columns say, and who weighed and who wrote
python3 -c 'import h5py' 2>/dev/null && python=python3 || python=/usr/bin/python3
if "$python" -c 'import h5py, numpy' 2>/dev/null; then
    cat >"$work/read.py" <<'PY'
import sys, h5py, numpy
with h5py.File(sys.argv[1]) as f:
    u = f["utility"]
    rows = u["column"][:]
    names = f["column"].asstr()[:]
    assert list(names[rows]) == list(f["measure"].asstr()[:])
    assert not f["columns/is_ranked"][:][rows].any()
    assert not f["columns/direction"][:][rows].any()
    for mine, theirs in ("accuracy", "value"), ("low", "low"), ("num", "num"):
        for profile in "paper", "corrected":
            numpy.testing.assert_array_equal(
                u[mine][:], f[f"scores/{profile}/{theirs}"][:][:, rows])
    how = u["method"].attrs["flag_meanings"].split()
    for m, name in enumerate(f["measure"].asstr()[:]):
        wanted = "generation" if name.startswith("written") else "likelihood"
        assert {how[i] for i in u["method"][:, m]} == {wanted}, name
    # right is what the recorded numbers and the item say
    import json
    def entry(i):
        a, b = map(int, f["items/entry_offset"][i:i + 2])
        return json.loads(f["items/entry"][a:b].tobytes())
    right = {}
    for unit in range(len(f["records/task"])):
        task = f["task"].asstr()[f["records/task"][unit]]
        a, b = map(int, f["records/value_offset"][unit:unit + 2])
        if not task.startswith("utility/") or a == b:
            continue
        item = entry(int(f["records/item"][unit]))
        values = f["records/value"][a:b]
        assert len(values) == len(item["weighed"]) == len(item["choices"])
        if task.endswith("arc-sample"):
            values = values / [len(text) for text in item["weighed"]]
        is_right = "ABCDEFGH"[int(numpy.argmax(values))] == item["answer"]
        key = int(f["records/model"][unit]), task.split("/")[1]
        right.setdefault(key, []).append(is_right)
    assert len(right) == 4, right
    for (model, name), hits in right.items():
        at = list(f["measure"].asstr()[:]).index(name)
        assert u["num"][model, at] == len(hits)
        assert abs(u["accuracy"][model, at] - numpy.mean(hits)) < 1e-12
print("group, columns and recorded numbers agree")
PY
    "$python" "$work/read.py" "$work/2/results.h5" || fail "/utility"
    "$python" -c 'import h5py, sys
sys.exit("utility" in h5py.File(sys.argv[1]))' "$work/plain/results.h5" ||
        fail "a file without utility has its group"
fi

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
