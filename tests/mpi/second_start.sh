# A run directory has one owner: of starts at the same instant one wins, a
# start beside a living run is refused and says by whom, and dead owners are no
# hindrance.
. tests/mpi/lib.sh
sim_job "$work/job.json" "sim:tokens_per_s=20,sleep=true" ', "limit": 1'
run 2 "$work/whole" "$work/job.json" || fail "whole run: exit $?"
want=$(digest "$work/whole")

refused() { # refused FILE: said so, with the way out
    for part in "is in use by process" "since 20" "last heard of" \
        "choose another --output" "owner.json"; do
        grep -q -- "$part" "$1" || fail "no '$part' in $(cat "$1")"
    done
}

# two of them at the same instant, over and over
dir=$work/race
both=0
for i in $(seq 5); do
    rm -rf "$dir"
    "$trustsweep" run "$work/job.json" --ranks 2 --output "$dir" \
        >"$work/a.out" 2>"$work/a.err" &
    a=$!
    "$trustsweep" run "$work/job.json" --ranks 2 --output "$dir" \
        >"$work/b.out" 2>"$work/b.err" &
    b=$!
    wait $a
    a=$?
    wait $b
    b=$?
    case $a$b in
    00) both=$((both + 1)) ;; # one after the other
    02) refused "$work/b.err" ;;
    20) refused "$work/a.err" ;;
    *) fail "race $i: exit $a and $b" ;;
    esac
    nothing_lost "$dir" || fail "race $i: the journal"
    [ "$(digest "$dir")" = "$want" ] || fail "race $i: another digest"
done
echo "5 races, $both of them one after the other"
[ $both -lt 5 ] || fail "never at the same time"

# beside a living run; which goes on
dir=$work/held
SLURM_JOB_ID=77 begin 2 "$dir" "$work/job.json"
wait_until 20 eval '[ -s "$dir/owner.json" ]' || fail "no owner"
wait_until 20 eval '[ -s "$dir/run.json" ]' || fail "no run.json"
owner=$(field "$dir" pid)
run 3 "$dir.x" "$work/job.json" --output "$dir"
[ $? = 2 ] || fail "a second start is not refused"
refused "$dir.x.err"
grep -q "process $owner on $(uname -n) (batch job 77)" "$dir.x.err" ||
    fail "does not say who"
wait $pid || fail "the first one is disturbed: exit $?"
nothing_lost "$dir" || fail "held: the journal"
echo "refused: $(cat "$dir.x.err")"

# on another host, where it was touched a moment ago; and long ago
printf '{ "host": "elsewhere", "pid": 4711, "since": "2026-11-24T17:16:08Z" }' \
    >"$dir/owner.json"
run 3 "$dir.x" "$work/job.json" --output "$dir"
[ $? = 2 ] || fail "an owner on another host is not respected"
refused "$dir.x.err"
touch -d '1 hour ago' "$dir/owner.json"
run 3 "$dir" "$work/job.json" || fail "held by a dead owner: exit $?"

# whose mark was torn by a full disk
: >"$dir/owner.json"
touch -d '1 hour ago' "$dir/owner.json"
run 3 "$dir" "$work/job.json" || fail "held by an empty file: exit $?"

# taken from a run: it sees that, ends, and leaves the other's files alone
sim_job "$work/long.json" "sim:tokens_per_s=4,sleep=true" ', "limit": 1'
dir=$work/taken
begin 3 "$dir" "$work/long.json"
wait_until 20 journaled "$dir" 100 || fail "taken: no journal"
printf '{ "host": "elsewhere", "pid": 4711 }' >"$dir/owner.json.new"
mv "$dir/owner.json.new" "$dir/owner.json"
wait $pid
status=$?
[ $status = 2 ] || fail "taken: exit $status"
grep -q "the run directory was taken" "$dir.err" || fail "taken: not seen"
grep -q 4711 "$dir/owner.json" || fail "taken: removed the other's mark"
[ "$(field "$dir" is_final)" = False ] || fail "taken: wrote run.json"
[ ! -e "$dir/results.h5" ] || fail "taken: wrote results"
echo "taken from it: exit $status"
