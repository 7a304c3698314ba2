# What is done stays counted: a run with a judge and an embedder that is killed
# while they answer, and started again, never says less of `units` and `done` than
# before, ends with the counts of a run that nobody disturbed, and with its content.
# While answers of the judge are missing the board says so.
. tests/mpi/lib.sh
roles=', "roles": {
    "judge": "sim:answer=YES,tokens_per_s=12,sleep=true",
    "embedder": "sim:seed=6,tokens_per_s=20000" }'
sim_job "$work/job.json" "sim:tokens_per_s=20000" "$roles"
sim_job "$work/fast.json" "sim:tokens_per_s=20000" \
    "$(echo "$roles" | sed 's/tokens_per_s=12,sleep=true/tokens_per_s=20000/')"

# counts DIR: "units done from_earlier_runs failed", once run.json has them
counts() {
    python3 - "$1" <<'PY'
import json, sys
counts = json.load(open(sys.argv[1] + "/run.json")).get("counts")
if not counts:
    sys.exit(1)
print(*(counts[k] for k in ("units", "done", "from_earlier_runs", "failed")))
PY
}

# Every run.json that is written from now on, a line each, until $watched ends.
watch_counts() { # watch_counts DIR OUT
    while [ -e "$work/watched" ]; do
        counts "$1" 2>/dev/null
        sleep 0.02
    done | uniq >"$2"
}

run 3 "$work/whole" "$work/fast.json" || fail "whole run: exit $?"
whole=$(counts "$work/whole") || fail "no counts"
planned=$(python3 -c 'import json, sys
print(sum(m["units"] for m in json.load(open(sys.argv[1]))["models"][:2]))' \
    "$work/whole/run.json")
total=${whole%% *}
echo "whole: $whole, of these $planned of the plan"
[ "$total" -gt $((planned + 40)) ] || fail "few questions"

# so many of the questions answered, and told in run.json
half=$(((planned + total) / 2))
has_half() {
    now=$(counts "$work/cut") || return 1
    set -- $now
    [ "$2" -ge "$half" ] && [ "$2" -lt "$1" ]
}
begin 3 "$work/cut" "$work/job.json"
wait_until 20 has_half || fail "never half way: $(counts "$work/cut")"
pkill -KILL -f "$work/cut"
wait $pid 2>/dev/null
sleep 0.3
cut=$(counts "$work/cut")
echo "killed: $cut"

# Told to end before the judge was asked about all: the board does not say that
# there is none, and the same command goes on.
is_planned() {
    now=$(counts "$work/int") || return 1
    set -- $now
    [ "$2" -ge "$planned" ] && [ "$2" -lt "$1" ]
}
begin 3 "$work/int" "$work/job.json"
wait_until 20 is_planned || fail "never asked: $(counts "$work/int")"
kill -INT $pid
wait $pid
[ "$(field "$work/int" state)" = unfinished ] || fail "it was not ended"
"$trustsweep" analyze "$work/int/results.h5" --profile corrected \
    >"$work/int.board" || fail "analyze"
grep "needs judge" "$work/int.board" && fail "as if no judge were set"
grep -E " - (all [0-9]+|[0-9]+ of [0-9]+) wait for judge" "$work/int.board" ||
    { cat "$work/int.board"; fail "the board does not say what it waits for"; }
grep "^wait for ROLE: .*the same command" "$work/int.board" || fail "nor what now"

touch "$work/watched"
watch_counts "$work/cut" "$work/seen" &
watcher=$!
run 3 "$work/cut" "$work/job.json" || fail "resume: exit $?"
rm "$work/watched"
wait $watcher
head -n 3 "$work/seen"
python3 - "$cut" "$work/seen" <<'PY' || fail "counts went back"
import sys
last = [int(n) for n in sys.argv[1].split()]
first = last[1]
lines = [[int(n) for n in line.split()] for line in open(sys.argv[2])]
for now in lines:
    if now[0] < last[0] or now[1] < last[1] or now[1] > now[0]:
        print("from", last, "to", now)
        sys.exit(1)
    last = now
good = len(lines) > 2 and lines[-1][2] >= first
print(len(lines), "states,", lines[-1], "after", first)
sys.exit(0 if good else 1)
PY
# the number of earlier runs is that of this start
set -- $(counts "$work/cut")
[ "$1 $2 0 $4" = "$whole" ] || fail "ends with $*, a whole run with $whole"
nothing_lost "$work/cut" || fail "lost"
[ "$(digest "$work/cut")" = "$(digest "$work/whole")" ] || fail "it differs"

# opened again there is nothing left to do, and as much of it is done
run 2 "$work/cut" "$work/job.json" || fail "third run: exit $?"
[ "$(counts "$work/cut")" = "$total $total $total 0" ] ||
    fail "third: $(counts "$work/cut")"
"$trustsweep" check "$work/cut" >"$work/check" || { cat "$work/check"; fail "check"; }
