# Checkpoints that appear while a run goes on: each is evaluated once complete,
# all end in one results file, and a second start goes on.  What does not fit
# before a deadline is cut, and said.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"

# job FILE KEYS: the path is a seed and nothing else to the sim backend
job() {
    cat >"$1" <<JSON
{ "name": "night", "dataset": "sample", "limit": 2,
  "checkpoints": { "files": "$folder/step-*", "backend": "sim:answer={},$3",
                   "settle_s": 1, $2 } }
JSON
}

names() { # names DIR: models in the order of the results file
    "$trustsweep" analyze "$1/results.h5" --json |
        python3 -c 'import json, sys
print(*(m["name"] for m in json.load(sys.stdin)["models"]))'
}

# a full minute, and the rest of this one
until=$(date -d '+2 minutes' +%Y-%m-%dT%H:%M)
zone=$(date +%Z)
job "$work/night.json" "\"until\": \"$until\"" tokens_per_s=20000
echo one >"$folder/step-1.bin"
echo half >"$folder/step-3-00001-of-00002.bin"

begin 3 "$work/night" "$work/night.json"
one_done() { [ "$(names "$work/night")" = step-1 ]; }
wait_until 60 one_done || fail "no first round"
is_told() { grep -q "^checkpoints: waiting until $until $zone for $folder/step-" "$work/night.err"; }
wait_until 20 is_told || fail "not said what it waits for"
[ "$(names "$work/night")" = step-1 ] || fail "first: $(names "$work/night")"
# between rounds it waits, and is not done
waits() {
    "$trustsweep" status "$work/night" |
        grep -qxF "night: waiting: checkpoints until $until $zone ($folder/step-*)"
}
wait_until 60 waits || fail "status: $("$trustsweep" status "$work/night")"
"$trustsweep" explain "$work/night" >"$work/explain.out"
grep -qxF "nothing runs: waiting: checkpoints until $until $zone ($folder/step-*)" \
    "$work/explain.out" || fail "explain: $(cat "$work/explain.out")"
timeout 2 "$trustsweep" watch "$work/night" --every 1 >"$work/watch.out"
[ $? = 124 ] || fail "watch has ended: $(cat "$work/watch.out")"
grep -q "night: waiting: checkpoints until $until" "$work/watch.out" ||
    fail "watch: $(cat "$work/watch.out")"
timeout 60 "$trustsweep" run "$work/night.json" --ranks 3 --output \
    "$work/night" >"$work/second.err" 2>&1 && fail "a second one while it waits"
echo two >"$folder/step-2.bin"
two_done() { waits && [ "$(names "$work/night")" = "step-1 step-2" ]; }
wait_until 60 two_done || fail "second: $(names "$work/night")"
echo half >"$folder/step-3-00002-of-00002.bin"
three_done() { [ "$(names "$work/night")" = "step-1 step-2 step-3" ]; }
wait_until 60 three_done || fail "third: $(names "$work/night")"
wait $pid || fail "exit $?"
[ "$(field "$work/night" state)" = done ] || fail "not done at its end"
[ "$(names "$work/night")" = "step-1 step-2 step-3" ] ||
    fail "third: $(names "$work/night")"
grep -c 'checkpoints: 1 new' "$work/night.err" | grep -qx 3 ||
    fail "not three rounds: $(grep checkpoints: "$work/night.err")"
# nothing was asked twice
grep -h 'begin: ' "$work"/night/log/rank0.log | tail -1 | sed 's/$/ /' |
    grep -q " done=$((2 * $(field "$work/night" counts.units) / 3)) " ||
    fail "asked again: $(grep -h 'begin: ' "$work"/night/log/rank0.log)"

# what all rounds cost is told, not what the last one did
python3 - "$work/night" <<'PY' || fail "the ledger: $(field "$work/night" ledger.models)"
import json, sys
ledger = json.load(open(sys.argv[1] + "/run.json"))["ledger"]
assert len(ledger["starts"]) == 3
assert all(m["allocated_s"] > 0 for m in ledger["models"] if m["name"])
PY

# the same again, with nothing to wait for: it stays as it is
job "$work/night.json" '"order": "newest", "most": 3' tokens_per_s=20000
echo four >"$folder/step-4.bin"
sleep 1.5
run 3 "$work/night" "$work/night.json" || fail "again: exit $?"
[ "$(names "$work/night")" = "step-3 step-2 step-1" ] ||
    fail "more than three, or others: $(names "$work/night")"

