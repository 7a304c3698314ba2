# The simpler policies as a run: the same content as resident models, and as many
# loads as the policy makes jobs, of the same model too.
. tests/mpi/lib.sh
cat >"$work/job.json" <<'JSON'
{ "name": "policies", "limit": 4,
  "models": [
    { "name": "alpha", "backend": "sim:load_s=0.05,tokens_per_s=20000,sleep=true" },
    { "name": "beta", "backend": "sim:seed=7,load_s=0.05,tokens_per_s=20000,sleep=true" } ] }
JSON
plan=$("$trustsweep" plan "$work/job.json" --json) || fail "plan"
tasks=$(python3 -c 'import json, sys
print(len(json.load(sys.stdin)["tasks"]))' <<<"$plan")
units=$(python3 -c 'import json, sys
print(json.load(sys.stdin)["units"])' <<<"$plan")
[ $((units)) -gt $((2 * tasks)) ] || fail "$units units, $tasks tasks"

# loads DIR WANTED: counted by rank 0, and by the ledger's workers in their logs
loads() {
    [ "$(field "$1" counts.loads)" = "$2" ] ||
        fail "$(field "$1" counts.loads) loads, not $2: $1"
    [ "$(grep -h 'loading: model=\|first reply: model=' "$1"/log/* |
        grep -c 'first reply')" = "$2" ] || fail "workers loaded otherwise: $1"
}
run 3 "$work/resident" "$work/job.json" || fail "resident: exit $?"
[ "$(field "$work/resident" counts.loads)" -le 4 ] ||
    fail "resident: $(field "$work/resident" counts.loads) loads"
for policy in pair static:3 "chunk:$units" chunk:20; do
    dir=$work/${policy/:/-}
    run 3 "$dir" "$work/job.json" --policy "$policy" || fail "$policy: exit $?"
    [ "$(digest "$dir")" = "$(digest "$work/resident")" ] ||
        fail "$policy: another content"
    [ "$(field "$dir" policy)" = "${policy%:*}" ] || fail "$policy: run.json"
    nothing_lost "$dir" || fail "$policy: not sound"
done
loads "$work/pair" $((2 * tasks))
loads "$work/static-3" 6
# forecasts divide the seconds of loading by them
sum=$(h5dump -y -d /ledger/loads "$work/pair/results.h5" |
    awk '/^ *[0-9]/ { gsub(",", ""); for (i = 1; i <= NF; i++) s += $i }
         END { print s }')
[ "$sum" = $((2 * tasks)) ] || fail "$sum loads in the ledger"
loads "$work/chunk-$units" 2
[ "$(field "$work/chunk-20" counts.loads)" -ge $((units / 20)) ] || fail "chunks"
[ "$(field "$work/chunk-20" policy_size)" = 20 ] || fail "the size is not kept"
[ -z "$(field "$work/resident" policy 2>/dev/null)" ] ||
    fail "resident names a policy"

# a judge is asked in jobs of its own, behind the models; the best size is found
cat >"$work/judged.json" <<'JSON'
{ "name": "policies", "limit": 3, "only": ["ethics/*", "safety/*"],
  "models": [ { "name": "alpha", "backend": "sim:tokens_per_s=20000" },
              { "name": "beta", "backend": "sim:seed=7,tokens_per_s=20000" } ],
  "roles": { "judge": "sim:seed=9,answer=yes" } }
JSON
run 3 "$work/judged" "$work/judged.json" || fail "judged: exit $?"
for policy in pair static chunk; do
    dir=$work/judged-$policy
    run 3 "$dir" "$work/judged.json" --policy "$policy" || fail "$policy: exit $?"
    [ "$(digest "$dir")" = "$(digest "$work/judged")" ] ||
        fail "$policy, judged: another content"
done
[ "$(field "$work/judged-static" policy_size)" -ge 1 ] || fail "no size was found"

# a lost worker's job goes to another one
if others_go_on; then
    begin 4 "$work/dies" "$work/job.json" --policy static:5 \
        --set 'models.0.backend="sim:load_s=0.05,tokens_per_s=60,sleep=true"'
    wait_until 60 journaled "$work/dies" 2000 || fail "it does not begin"
    kill -KILL "$(rank_pid "$work/dies" 2)"
    wait_until 100 grep -q '"is_final": *true' "$work/dies/run.json" ||
        fail "it does not end"
    wait $pid || fail "a worker died: exit $?"
    nothing_lost "$work/dies" || fail "a job was lost"
    [ "$(digest "$work/dies")" = "$(digest "$work/resident")" ] ||
        fail "another content after a death"
fi

# what is refused
no() { # no TEXT POLICY ARGUMENTS...
    wanted=$1
    policy=$2
    shift 2
    run 3 "$work/no" "$work/job.json" --policy "$policy" "$@"
    [ $? = 2 ] || fail "$policy is taken"
    grep -q -e "$wanted" "$work/no.err" || fail "not said: $(cat "$work/no.err")"
}
no "'fair' is none of resident, pair, chunk, static" fair
no "'pair:3' is none of" pair:3
no "'0' of 'chunk:0' is no number of items from 1" chunk:0
no "'many' of 'static:many' is no number of shards from 1" static:many
# a size that cannot be tried out, before anything is written
for policy in chunk static; do
    no "--policy $policy: .* speed is unknown: give the size" $policy \
        --set 'models.0.backend="http:m,url=http://127.0.0.1:9/v1"'
    [ ! -e "$work/no" ] || fail "$policy: a refused run left a folder"
done

# why who waits, in the words of the policy; it is ended with this test
says() { # says TEXT COMMAND
    "$trustsweep" "$2" "$work/slow" | grep -q "$1"
}
begin 2 "$work/slow" "$work/judged.json" --policy static:5 \
    --set 'models.0.backend="sim:tokens_per_s=2,sleep=true"'
wait_until 60 says "^alpha: it runs, in jobs .*; 4 jobs of it wait" explain ||
    fail "alpha: $("$trustsweep" explain "$work/slow")"
says "^beta: .* order of the policy of this run; 5 jobs of it wait" explain ||
    fail "beta: $("$trustsweep" explain "$work/slow")"
says "^judge: it waits until all models have ended" explain ||
    fail "judge: $("$trustsweep" explain "$work/slow")"
says "^policy: static:5$" status || fail "$("$trustsweep" status "$work/slow")"
exit 0
