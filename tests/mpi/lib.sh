# For the tests that start real MPI runs.  Sourced: build folder in $1.
set -u
build=$1
trustsweep=${TRUSTSWEEP:?the program was not built}
work=$(mktemp -d "${TMPDIR:-/tmp}/trustsweep-test.XXXXXX")
trap 'pkill -KILL -f "$work" 2>/dev/null; rm -rf "$work"' EXIT
unset TRUSTSWEEP_PROGRESS
. tests/run_folder.sh
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

# run RANKS OUTPUT JOB [options]: stdout to OUTPUT.out, stderr to OUTPUT.err.
# What rank 0's disk does is in $faulty (tests/disk/disk_faults.c).
run() {
    ranks=$1
    output=$2
    job=$3
    shift 3
    LD_PRELOAD=${faulty:+$DISK_FAULTS_SO} DISK_FAULTS=${faulty:-} \
        ASAN_OPTIONS=${faulty:+verify_asan_link_order=0} \
        timeout "${run_limit:-120}" "$trustsweep" run "$job" --ranks "$ranks" \
        --output "$output" "$@" >"$output.out" 2>"$output.err"
}

# Whether the launcher lets the others go on when a rank dies; else it ends all.
others_go_on() {
    "$trustsweep" doctor | grep -q '^ok *launcher .*--enable-recovery'
}

# ranks DIR: "RANK PID" of every living rank of the run there
ranks() {
    for p in $(pgrep -f "^$trustsweep run .*--output $1( |\$)"); do
        number=$(tr '\0' '\n' 2>/dev/null <"/proc/$p/environ" |
            sed -n 's/^OMPI_COMM_WORLD_RANK=\|^PMI_RANK=//p')
        [ -n "$number" ] && echo "$number $p"
    done
}

rank_pid() { # rank_pid DIR RANK
    ranks "$1" | sed -n "s/^$2 //p"
}

# begin RANKS OUTPUT JOB [options]: run in the background; $pid
begin() {
    ranks=$1
    output=$2
    job=$3
    shift 3
    setsid "$trustsweep" run "$job" --ranks "$ranks" --output "$output" "$@" \
        >"$output.out" 2>"$output.err" &
    pid=$!
}

# wait_until SECONDS COMMAND...
wait_until() {
    tries=$(($1 * 20))
    shift
    while [ $tries -gt 0 ]; do
        "$@" 2>/dev/null && return 0
        sleep 0.05
        tries=$((tries - 1))
    done
    return 1
}

journaled() { # journaled DIR BYTES: so much is in its journal
    [ "$(cat "$1"/journal/*.tsj 2>/dev/null | wc -c)" -gt "$2" ]
}

# nothing_lost DIR: each unit stands once in the journal, and the results file
# is what the journal makes
nothing_lost() {
    "$trustsweep" check "$1" --json >"$1.check" || return 1
    python3 - "$1.check" "$(field "$1" counts.units)" <<'PY'
import json, sys
said = json.load(open(sys.argv[1]))
journal, results = said["journal"], said["results"]
good = (said["verdict"] == "sound" and journal["superseded"] == 0
        and journal["records"] == int(sys.argv[2])
        and results["digest_of_journal"] == results["digest_stored"]
        == results["digest_of_content"])
if not good:
    print(sys.argv[2], "units", json.dumps(said))
sys.exit(0 if good else 1)
PY
}
