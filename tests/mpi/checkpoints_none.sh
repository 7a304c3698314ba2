# A night in which nothing is asked: for want of time, or as no checkpoint was complete.
# The same command in the morning is no other night, and is told what was left out.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"
hours_ago() { date -d "-$1 hours" "+$2"; }
night() { # night KEYS [LOAD_S]
    cat >"$work/night.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1, "only": ["privacy/*"],
  "checkpoints": { "files": "$folder/step-*", "settle_s": 0, "order": "newest",
                   "backend": "sim:answer={},tokens_per_s=20000",
                   "tokens_per_s": 20000, "load_s": ${2:-20}, $1 } }
JSON
}
is_told() { # is_told DIR STATE PATTERN: by all that people look at
    [ "$(field "$1" state)" = "$2" ] || fail "$1: state $(field "$1" state)"
    "$trustsweep" status "$1" >"$work/said" 2>&1 || fail "status: $(cat "$work/said")"
    grep -q "^night: $2: " "$work/said" || fail "status: $(cat "$work/said")"
    grep -qE "$3" "$work/said" || fail "status: $(cat "$work/said")"
    "$trustsweep" watch "$1" --once >"$work/said" 2>&1 ||
        fail "watch: $(cat "$work/said")"
    grep -qE "$3" "$work/said" || fail "watch: $(cat "$work/said")"
    "$trustsweep" explain "$1" 'step-*' >"$work/said" 2>&1 ||
        fail "explain: $(cat "$work/said")"
    grep -qE "^step-[0-9]+: (left out|not complete)" "$work/said" ||
        fail "explain: $(cat "$work/said")"
}

# one that began three hours ago, and its times are over
for step in 10 2 1; do
    echo $step >"$folder/step-$step.bin"
done
touch -d '1 hour ago' "$folder"/*
night "\"until\": \"$(hours_ago 2 %H:%M)\", \"deadline\": \"$(hours_ago 1 %H:%M)\""
TRUSTSWEEP_SINCE=$(hours_ago 3 %s) run 2 "$work/night" "$work/night.json"
[ $? = 2 ] || fail "no time, and not 2"
grep -q 'no time for any checkpoint before the deadline' "$work/night.err" ||
    fail "not said: $(cat "$work/night.err")"
run 2 "$work/night" "$work/night.json"
[ $? = 2 ] || fail "the next day's night: $(cat "$work/night.err")"
grep -q 'deadline .* is over, and none was asked: a date in --set' \
    "$work/night.err" || fail "not said: $(cat "$work/night.err")"
[ ! -e "$work/night/job.json" ] || fail "a round has begun"
is_told "$work/night" failed 'no time for any checkpoint before the deadline'
is_told "$work/night" failed \
    '3 checkpoints left out, no time before the deadline.*: step-1 step-2 step-10$'
"$trustsweep" plan "$work/night.json" --set "output=\"$work/night\"" \
    >"$work/said" 2>&1 || fail "plan: $(cat "$work/said")"
[ "$(grep -c 'left out: asked none' "$work/said")" = 3 ] ||
    fail "plan of the next day: $(cat "$work/said")"

# as before, it is submitted and nothing is complete
cat >"$work/site.json" <<JSON
{ "memory_mb": 2000, "cpus_per_worker": 1, "notice_s": 20 }
JSON
"$trustsweep" submit "$work/night.json" --site "$work/site.json" --dry-run \
    --output "$work/night" >"$work/batch.sh" 2>"$work/said" ||
    fail "submit: $(cat "$work/said")"

# asked later, with a date
run 2 "$work/night" "$work/night.json" --set \
    "checkpoints.deadline=$(date -d '+1 hour' +%Y-%m-%dT%H:%M)" ||
    fail "with a date: $(cat "$work/night.err")"
[ "$(field "$work/night" state)" = done ] || fail "with a date: not done"
if "$trustsweep" status "$work/night" | grep -q 'left out, no time'; then
    fail "still left out: $("$trustsweep" status "$work/night")"
fi

# told to end while others are waited for
night "\"until\": \"$(date -d '+1 hour' +%H:%M)\", \"deadline\":
       \"$(date -d '+1 hour' +%H:%M)\"" 7200
begin 2 "$work/told" "$work/night.json"
waits() { "$trustsweep" status "$work/told" | grep -q '^3 checkpoints left out'; }
wait_until 30 waits || fail "it does not wait: $(cat "$work/told.err")"
kill -TERM $pid
wait $pid
[ $? = 1 ] || fail "told to end, and not 1"
is_told "$work/told" unfinished '3 checkpoints left out, no time before the deadline'

# none is complete; when one is, it is asked
rm "$folder"/*
echo half >"$folder/step-7-00001-of-00002.bin"
night '"marker": "complete"'
run 2 "$work/none" "$work/night.json"
[ $? = 2 ] || fail "none was complete, and not 2"
is_told "$work/none" failed 'no checkpoint was complete'
is_told "$work/none" failed '1 checkpoint not complete, and asked nothing:'
rm "$folder"/*
echo whole >"$folder/step-7.bin"
touch -d '1 hour ago' "$folder"/*
night '"until": "2000-01-01T00:00"'
run 2 "$work/none" "$work/night.json" && fail "until in the past"
grep -q 'until: 2000-01-01T00:00 is in the past' "$work/none.err" ||
    fail "another night: $(cat "$work/none.err")"
night '"widest": 0.3'
run 2 "$work/none" "$work/night.json" || fail "when it is: $(cat "$work/none.err")"
[ "$(field "$work/none" state)" = done ] || fail "when it is: not done"
exit 0