# that is the order of the rounds; who reads looks for their own
"$trustsweep" status "$work/night" >"$work/said"
[ "$(sed -n "/^workers' time/,/^all/s/^\(step-[0-9]*\) .*/\1/p" "$work/said" |
    tr '\n' ' ')" = "step-1 step-2 step-3 " ] || fail "order: $(cat "$work/said")"

# a copy of another one, as the last step has often, does not end the night (a key
# is no part of what a model is, so all of these are one)
chmod 600 "$folder"/step-*
cat >"$work/same.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1,
  "checkpoints": { "files": "$folder/step-*", "settle_s": 1, "order": "newest",
                   "backend": "http:m,url=http://127.0.0.1:9,key_file={}" } }
JSON
cp -p "$folder/step-1.bin" "$folder/step-last.bin"
touch -d '1 hour ago' "$folder/step-last.bin"
"$trustsweep" plan "$work/same.json" --json >"$work/same.plan" \
    2>"$work/same.err" || fail "copies: $(cat "$work/same.err")"
rm "$folder/step-last.bin"
for copy in step-last step-2 step-3 step-4; do
    [ "$(grep -c "checkpoint refused: $copy: the same model as step-1" \
        "$work/same.err")" = 1 ] || fail "copies: $(cat "$work/same.err")"
done

# a deadline that only part can meet; a busy machine takes long to come to it
deadline() { date -d '+2 minutes' +%Y-%m-%dT%H:%M; }
job "$work/late.json" \
    "\"most\": 1, \"widest\": 1, \"deadline\": \"$(deadline)\"" \
    tokens_per_s=1
run 3 "$work/late" "$work/late.json"
grep -q 'step-1: .* % of the items of each task, for the deadline; 95 % interval' \
    "$work/late.err" || fail "not cut: $(cat "$work/late.err")"
[ "$(field "$work/late" state)" = done ] || fail "cut and not done"
job "$work/cheap.json" \
    "\"most\": 1, \"too_late\": \"cheap\", \"deadline\": \"$(deadline)\"" \
    tokens_per_s=1
run 3 "$work/cheap" "$work/cheap.json"
grep -q 'step-1: the [0-9]* cheapest of [0-9]* tasks, for the deadline' \
    "$work/cheap.err" || fail "not cut: $(cat "$work/cheap.err")"

# what would leave too little is not asked, and said: of two items one is
job "$work/none.json" "\"deadline\": \"$(deadline)\"" tokens_per_s=1
run 3 "$work/none" "$work/none.json" && fail "asked without time"
grep -q 'no time for any checkpoint before the deadline' "$work/none.err" ||
    fail "not said: $(cat "$work/none.err")"
# with time for one of four, one is asked, and the others are named
job "$work/some.json" '"deadline": "2999-01-01T00:00"' tokens_per_s=1
sed -i 's/"settle_s"/"tokens_per_s": 1, "settle_s"/' "$work/some.json"
"$trustsweep" plan "$work/some.json" --json >"$work/some.plan" ||
    fail "plan: exit $?"

# a round stands in another folder, and means the same files
cat >"$work/paths.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1,
  "only": ["privacy/privacy_awareness_confAIde"],
  "roles": { "judge": "http:m,url=http://127.0.0.1:9/v1,key_file=near.key" },
  "checkpoints": { "files": "checkpoints/step-1*", "settle_s": 1,
                   "backend": "sim:answer={},tokens_per_s=20000" } }
JSON
echo secret >"$work/near.key"
chmod 600 "$work/near.key"
run 3 "$work/paths" "$work/paths.json" || fail "paths: $(cat "$work/paths.err")"
grep -q "key_file=$work/near.key" "$work/paths/checkpoints.json" ||
    fail "a path of another folder: $(cat "$work/paths/checkpoints.json")"

# every option of `run` reaches the ranks of a round, but the folder, which has
# its own, and the lists, which its job file has
cat >"$work/rank" <<SH
#!/bin/sh
echo " \$* " >>"$work/words"
exec "$trustsweep" "\$@"
SH
chmod +x "$work/rank"
job "$work/words.json" '"most": 1' tokens_per_s=20000
TRUSTSWEEP_RANKS="[\"$work/rank\"]" run 3 "$work/words-run" \
    "$work/words.json" --limit 1 --restarts 2 --notice 30 --where compute \
    --bind none --policy resident --retry-failed --quiet --json ||
    fail "with all options: exit $?"
options=$("$trustsweep" run --help |
    sed -n 's/^  \(-., \)*\(--[a-z-]*\).*/\2/p' | grep -vx -e --only -e --set)
