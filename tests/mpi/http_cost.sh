# A price in the job: plan says what it may cost, a run adds it up, and a limit
# stops that model and no other; with a higher limit the same command goes on.
. tests/mpi/lib.sh
mkfifo "$work/input"
"${FAULT_SERVER:?}" 1 <"$work/input" >"$work/port" &
exec 9>"$work/input"
wait_until 10 test -s "$work/port" || fail "the server does not start"
url=url=http://127.0.0.1:$(cat "$work/port")/v1
# 7 prompt and 5 reply tokens a request: 0.017 each
cat >"$work/job.json" <<JSON
{ "name": "test", "dataset": "sample",
  "models": [
    { "name": "dear", "backend": "http:a,$url", "cost_limit": 1.7,
      "price_in": 1000, "price_out": 2000 },
    { "name": "free", "backend": "http:b,$url" } ],
  "roles": { "judge": { "backend": "http:j,$url", "price_in": 1 } } }
JSON
"$trustsweep" plan "$work/job.json" >"$work/plan" || fail "plan"
grep -E "^dear .* 1\.7$" "$work/plan" || fail "no limit in the plan"
"$trustsweep" plan "$work/job.json" --json |
    python3 -c 'import json, sys
dear, free = json.load(sys.stdin)["models"]
assert 0 < dear["cost"] < dear["cost_at_most"], dear
assert free["cost"] == 0 == free["cost_at_most"], free' || fail "plan --json"

# spent DIR: by the first model, once all costs are looked at
spent() {
    python3 - "$1/run.json" <<'PYTHON'
import json, sys
run = json.load(open(sys.argv[1]))
dear, judge = run["costs"]
assert dear["name"] == "dear", dear
assert judge["name"] == "judge" and 0 < judge["cost"], judge
assert abs(dear["cost"] + judge["cost"] - run["counts"]["cost"]) < 1e-9, run
print(dear["cost"])
PYTHON
}

run 3 "$work/w" "$work/job.json"
status=$?
[ $status = 1 ] || fail "exit $status"
field "$work/w" reason | grep -q "model 'dear': its cost limit of 1.7" ||
    fail "reason: $(field "$work/w" reason)"
field "$work/w" reason |
    grep -q "raise cost_limit and run the same command again" ||
    fail "no way out: $(field "$work/w" reason)"
field "$work/w" reason | grep -q "mend that" && fail "the same cannot help"
cost=$(spent "$work/w") || fail "no costs by model and role"
"$trustsweep" status "$work/w" | grep -E "^cost: dear 1\.[0-9]+ of 1\.7, judge " ||
    fail "status has no costs"
grep -q "^done but for 155 of [0-9]*: model 'dear'" "$work/w.out" ||
    fail "it does not say how many are left"
grep -E "^cost: dear 1\.[0-9]+ of 1\.7, judge " "$work/w.out" ||
    fail "no costs at the end of the run"
echo "spent: $cost"
python3 -c "import sys; sys.exit(not 1.6 < $cost <= 1.7001)" ||
    fail "spent $cost of 1.7"
failed=$(field "$work/w" counts.failed)
[ "$failed" = 155 ] || fail "$failed units of 255 are not done with 100 paid for"

# the same limit: nothing more is spent
run 3 "$work/w" "$work/job.json"
python3 -c "import sys
sys.exit(abs($(spent "$work/w") - $cost) > 1e-9)" ||
    fail "it went on spending: $(spent "$work/w")"
[ "$(field "$work/w" counts.failed)" = 155 ] || fail "units were lost"
run 2 "$work/w" "$work/job.json" --set models.0.cost_limit=0 ||
    fail "without a limit: exit $?"
[ "$(field "$work/w" counts.failed)" = 0 ] || fail "units are left"
total=$(spent "$work/w")
echo "spent in all: $total"
python3 -c "import sys; sys.exit(abs($total - 255 * 0.017) > 1e-6)" ||
    fail "spent $total in all"

