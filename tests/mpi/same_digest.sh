# The content of results.h5 does not depend on how many workers answer, nor on
# the order in which they do: one digest for 1, 2 and 3 workers with the sim
# backend, with recorded answers, and with replies that come in a shuffled order
# after random delays.  Score on the run directory agrees.
. tests/mpi/lib.sh

# same NAME JOB: the digest of JOB is the same for 1, 2, 3 workers; in NAME.sum
same() {
    for workers in 1 2 3; do
        dir=$work/$1-$workers
        run $((workers + 1)) "$dir" "$2" || fail "$1, $workers workers: exit $?"
        [ "$(field "$dir" state)" = done ] || fail "$1: not done"
        grep -q ERROR "$dir"/log/* && fail "$1: an ERROR in a clean run"
        digest "$dir" >"$dir.sum" || fail "$1: digest"
        echo "$1, $workers workers: $(cat "$dir.sum")"
        cmp "$work/$1-1.sum" "$dir.sum" || fail "$1: 1 and $workers differ"
    done
    mv "$work/$1-1.sum" "$work/$1.sum"
}

sim_job "$work/job.json"
same sim "$work/job.json"
"$trustsweep" score "$work/sim-1" -o "$work/again.h5" >"$work/score.out" \
    2>"$work/score.err" || fail "score"
[ "$("$trustsweep" digest "$work/again.h5")" = "$(cat "$work/sim.sum")" ] ||
    fail "run and score differ"

# the same replies as above, late and in another order
sim_job "$work/shuffled.json" \
    "fault:shuffle=3:sim:parallel=16,sleep=true,tokens_per_s=2000"
same shuffled "$work/shuffled.json"
cmp "$work/sim.sum" "$work/shuffled.sum" || fail "order changes the content"

# recorded answers, with all that may be wrong with them
python3 - datasets/sample "$work/recorded" <<'PYTHON' || fail "recording"
import json, os, sys
answers = ["The answer is A.", "I cannot say.", "B", "yes", "no", "", None,
           "Sorry, but that is not for me to tell.", "It is good."]
num = 0
for folder, _, names in sorted(os.walk(sys.argv[1])):
    if os.path.basename(folder) == "utility":
        continue
    for name in sorted(n for n in names if n.endswith(".json")):
        items = json.load(open(os.path.join(folder, name)))
        for item in items:
            if num % 11 != 10:
                item["res"] = answers[num % len(answers)]
            num += 1
        out = os.path.join(sys.argv[2], os.path.basename(folder))
        os.makedirs(out, exist_ok=True)
        json.dump(items[::-1], open(os.path.join(out, name), "w"))
PYTHON
sim_job "$work/replay.json" "replay:$work/recorded"
same replay "$work/replay.json"

# and another seed gives another digest: the comparison can fail
sim_job "$work/other.json" "sim:seed=9,tokens_per_s=20000"
run 3 "$work/other" "$work/other.json" || fail "other seed"
[ "$(digest "$work/other")" != "$(cat "$work/sim.sum")" ] ||
    fail "digests collide"
[ "$(cat "$work/replay.sum")" != "$(cat "$work/sim.sum")" ] ||
    fail "digests collide"
