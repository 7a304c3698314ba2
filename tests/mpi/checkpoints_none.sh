# A night in which nothing is asked: for want of time, or as no checkpoint was complete.
# The same command in the morning is no other night, and is told what was left out.
. tests/mpi/lib.sh
folder=$work/checkpoints
mkdir "$folder"
hours_ago() { date -d "-$1 hours" "+$2"; }
night() { # night ENDS: with the keys that say when it ends
    cat >"$work/night.json" <<JSON
{ "name": "night", "dataset": "sample", "limit": 1, "only": ["privacy/*"],
  "checkpoints": { "files": "$folder/step-*", "settle_s": 0, "order": "newest",
                   "backend": "sim:answer={},tokens_per_s=20000",
                   "tokens_per_s": 20000, "load_s": 20, $1 } }
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
"$trustsweep" plan "$work/night.json" --set "output=\"$work/night\"" \
    >"$work/said" 2>&1 || fail "plan: $(cat "$work/said")"
[ "$(grep -c 'left out: asked none' "$work/said")" = 3 ] ||
    fail "plan of the next day: $(cat "$work/said")"

# asked later, with a date
run 2 "$work/night" "$work/night.json" --set \
    "checkpoints.deadline=$(date -d '+1 hour' +%Y-%m-%dT%H:%M)" ||
    fail "with a date: $(cat "$work/night.err")"
[ "$(field "$work/night" state)" = done ] || fail "with a date: not done"
exit 0