[ "$(echo "$options" | wc -l)" -ge 9 ] || fail "the options: $options"
for option in $options; do
    grep -q -- " $option[ =]" "$work/words" ||
        fail "$option is not passed: $(tail -1 "$work/words")"
done
grep -q 'checkpoints: 1 new, 1 model in all, 2 workers' \
    "$work/words-run.err" || fail "workers: $(cat "$work/words-run.err")"
# no checkpoint is asked on the login node
run 3 "$work/login" "$work/words.json" --where login && fail "asked there"
grep -q 'no model says "where": "login"' "$work/login.err" ||
    fail "not said: $(cat "$work/login.err")"

# a time that is over: no run begins, but one that has begun is ended
past() { # past NAME KEYS
    job "$work/$1.json" "$2" tokens_per_s=20000
    run 3 "$work/$1" "$work/$1.json"
}
past past '"deadline": "2020-01-01T00:00"' && fail "a deadline in the past"
grep -q 'deadline: 2020-01-01T00:00 is in the past' "$work/past.err" ||
    fail "not said: $(cat "$work/past.err")"
past crossed '"until": "2999-01-02T00:00", "deadline": "2999-01-01T00:00"' &&
    fail "until after the deadline"
grep -q 'until: 2999-01-02T00:00 .* comes after deadline: 2999-01-01T00:00' \
    "$work/crossed.err" || fail "not said: $(cat "$work/crossed.err")"
[ ! -e "$work/crossed/job.json" ] || fail "a run has begun"
rm -f "$folder"/step-[234]*
past past '"order": "oldest"' || fail "a run: $(cat "$work/past.err")"
echo two >"$folder/step-2.bin"
sleep 1.5
past past '"deadline": "2020-01-01T00:00"' || fail "after the deadline: exit $?"
grep -q 'deadline 2020-01-01T00:00 .* is over: the run in .* is ended with those' \
    "$work/past.err" || fail "not said: $(cat "$work/past.err")"
[ "$(names "$work/past")" = step-1 ] || fail "asked: $(names "$work/past")"
"$trustsweep" status "$work/past" | grep -q 'left out.*: step-2' ||
    fail "not left out: $("$trustsweep" status "$work/past")"
# of two items of a task any subset is wider than the job wants it; until something
# was measured, the job's speed counts
rm "$work/past/results.h5"
soon=$(date -d '+3 minutes' +%Y-%m-%dT%H:%M)
past past "\"until\": \"2020-01-01T00:00\", \"deadline\": \"$soon\",
           \"tokens_per_s\": 5" || fail "too wide: exit $?"
wide='left out, no time before the deadline for subsets with intervals of +-0.25'
grep -qF "checkpoints $wide" "$work/past.err" ||
    fail "not said: $(cat "$work/past.err")"
# the next look knew better: what it was told meanwhile
[ "$(names "$work/past")" = "step-1 step-2" ] ||
    fail "not asked when its speed was known: $(names "$work/past")"
echo '{ "checkpoints_left_out": ["step-2"], "checkpoints_left_widest": 0.25 }' \
    >"$work/past/checkpoints-left.json"
"$trustsweep" status "$work/past" | grep -q "^1 checkpoint $wide.*: step-2$" ||
    fail "not too wide: $("$trustsweep" status "$work/past")"
[ "$("$trustsweep" status "$work/past" --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["checkpoints_left_widest"])')" = 0.25 ] ||
    fail "too wide for what"
past past '"until": "2020-01-01T00:00"' || fail "after its time: exit $?"
grep -q 'until 2020-01-01T00:00 .* is over: the run in .* goes on with what is' \
    "$work/past.err" || fail "not said: $(cat "$work/past.err")"
[ "$(names "$work/past")" = "step-1 step-2" ] ||
    fail "there and not asked: $(names "$work/past")"
# under mpirun of one's own, and in `plan` where the job names the folder
launcher=$("$trustsweep" doctor | sed -n 's/^ok *launcher *//p' |
    sed 's/ -n 3 .*/ -n 3/')
timeout 120 $launcher "$trustsweep" run "$work/past.json" --output "$work/past" \
    >"$work/own.out" 2>"$work/own.err" || fail "mpirun: $(cat "$work/own.err")"
"$trustsweep" plan "$work/past.json" >"$work/plan.out" 2>&1 &&
    fail "a plan of a run that cannot begin"
"$trustsweep" plan "$work/past.json" --set "output=\"$work/past\"" \
    >"$work/plan.out" 2>&1 || fail "plan: $(cat "$work/plan.out")"
exit 0
