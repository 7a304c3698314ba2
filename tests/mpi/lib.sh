# For the tests that start real MPI runs.  Sourced: build folder in $1.
set -u
build=$1
trustsweep=${TRUSTSWEEP:?the program was not built}
work=$(mktemp -d "${TMPDIR:-/tmp}/trustsweep-test.XXXXXX")
trap 'pkill -KILL -f "$work" 2>/dev/null; rm -rf "$work"' EXIT
unset TRUSTSWEEP_PROGRESS
export OMPI_MCA_btl_vader_single_copy_mechanism=none

fail() {
    echo "FAILED: $*"
    for log in "$work"/*.err "$work"/*/log/*; do
        [ -s "$log" ] && { echo "-- $log"; tail -n 15 "$log"; }
    done
    exit 1
}

# sim_job FILE [BACKEND [MORE-KEYS]]: a job over the sample
sim_job() {
    cat >"$1" <<JSON
{ "name": "test", "dataset": "sample",
  "models": [
    { "name": "alpha", "backend": "${2:-sim:tokens_per_s=20000}",
      "access": "open" },
    { "name": "beta", "backend": "sim:seed=7,tokens_per_s=20000",
      "access": "proprietary" } ]${3:-} }
JSON
}

# run RANKS OUTPUT JOB [options]: stdout to OUTPUT.out, stderr to OUTPUT.err
run() {
    ranks=$1
    output=$2
    job=$3
    shift 3
    timeout 120 "$trustsweep" run "$job" --ranks "$ranks" --output "$output" \
        "$@" >"$output.out" 2>"$output.err"
}

digest() {
    "$trustsweep" digest --check "$1/results.h5"
}

field() { # field DIR KEY: a member of run.json
    python3 -c 'import json, sys
value = json.load(open(sys.argv[1] + "/run.json"))
for key in sys.argv[2].split("."):
    value = value[key]
print(value)' "$1" "$2"
}
