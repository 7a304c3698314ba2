# The content of results.h5 is the same for 1, 2 and 3 workers, and score on the
# run directory agrees.
. tests/mpi/lib.sh
sim_job "$work/job.json"
for workers in 1 2 3; do
    run $((workers + 1)) "$work/w$workers" "$work/job.json" ||
        fail "$workers workers: exit $?"
    [ "$(field "$work/w$workers" state)" = done ] || fail "not done"
    grep -q ERROR "$work/w$workers"/log/* && fail "an ERROR in a clean run"
    digest "$work/w$workers" >"$work/d$workers" || fail "digest"
    cat "$work/d$workers"
done
cmp "$work/d1" "$work/d2" || fail "1 and 2 workers differ"
cmp "$work/d1" "$work/d3" || fail "1 and 3 workers differ"
"$trustsweep" score "$work/w1" -o "$work/again.h5" >"$work/score.out" \
    2>"$work/score.err" || fail "score"
[ "$("$trustsweep" digest "$work/again.h5")" = "$(cat "$work/d1")" ] ||
    fail "run and score differ"

# and another seed gives another digest: the comparison can fail
sim_job "$work/other.json" "sim:seed=9,tokens_per_s=20000"
run 3 "$work/other" "$work/other.json" || fail "other seed"
[ "$(digest "$work/other")" != "$(cat "$work/d1")" ] || fail "digests collide"