# Nobody counts tokens: what they may be is charged, the limit stops the model all
# the same, a second start knows it, and both say that it is an estimate.
for fault in usage-none usage-below; do
    cat >"$work/none.json" <<JSON
{ "name": "test", "dataset": "sample", "models": [
    { "name": "dear", "backend": "http:fault:$fault,$url", "cost_limit": 1.7,
      "price_in": 1000, "price_out": 2000 } ] }
JSON
    run 3 "$work/$fault" "$work/none.json"
    [ $? = 1 ] || fail "$fault: not stopped"
    field "$work/$fault" reason | grep -q "its cost limit of 1.7" ||
        fail "$fault: reason: $(field "$work/$fault" reason)"
    cost=$(field "$work/$fault" counts.cost)
    echo "$fault: spent $cost"
    # replies differ in length here, so what is in hand may pass the limit
    python3 -c "import sys; sys.exit(not 0 < $cost <= 2 * 1.7)" ||
        fail "$fault: spent $cost of 1.7"
    [ "$(field "$work/$fault" counts.failed)" -gt 200 ] ||
        fail "$fault: not stopped in time"
    [ "$(field "$work/$fault" counts.cost_estimated)" = True ] ||
        fail "$fault: not said to be estimated"
    [ "$(grep -c "cost is estimated: model=dear" \
        "$work/$fault/log/rank0.log")" = 1 ] || fail "$fault: not said once"
    run 3 "$work/$fault" "$work/none.json"
    python3 -c "import sys
sys.exit(abs($(field "$work/$fault" counts.cost) - $cost) > 1e-9)" ||
        fail "$fault: it went on spending: $(field "$work/$fault" counts.cost)"
    [ "$(field "$work/$fault" counts.cost_estimated)" = True ] ||
        fail "$fault: forgotten that it is estimated"
done

# a model that never answered: why comes first, and no board of its failures
bare() { # bare KEY: its job
    cat >"$work/bare.json" <<JSON
{ "name": "test", "dataset": "sample", "limit": 2,
  "models": [ { "name": "bare", "backend": "http:a,$url$1" } ] }
JSON
}
bare ,key_env=NOT_SET_HERE
run 2 "$work/bare" "$work/bare.json"
[ $? = 1 ] || fail "without a key: exit $?"
why="failed: nothing was answered: model 'bare': .*NOT_SET_HERE"
head -n 2 "$work/bare.out" | grep "^$why" ||
    fail "the reason is not first: $(head -n 3 "$work/bare.out")"
grep -E "^done|Profile paper" "$work/bare.out" && fail "a board of failures"
for command in status "watch --once"; do
    # shellcheck disable=SC2086 # words of a command
    "$trustsweep" $command "$work/bare" | grep "^test: $why" ||
        fail "$command: $("$trustsweep" $command "$work/bare" | head -n 3)"
done
[ "$(field "$work/bare" state)" = failed ] || fail "$(field "$work/bare" state)"
# no unit is left to try, and none was: the same command tries them
[ "$(field "$work/bare" is_complete)" = True ] || fail "not complete"
"$trustsweep" check "$work/bare" | grep "the last run ended as $why" ||
    fail "check: $("$trustsweep" check "$work/bare")"
bare ""
run 2 "$work/bare" "$work/bare.json"
[ "$(field "$work/bare" state)" = done ] ||
    fail "not tried again: $(field "$work/bare" reason)"

# of several reasons the one that most items have
cat >"$work/odd.json" <<JSON
{ "name": "odd", "dataset": "sample", "limit": 1, "models": [
  { "name": "few", "backend": "http:a,$url,key_env=NOT_SET_HERE" },
  { "name": "many", "backend": "http:b,$url,key_env=NOR_THIS" },
  { "name": "more", "backend": "http:c,$url,key_env=NOR_THIS" } ] }
JSON
run 2 "$work/odd" "$work/odd.json"
field "$work/odd" reason | grep "^nothing was answered: 2 models: .*NOR_THIS" ||
    fail "not the most frequent reason: $(field "$work/odd" reason)"
