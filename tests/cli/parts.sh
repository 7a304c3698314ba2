# A job in two parts, of the login node and of compute nodes: side by side, one
# after the other, and cut short.  One results file comes of it, as of one run;
# nothing is asked twice, and nothing where it must not be.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
export OMPI_MCA_btl_vader_single_copy_mechanism=none
trustsweep=$TRUSTSWEEP
. tests/run_folder.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; cat "$dir"/*.err; exit 1; }

cat >"$dir/job.json" <<'JSON'
{ "name": "t", "limit": 3, "only": ["truthfulness/*", "ethics/*"],
  "roles": { "judge": "sim:seed=9" }, "models": [
  { "name": "a", "backend": "sim:" },
  { "name": "api", "backend": "sim:seed=3,load_s=4,sleep=true",
    "where": "login" },
  { "name": "b", "backend": "sim:seed=2" } ] }
JSON
run() { # run FOLDER OPTIONS...
    "$TRUSTSWEEP" run "$dir/job.json" --ranks 3 --quiet --output "$dir/$1" \
        "${@:2}" >"$dir/$1.out" 2>"$dir/$1.err"
}
new() { # new FOLDER: units that the last run there has asked
    echo $(($(field "$dir/$1" counts.done) - $(field "$dir/$1" \
        counts.from_earlier_runs)))
}
same() { [ "$(digest "$dir/$1")" = "$want" ] || fail "$1: another digest"; }

run whole || fail "the whole"
want=$(digest "$dir/whole")
units=$(field "$dir/whole" counts.units)

# side by side, then what is left: the judge's word on the login node's answers
run side --where login &
run side2 --where compute --output "$dir/side" || fail "compute"
wait $! || fail "login"
is_state "$dir/side" done && is_state "$dir/side/parts/login" done ||
    fail "a part is not done"
field "$dir/side" reason | grep -q "^this part is complete" || fail "its last word"
[ "$(digest "$dir/side")" != "$want" ] || fail "a part is the whole"
answers=$(($(field "$dir/side/parts/login" counts.units)))
[ "$answers" -gt 0 ] || fail "no answers on the login node"
before=$(($(field "$dir/side" counts.units) + answers))
[ "$before" -lt "$units" ] || fail "nobody is left to be judged"
run side || fail "both"
same side
# whose time the numbers are of: the login node's answers cost nothing here
"$TRUSTSWEEP" status "$dir/side" >"$dir/status.err"
grep -qF "without the time of the login node's part: 'trustsweep status \
$dir/side/parts/login'" "$dir/status.err" || fail "status"
"$TRUSTSWEEP" status "$dir/side/parts/login" >"$dir/status.err"
if grep -q "without the time" "$dir/status.err"; then fail "of the part itself"; fi
[ "$(new side)" = $((units - before)) ] || fail "asked twice: $(new side)"
"$TRUSTSWEEP" check "$dir/side" >"$dir/check.err" || fail "check"
run side || fail "again"
[ "$(new side)" = 0 ] || fail "taken over twice"

# the login node first: then the compute part judges its answers, too
run first --where login || fail "login first"
run first --where compute || fail "compute second"
same first

# the compute node first: the login node's last word knows that both are there now
run last --where compute || fail "compute first"
field "$dir/last" reason | grep -q "when the other one is, too" ||
    fail "the other one is not there: $(field "$dir/last" reason)"
run last --where login || fail "login second"
field "$dir/last/parts/login" reason |
    grep -q "^this part is complete, and so is the other one: the same command" ||
    fail "of two: $(field "$dir/last/parts/login" reason)"

# a part that holds less than all
run some --where login --only 'ethics/*' || fail "some of it"
if run some --where compute; then
    fail "an API is asked on a compute node"
fi
grep -q "model 'api' is asked on the login node" "$dir/some.err" ||
    fail "it does not say why"
run some || fail "what is left of it"
same some

# a part in which nothing was answered is as good as none, until it is run again
sed -i.good 's/"sim:seed=3,/"isolated:fault:kill-after=0:sim:seed=3,/' "$dir/job.json"
run dead --where login && fail "it is answered"
is_state "$dir/dead/parts/login" failed || fail "dead: not failed"
run dead --where compute || fail "compute beside a failed part"
mv "$dir/job.json.good" "$dir/job.json"
run dead --where login || fail "the failed part again"
run dead || fail "dead: both"
same dead

# of three models of the login node one could not be loaded and one has failed in
# part: the compute part does without the first, and submit says how to go on
cat >"$dir/job.json" <<'JSON'
{ "name": "t", "limit": 3, "only": ["ethics/*"], "max_attempts": 1,
  "roles": { "judge": "sim:seed=9" }, "models": [
  { "name": "a", "backend": "sim:" },
  { "name": "good", "backend": "sim:seed=3", "where": "login" },
  { "name": "none", "backend": "sim:seed=4", "where": "login" },
  { "name": "some", "backend": "sim:seed=5", "where": "login" } ] }
JSON
submit() { # submit: what it says
    echo '{ "cpus_per_worker": 1, "memory_mb": 2000 }' >"$dir/site.json"
    "$TRUSTSWEEP" submit "$dir/job.json" --site "$dir/site.json" --dry-run \
        --output "$dir/three" >"$dir/submit.out" 2>"$dir/submit.err" ||
        fail "submit"
}
run of_three || fail "all of three"
want=$(digest "$dir/of_three")
submit
grep -q -- '--where login$' "$dir/submit.err" || fail "before anything failed"
cp "$dir/job.json" "$dir/job.json.good"
sed -i 's/"sim:seed=4"/"isolated:fault:kill-after=0:sim:seed=4"/
    s/"sim:seed=5"/"fault:fail-after=2:sim:seed=5"/' "$dir/job.json"
run three --where login && fail "all of it is answered"
is_state "$dir/three/parts/login" done || fail "three: no part"
[ "$(field "$dir/three/parts/login" counts.failed)" -gt 2 ] || fail "few failed"
submit
grep -q -- '--where login --retry-failed$' "$dir/submit.err" ||
    fail "not how to go on"
run three --where compute && fail "nothing has failed"
is_state "$dir/three" done || fail "three: compute"
grep -q '"name": *"good"' "$dir/three/run.json" || fail "good is not judged"
grep -q '"name": *"none"' "$dir/three/run.json" && fail "none is not answered"
# what failed on the login node is tried again there
got=0
run three --where compute --retry-failed || got=$?
[ "$got" != 2 ] || fail "three: compute again"
is_state "$dir/three" done || fail "three: compute again"
mv "$dir/job.json.good" "$dir/job.json"
run three --where login --retry-failed || fail "the rest of three"
submit
grep -q 'is complete: this job makes one results file' "$dir/submit.err" ||
    fail "three: not complete"
grep -q -- '--where login' "$dir/submit.err" && fail "three: again"
run three || fail "three: both"
[ "$(digest "$dir/three")" = "$want" ] || fail "three: another digest"

# nothing to do there
sed -i 's/"where": "login"/"where": "compute"/' "$dir/job.json"
if run none --where login; then fail "a part of nothing"; fi
grep -q 'no model says "where": "login"' "$dir/none.err" || fail "of nothing"

# a model of the login node that the job asks only in part is complete with that
cat >"$dir/job.json" <<'JSON'
{ "name": "t", "limit": 3, "only": ["truthfulness/*", "ethics/*"], "models": [
  { "name": "a", "backend": "sim:" },
  { "name": "api", "backend": "sim:seed=3", "where": "login",
    "only": ["ethics/*"], "fraction": 0.5 } ] }
JSON
run some --where login || fail "some: login"
run some --where compute || fail "some: compute"
