# What comes beside a run of checkpoints: the same command again, a signal while a
# round starts, a pipe where a file was, and more of them than the job wants.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"

job() { # job KEYS [BACKEND-ARGUMENTS]
    cat >"$work/night.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1,
  "checkpoints": { "files": "$folder/step-*", "settle_s": 0,
                   "backend": "sim:answer={},tokens_per_s=20000${2:-}", $1 } }
JSON
}
until=$(date -d '+1 hour' '+%Y-%m-%dT%H:%M')
says() { grep -q "$2" "$1.err"; }
gone() { ! kill -0 "$1"; }
asked() { grep -o '"name": *"step-[0-9]*"' "$1/job.json" | grep -c step-; }

# the second one writes over nothing, and the first asks what came meanwhile
job "\"until\": \"$until\"" ,load_s=10,sleep=true
echo one >"$folder/step-1.bin"
begin 2 "$work/night" "$work/night.json"
wait_until 60 says "$work/night" 'checkpoints: 1 new' || fail "no first round"
wait_until 60 is_state "$work/night" running || fail "no ranks"
echo two >"$folder/step-2.bin"
"$trustsweep" run "$work/night.json" --ranks 2 --output "$work/night" \
    >"$work/second.out" 2>"$work/second.err"
got=$?
[ $got = 2 ] || fail "the second one: exit $got"
grep -q "is in use by" "$work/second.err" || fail "the second one says otherwise"
wait_until 90 says "$work/night" 'checkpoints: 1 new, 2 models' ||
    fail "step-2 was lost to the second one"
wait_until 90 is_state "$work/night" waiting || fail "it does not wait"
kill -TERM $pid
wait $pid
[ "$(asked "$work/night")" = 2 ] || fail "asked $(asked "$work/night") of 2"

# told to end while a round starts: it does, and waits for nothing more
echo three >"$folder/step-3.bin"
begin 2 "$work/night" "$work/night.json"
wait_until 60 says "$work/night" 'checkpoints: 1 new' || fail "no third round"
kill -TERM $pid
wait_until 60 gone $pid || fail "TERM was lost"
wait $pid
got=$?
[ $got = 1 ] || [ $got = 0 ] || [ $got = 3 ] || fail "told to end: exit $got"
if says "$work/night" 'checkpoints: waiting until'; then fail "it waits"; fi

# run.json is a pipe
mv "$work/night/run.json" "$work/run.json"
mkfifo "$work/night/run.json"
timeout -k 5 60 "$trustsweep" run "$work/night.json" --ranks 2 --set \
    "checkpoints.until=$(date -d '-1 hour' '+%Y-%m-%dT%H:%M')" \
    --output "$work/night" >"$work/pipe.out" 2>"$work/pipe.err"
got=$?
[ $got != 124 ] && [ $got != 137 ] || fail "a pipe is waited for"
rm -rf "$work/night" "$folder"/*

# of two one is wanted: the other is not promised to the same command
job "\"until\": \"$until\", \"most\": 1"
echo one >"$folder/step-1.bin"
touch -d '1 hour ago' "$folder/step-1.bin"
echo two >"$folder/step-2.bin"
begin 2 "$work/night" "$work/night.json"
wait_until 90 is_state "$work/night" waiting || fail "it does not wait"
kill -TERM $pid
wait $pid
grep -q '\\"most\\" of them are asked' "$work/night/checkpoints-skipped.json" ||
    fail "not said: $(cat "$work/night/checkpoints-skipped.json")"
exit 0
