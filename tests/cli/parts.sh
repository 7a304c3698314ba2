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

# nothing to do there
sed -i 's/"where": "login"/"where": "compute"/' "$dir/job.json"
if run none --where login; then fail "a part of nothing"; fi
grep -q 'no model says "where": "login"' "$dir/none.err" || fail "of nothing"
