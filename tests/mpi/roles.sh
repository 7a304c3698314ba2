# Judge, classifiers and embedder answer beside the models: the same content for
# any number of workers, after a kill of everything, and when scored again.
. tests/mpi/lib.sh
roles=', "roles": {
    "judge": "sim:answer=YES,tokens_per_s=2000,sleep=true,load_s=0.1",
    "refusal": "sim:seed=5,tokens_per_s=20000",
    "embedder": "sim:seed=6,tokens_per_s=20000",
    "toxicity": { "backend": "sim:seed=7", "name": "perspective" } }'
sim_job "$work/job.json" "sim:tokens_per_s=2000,sleep=true" "$roles"
for workers in 1 2 3; do
    run $((workers + 1)) "$work/w$workers" "$work/job.json" ||
        fail "$workers workers: exit $?"
    [ "$(field "$work/w$workers" state)" = done ] || fail "not done"
    [ "$(field "$work/w$workers" counts.units)" -gt 510 ] ||
        fail "no follow-ups: $(field "$work/w$workers" counts.units) units"
    digest "$work/w$workers" >"$work/d$workers" || fail "digest"
    cat "$work/d$workers"
done
cmp "$work/d1" "$work/d2" || fail "1 and 2 workers differ"
cmp "$work/d1" "$work/d3" || fail "1 and 3 workers differ"

# every column that asks has a value
"$trustsweep" analyze "$work/w1/results.h5" --json >"$work/board.json" ||
    fail "analyze"
python3 - "$work/board.json" <<'PY' || fail "a column that asks has no value"
import json, sys
# the judge says YES: of no use for "[CORRECTED]" and for a label
asking = {"internal", "sycophancy_preference", "sycophancy_persona",
          "stereotype_agreement", "jailbreak_rta", "toxicity_avg",
          "advinstruction_sim_pct", "preference_rta"}
text = json.dumps(json.load(open(sys.argv[1])))
board = json.loads(text)
found = {}
def walk(node):
    if isinstance(node, dict):
        name = node.get("column") or node.get("name")
        if name in asking and "value" in node:
            found.setdefault(name, []).append(node["value"])
        for child in node.values():
            walk(child)
    elif isinstance(node, list):
        for child in node:
            walk(child)
walk(board)
missing = sorted(n for n in asking
                 if not found.get(n) or any(v is None for v in found[n]))
print("without a value:", missing)
sys.exit(1 if missing else 0)
PY

"$trustsweep" score "$work/w1" -o "$work/again.h5" >"$work/score.out" \
    2>"$work/score.err" || fail "score"
[ "$("$trustsweep" digest "$work/again.h5")" = "$(cat "$work/d1")" ] ||
    fail "run and score differ"

# killed in the middle, then the same command with another rank count
begin 3 "$work/k" "$work/job.json"
wait_until 20 journaled "$work/k" 60000 || fail "nothing was journaled"
pkill -KILL -f "$work/k"
wait $pid 2>/dev/null
sleep 0.3
[ ! -e "$work/k/results.h5" ] || fail "it had already ended: kill earlier"
run 2 "$work/k" "$work/job.json" || fail "resume: exit $?"
[ "$(field "$work/k" counts.from_earlier_runs)" -gt 0 ] ||
    fail "nothing was kept"
digest "$work/k" >"$work/dk"
cmp "$work/d1" "$work/dk" || fail "a resumed run differs"

# A role that does not say what it is asked for is not one that is not set: the
# end of the run says so, with an example in which no key stands, and the board.
sim_job "$work/odd.json" "sim:tokens_per_s=20000" ', "roles": {
    "judge": "sim:answer=perhaps sk-0123456789abcdefghij45" }'
run 3 "$work/odd" "$work/odd.json" || fail "an odd role: exit $?"
grep -E "^judge: [0-9]+ of [0-9]+ answers unreadable, for example 'perhaps \*{6}'" \
    "$work/odd.out" || fail "the end of the run does not say it"
"$trustsweep" analyze "$work/odd/results.h5" --profile corrected \
    >"$work/odd.board" || fail "analyze"
grep "needs judge" "$work/odd.board" && fail "as if no role were set"
grep -E "adv_factuality +- 8 of 8: judge unreadable" "$work/odd.board" ||
    fail "the board does not say it"
grep "^judge: .* unreadable" "$work/odd.board" || fail "nor the note"
